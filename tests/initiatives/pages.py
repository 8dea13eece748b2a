"""How the tests read the pages of the catalogue."""

import json
import re
from collections.abc import Callable
from html import unescape
from typing import Any

Ask = Callable[[str], str]
Page = Callable[..., str]


def plain(html: str) -> str:
    """What a page says, without its markup."""
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", html)).split())


def between(html: str, start: str, end: str) -> str:
    """The first part of a page from one text up to another."""
    rest = html[html.index(start) :]
    return rest[: rest.index(end)]


def links(html: str) -> dict[str, str]:
    """Where the links of a page lead, by their words."""
    found = re.findall(r'<a [^>]*?href="([^"]*)"[^>]*>(.*?)</a>', html, re.DOTALL)
    return {plain(words): unescape(url) for url, words in found}


def facts(html: str) -> dict[str, list[str]]:
    """The column of facts: each term with its values."""
    rows = re.findall(r"<dt>(.*?)</dt>(.*?)</div>", html, re.DOTALL)
    return {
        term: [
            unescape(re.sub(r"<[^>]*>", "", value)).strip()
            for value in re.findall(r"<dd>(.*?)</dd>", values, re.DOTALL)
        ]
        for term, values in rows
    }


def section(html: str, anchor: str) -> str:
    """The words of a part of the page."""
    found = re.search(
        rf'<section id="{anchor}">(.*?)</section>\s*(<section|</div>)', html, re.DOTALL
    )
    assert found, anchor
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", found[1])).split())


def linked_data(html: str) -> dict[str, Any]:
    """What search engines are told."""
    found = re.search(r'<script type="application/ld\+json">(.*?)</script>', html, re.DOTALL)
    assert found
    told: dict[str, Any] = json.loads(found[1])
    return told
