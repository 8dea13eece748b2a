"""How the tests read pages."""

import json

LINKED_DATA = '<script type="application/ld+json">'


def names(page: str) -> list[str]:
    """The titles of the cards of a page, in order."""
    titles = page.split('class="card__title"')[1:]
    return [title.split("<a ", 1)[1].split(">", 1)[1].split("<")[0] for title in titles]


def facet(page: str, name: str) -> list[tuple[str, str, bool]]:
    """What a facet offers: value, count, and whether it is chosen."""
    return [
        (
            part.split('value="')[1].split('"')[0],
            part.split('facet__count">')[1].split("<")[0],
            "checked" in part.split(">")[0],
        )
        for part in page.split('class="facet__choice')[1:]
        for part in [part.split("<input", 1)[1]]
        if f'name="{name}"' in part.split(">")[0]
    ]


def linked_data(page: str) -> dict[str, object]:
    """What a page tells search engines."""
    start = page.index(LINKED_DATA) + len(LINKED_DATA)
    data: dict[str, object] = json.loads(page[start : page.index("</script>", start)])
    return data
