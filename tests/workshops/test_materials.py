"""Materials are links or files; a file is handed out to be kept, while its workshop is public."""

import os
import time
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from clusterix.lib.stored_files import GRACE
from tests.factories import MaterialFactory, SessionFactory, WorkshopFactory
from tests.workshops.conftest import Kept
from tests.workshops.files import PDF
from workshops.materials.sweeping import sweep
from workshops.models import Material
from workshops.tasks import sweep_materials

pytestmark = pytest.mark.django_db

OF_A_FILE = {"file": "materials/x", "name": "x.pdf", "content_type": "x/y", "size": 1}
DIGEST = sha256(PDF).hexdigest()


def files_in(folder: Path) -> int:
    return sum(path.is_file() for path in folder.rglob("*"))


# What a material is


@pytest.mark.parametrize(
    "fields",
    [
        {"url": ""},
        OF_A_FILE | {"digest": DIGEST},
        OF_A_FILE | {"url": "", "digest": "short"},
        OF_A_FILE | {"url": "", "digest": DIGEST, "name": ""},
        OF_A_FILE | {"url": "", "digest": DIGEST, "size": 0},
    ],
)
def test_a_material_is_a_file_or_a_link(fields: dict[str, object]) -> None:
    material = MaterialFactory.build(workshop=WorkshopFactory.create(), **fields)

    with pytest.raises(ValidationError, match="Give a file or a link, one of the two"):
        material.validate_constraints()
    with pytest.raises(IntegrityError), transaction.atomic():
        material.save()


def test_a_file_lies_under_a_name_that_tells_nothing(kept: Kept) -> None:
    material = kept()

    assert "Canary" not in material.file.name
    assert Path(material.file.path).read_bytes() == PDF
    assert (material.size, material.digest) == (len(PDF), DIGEST)
    assert material.suffix == "PDF"


# Where it is shown


def test_pages_programs_and_schedules_lead_to_the_file(client: Client, kept: Kept) -> None:
    session = SessionFactory.create(
        workshop__slug="malmo",
        starts_at="2027-01-21T09:00:00Z",
        ends_at="2027-01-21T10:00:00Z",
    )
    material = kept(workshop=session.workshop, session=session, title="Notes")
    path = f"/workshops/malmo/materials/{material.reference}/"

    page = client.get("/workshops/malmo/").content.decode()
    record = client.get("/api/v1/workshops/malmo/").json()["sessions"][0]["materials"][0]
    schedule = client.get("/workshops/malmo/schedule.json").content.decode()

    assert f'<a href="{path}">Notes</a>' in page
    assert f"slides, PDF, {len(PDF)}\xa0bytes" in page
    assert record == {
        "kind": "slides",
        "title": "Notes",
        "url": f"http://testserver{path}",
        "licence": "",
        "name": "Slides.pdf",
        "content_type": "application/pdf",
        "size": len(PDF),
    }
    assert f"http://testserver{path}" in schedule


def test_recordings_have_a_place_of_their_own(client: Client) -> None:
    session = SessionFactory.create(workshop__slug="malmo")
    MaterialFactory.create(workshop=session.workshop, title="Notes")
    MaterialFactory.create(
        workshop=session.workshop, session=session, kind="recording", title="The talk"
    )
    MaterialFactory.create(workshop=session.workshop, kind="recording", title="The day")

    page = client.get("/workshops/malmo/").content.decode()

    recordings = page.partition('id="recordings"')[2].partition("</section>")[0]
    materials = page.partition('id="materials"')[2].partition("</section>")[0]
    assert [title in recordings for title in ("The talk", "The day", "Notes")] == [
        True,
        True,
        False,
    ]
    assert [title in materials for title in ("The talk", "The day", "Notes")] == [
        False,
        False,
        True,
    ]


# How it is handed out


def test_a_file_is_handed_out_to_be_kept_and_never_as_a_page(client: Client, kept: Kept) -> None:
    material = kept(name="Überblick.pdf")

    response = client.get(material.address)

    assert response.getvalue() == PDF
    headers = {
        name: response[name]
        for name in (
            *("Content-Type", "Content-Length", "Content-Disposition", "X-Content-Type-Options"),
            *("Content-Security-Policy", "Cross-Origin-Resource-Policy", "Cache-Control", "ETag"),
        )
    }
    assert headers == {
        "Content-Type": "application/pdf",
        "Content-Length": str(len(PDF)),
        "Content-Disposition": "attachment; filename*=utf-8''%C3%9Cberblick.pdf",
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": "sandbox; default-src 'none'",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Cache-Control": "public, max-age=0, s-maxage=1",
        "ETag": f'"{DIGEST}"',
    }


def test_who_has_the_file_is_told_that_it_is_the_same(client: Client, kept: Kept) -> None:
    address = kept().address

    same = client.get(address, headers={"If-None-Match": f'"{DIGEST}"'})
    another = client.get(address, headers={"If-None-Match": '"another"'})

    assert (same.status_code, same.getvalue(), same["ETag"]) == (304, b"", f'"{DIGEST}"')
    assert another.getvalue() == PDF


def test_its_head_is_asked_for_alone(client: Client, kept: Kept) -> None:
    response = client.head(kept().address)

    assert (response.status_code, response["Content-Length"]) == (200, str(len(PDF)))
    assert response.getvalue() == b""


def test_a_part_of_it_is_not_offered_and_the_whole_is_sent(client: Client, kept: Kept) -> None:
    response = client.get(kept().address, headers={"Range": "bytes=0-3"})

    assert (response.status_code, response.getvalue()) == (200, PDF)


@pytest.mark.parametrize("method", ["post", "put", "delete"])
def test_nothing_is_written_there(client: Client, kept: Kept, method: str) -> None:
    assert getattr(client, method)(kept().address).status_code == 405


@pytest.mark.parametrize("state", ["draft", "in_review", "archived"])
def test_a_file_of_a_workshop_that_is_not_public_is_not_found(
    client: Client, kept: Kept, state: str
) -> None:
    material = kept(workshop=WorkshopFactory.create(state=state))

    assert client.get(material.address).status_code == 404


def test_a_file_is_found_under_its_own_workshop_alone(client: Client, kept: Kept) -> None:
    material, link = kept(), MaterialFactory.create()
    other = WorkshopFactory.create(slug="other")
    addresses = [
        f"/workshops/other/materials/{material.reference}/",
        f"/workshops/malmo/materials/{uuid4()}/",
        f"/workshops/{link.workshop.slug}/materials/{link.reference}/",
        f"/workshops/nowhere/materials/{material.reference}/",
        "/workshops/malmo/materials/../../etc/passwd/",
    ]

    assert other.is_public
    assert {client.get(address).status_code for address in addresses} == {404}


def test_a_former_address_of_the_workshop_leads_to_the_present_one(
    client: Client, kept: Kept
) -> None:
    material = kept()
    material.workshop.slug = "skane"
    material.workshop.save()

    response = client.get(f"/workshops/malmo/materials/{material.reference}/")

    assert (response.status_code, response["Location"]) == (301, material.address)


def test_a_file_that_was_lost_is_not_found(client: Client, kept: Kept) -> None:
    material = kept()
    Path(material.file.path).unlink()

    response = client.get(material.address)

    assert response.status_code == 404


def test_no_static_address_leads_to_a_file(client: Client, kept: Kept) -> None:
    name = kept().file.name

    statuses = [client.get(f"/{folder}{name}").status_code for folder in ("", "media/", "static/")]

    assert statuses == [404, 404, 404]


# What becomes of files


def test_files_that_no_row_names_are_removed(kept: Kept, media: Path) -> None:
    now = timezone.now()
    stays, gone, replaced = (
        kept(),
        kept(workshop=WorkshopFactory.create()),
        kept(workshop=WorkshopFactory.create()),
    )
    Material.objects.filter(pk=gone.pk).delete()
    replaced.take(ContentFile(b"%PDF-2.0 %%EOF", "x"), "Slides.pdf", "application/pdf")
    replaced.save()
    before = files_in(media)

    too_early = sweep(now + GRACE - timedelta(minutes=1))
    removed = sweep(now + GRACE + timedelta(minutes=1))

    assert (before, too_early, removed, files_in(media)) == (4, 0, 2, 2)
    assert Path(stays.file.path).exists()
    assert Path(replaced.file.path).exists()


def test_a_material_that_becomes_a_link_leaves_its_file_to_be_removed(
    kept: Kept, media: Path
) -> None:
    material = kept()

    material.drop_file()
    material.url = "https://slides.example/"
    material.save()

    assert sweep(timezone.now() + 2 * GRACE) == 1
    assert files_in(media) == 0


@pytest.mark.usefixtures("media")
def test_where_no_file_was_ever_kept_nothing_is_removed() -> None:
    assert sweep(timezone.now()) == 0


def test_the_worker_looks_for_files_that_were_left(kept: Kept, media: Path) -> None:
    old = time.time() - GRACE.total_seconds() - 60
    os.utime(kept().file.path, (old, old))
    Material.objects.all().delete()

    sweep_materials(timestamp=0)

    assert files_in(media) == 0
