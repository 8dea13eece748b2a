"""Curators upload files for their own workshops, and see those that are not public yet."""

from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from clusterix.curation.models import Entry, Partner
from tests.admin.browser import filled
from tests.admin.conftest import SignedIn
from tests.factories import MaterialFactory, SessionFactory, WorkshopFactory
from tests.workshops.files import PDF, PPTX, archive, bomb, png
from workshops.models import Material, Session, Workshop

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def media(settings: Settings, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = str(tmp_path)
    return tmp_path


@pytest.fixture
def workshop(agency: Partner) -> Workshop:
    made: Workshop = WorkshopFactory.create(owner=agency, state=Entry.State.DRAFT)
    return made


def change(row: Workshop | Session) -> str:
    return reverse(f"admin:workshops_{row._meta.model_name}_change", args=[row.pk])


def send(
    client: Client, row: Workshop | Session, content: bytes = PDF, number: int = 0, **fields: str
) -> str:
    """Post the form with a file in the row of that number; what the site answers."""
    page = client.get(change(row))
    given = {"kind": "slides", "title": "Slides", "url": "", "position": "0"} | fields
    sent: dict[str, object] = dict(filled(page))
    sent |= {f"materials-{number}-{name}": value for name, value in given.items()}
    sent["materials-TOTAL_FORMS"] = str(number + 1)
    sent[f"materials-{number}-upload"] = SimpleUploadedFile("Über uns.exe", content, "text/html")
    response = client.post(change(row), sent)
    return response.content.decode() if response.status_code == 200 else str(response.status_code)


def files_in(folder: Path) -> list[bytes]:
    return [path.read_bytes() for path in folder.rglob("*") if path.is_file()]


def test_a_file_is_kept_with_a_clean_name_and_the_type_that_it_has(
    signed_in: SignedIn, workshop: Workshop, media: Path
) -> None:
    content = archive(PPTX)

    send(signed_in("editor"), workshop, content)

    material = Material.objects.get()
    assert (material.name, material.suffix) == ("Über uns.pptx", "PPTX")
    assert material.content_type.endswith("presentationml.presentation")
    assert files_in(media) == [content]


def test_a_file_of_a_session_is_its_workshops_too(
    signed_in: SignedIn, workshop: Workshop, media: Path
) -> None:
    session = SessionFactory.create(workshop=workshop)

    send(signed_in("editor"), session)

    material = Material.objects.get()
    assert (material.session, material.workshop, material.name) == (
        session,
        workshop,
        "Über uns.pdf",
    )
    assert files_in(media) == [PDF]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "The submitted file is empty."),
        (b"<script>alert(1)</script>", "This is no file that can be kept here."),
        (archive(PPTX | {"ppt/vbaProject.bin": b""}), "The document has macros."),
        (bomb(), "The document expands to more than can be kept."),
        (png(60_000, 60_000), "The picture has more than 100 million pixels."),
        (b"%PDF-1.7" + bytes(25_000_000) + b"%%EOF", "The file is larger than 25 MB."),
    ],
)
def test_what_may_not_be_kept_is_refused_at_its_field_and_leaves_no_file(
    signed_in: SignedIn, workshop: Workshop, media: Path, content: bytes, reason: str
) -> None:
    page = send(signed_in("editor"), workshop, content)

    assert reason in page
    assert not Material.objects.exists()
    assert files_in(media) == []


def test_a_file_and_a_link_at_once_are_refused(
    signed_in: SignedIn, workshop: Workshop, media: Path
) -> None:
    page = send(signed_in("editor"), workshop, url="https://slides.example/")

    assert "Give a file or a link, one of the two." in page
    assert files_in(media) == []


def test_neither_a_file_nor_a_link_is_refused(signed_in: SignedIn, workshop: Workshop) -> None:
    client = signed_in("editor")
    data = filled(client.get(change(workshop))) | {
        "materials-TOTAL_FORMS": ["1"],
        "materials-0-kind": ["slides"],
        "materials-0-title": ["Slides"],
    }

    response = client.post(change(workshop), data)

    assert "Give a file or a link, one of the two." in response.content.decode()


def test_a_new_file_takes_the_place_of_the_former_and_a_link_that_of_a_file(
    signed_in: SignedIn, workshop: Workshop
) -> None:
    client = signed_in("editor")
    send(client, workshop)
    first = Material.objects.get()

    send(client, workshop, png())
    second = Material.objects.get()
    send_link = filled(client.get(change(workshop))) | {
        "materials-0-url": ["https://slides.example/"]
    }
    client.post(change(workshop), send_link)

    third = Material.objects.get()
    assert (second.name, second.reference) == ("Über uns.png", first.reference)
    assert second.file.name != first.file.name
    assert (third.url, third.name, third.file.name) == ("https://slides.example/", "", "")


def test_a_link_gives_way_to_a_file_once_it_is_taken_out(
    signed_in: SignedIn, workshop: Workshop
) -> None:
    MaterialFactory.create(workshop=workshop)

    send(signed_in("editor"), workshop)

    assert (Material.objects.get().url, Material.objects.get().name) == ("", "Über uns.pdf")


def test_of_two_who_upload_at_once_the_second_is_told_and_leaves_no_file(
    signed_in: SignedIn, workshop: Workshop, media: Path
) -> None:
    first, second = signed_in("editor"), signed_in("publisher")
    opened = second.get(change(workshop))
    send(first, workshop)
    late: dict[str, object] = dict(filled(opened))
    late |= {
        "materials-TOTAL_FORMS": "1",
        "materials-0-kind": "slides",
        "materials-0-title": "Mine",
        "materials-0-upload": SimpleUploadedFile("mine.png", png()),
    }

    response = second.post(change(workshop), late)

    assert "Somebody changed this entry" in response.content.decode()
    assert files_in(media) == [PDF]


def test_a_rival_uploads_nothing_into_anothers_workshop(
    signed_in: SignedIn, workshop: Workshop, media: Path
) -> None:
    page = signed_in("editor").get(change(workshop))
    data: dict[str, object] = dict(filled(page))
    data |= {
        "materials-TOTAL_FORMS": "1",
        "materials-0-kind": "slides",
        "materials-0-title": "Mine",
        "materials-0-upload": SimpleUploadedFile("mine.pdf", PDF),
    }

    signed_in("rival").post(change(workshop), data)

    assert not Material.objects.exists()
    assert files_in(media) == []


@pytest.mark.parametrize(
    ("role", "status"),
    [("editor", 200), ("publisher", 200), ("secretariat", 200), ("rival", 404), ("visitor", 302)],
)
def test_a_drafts_file_opens_for_those_who_curate_it(
    signed_in: SignedIn, workshop: Workshop, role: str, status: int
) -> None:
    send(signed_in("editor"), workshop)
    material = Material.objects.get()
    address = reverse("admin:workshops_workshop_material", args=[workshop.pk, material.reference])

    response = signed_in(role).get(address)

    assert response.status_code == status
    assert (response.getvalue() == PDF) == (status == 200)
    assert "private" in response["Cache-Control"] or "no-cache" in response["Cache-Control"]


def test_the_form_leads_to_the_file_that_is_kept(signed_in: SignedIn, workshop: Workshop) -> None:
    client = signed_in("editor")
    MaterialFactory.create(workshop=workshop, position=1)
    send(client, workshop, number=1)
    material = Material.objects.exclude(file="").get()

    page = client.get(change(workshop)).content.decode()

    address = reverse("admin:workshops_workshop_material", args=[workshop.pk, material.reference])
    assert f'<a href="{address}">Über uns.pdf</a> ({len(PDF)}\xa0bytes)' in page
