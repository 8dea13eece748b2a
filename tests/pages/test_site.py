"""What the site says of itself, to people and to programs."""

import re
from xml.etree import ElementTree

import pytest
import time_machine
from django.conf import settings
from django.test import Client
from django.urls import reverse

PAGES = ["about", "open_data", "privacy", "accessibility"]
FILES = ["favicon", "robots", "security"]


@pytest.mark.parametrize("name", PAGES)
def test_a_page_has_one_heading_and_its_title(client: Client, name: str) -> None:
    response = client.get(reverse(name))

    html = response.content.decode()
    heading = re.findall(r"<h1>(.*?)</h1>", html)
    assert response.status_code == 200
    assert len(heading) == 1
    assert re.search(r"<title>\S.* · Clusterix</title>", html)


@pytest.mark.parametrize("name", PAGES + FILES)
def test_pages_are_only_read(client: Client, name: str) -> None:
    assert client.post(reverse(name)).status_code == 405


@pytest.mark.parametrize("name", PAGES)
def test_pages_keep_to_the_content_security_policy(client: Client, name: str) -> None:
    html = client.get(reverse(name)).content.decode()

    assert not re.findall(r"<style|\sstyle=|\son[a-z]+=|<script(?![^>]* src=)", html)
    assert not re.findall(r'(?:src|<link[^>]*href)="(?:https?:)?//', html)


@pytest.mark.parametrize("name", ["about", "privacy", "accessibility"])
def test_the_address_that_answers_is_the_one_that_writes(client: Client, name: str) -> None:
    html = client.get(reverse(name)).content.decode()

    assert 'href="mailto:noreply@localhost' in html


def test_the_favicon_is_a_drawing(client: Client) -> None:
    response = client.get("/favicon.svg")

    assert response["Content-Type"] == "image/svg+xml"
    assert response["Cache-Control"] == "max-age=86400, public"
    assert ElementTree.fromstring(response.content).tag == "{http://www.w3.org/2000/svg}svg"


def test_crawlers_are_told_where_not_to_go(client: Client) -> None:
    response = client.get("/robots.txt")

    assert response["Content-Type"] == "text/plain; charset=utf-8"
    assert response.content.decode() == (
        "User-agent: *\n"
        "Disallow: /admin/\n"
        "Disallow: /accounts/\n"
        "Disallow: /following/\n"
        "Disallow: /initiatives/export.\n"
        "Disallow: /registrations/\n"
        "Disallow: /report/\n"
        "Disallow: /search/\n"
        "Disallow: /still-correct/\n"
        f"Sitemap: {settings.SITE_URL}/sitemap.xml\n"
    )


def test_finders_of_weaknesses_are_told_whom_to_tell(client: Client) -> None:
    with time_machine.travel("2026-11-23T12:00:00Z", tick=False):
        response = client.get("/.well-known/security.txt")

    assert response.content.decode() == (
        "Contact: mailto:noreply@localhost\n"
        "Expires: 2027-05-22T00:00:00Z\n"
        "Preferred-Languages: en\n"
        f"Canonical: {settings.SITE_URL}/.well-known/security.txt\n"
    )


def test_the_visitors_theme_is_drawn_from_the_start(client: Client) -> None:
    client.cookies["theme"] = "dark"

    response = client.get(reverse("about"))

    assert 'data-theme="dark"' in response.content.decode()


def test_without_a_choice_the_device_decides(client: Client) -> None:
    response = client.get(reverse("about"))

    assert "data-theme=" not in response.content.decode()


def test_caches_keep_the_themes_apart(client: Client) -> None:
    response = client.get(reverse("about"))

    assert "Cookie" in response["Vary"]


def test_files_are_the_same_for_every_theme(client: Client) -> None:
    response = client.get("/robots.txt")

    assert response["Vary"] == "Accept-Language"
