"""Cards: how an entry looks in a list, the same in every list.

Lists are long, so a card is made here rather than by a template, which takes ten times as long.
"""

from collections.abc import Iterable

from django.utils.html import conditional_escape as escaped
from django.utils.safestring import SafeString
from django.utils.text import capfirst

from clusterix.lib import marks

MARK_SIZE = 64


def card(  # noqa: PLR0913 -- each is one thing that a card can show
    url: str,
    title: str,
    *,
    entry: marks.Marked | None = None,
    heading: str = "h2",
    level: str = "",
    level_label: str = "",
    status: str = "",
    status_label: str = "",
    kind: str = "",
    when: str = "",
    byline: str = "",
    summary: str = "",
    chips: str = "",
    language: str = "",
) -> SafeString:
    """An entry in a list, as HTML; what is not given is not shown.

    `entry` draws its mark, `chips` are what `listed()` made, and `language` is that of the title
    and the summary.
    """
    spoken = f' lang="{escaped(language)}"' if language else ""
    line = [
        labelled("level", level, capfirst(level_label)),
        labelled("badge", status, status_label),
        *(f"<span>{escaped(text)}</span>" for text in (kind, when) if text),
    ]
    mark = marks.mark(entry.key, entry.mark_nodes(), size=MARK_SIZE) if entry else ""
    parts = [
        f'<div class="card__mark">{mark}</div>' if mark else "",
        '<div class="card__body">',
        f'<p class="card__line">{" ".join(filter(None, line))}</p>' if any(line) else "",
        f'<{heading} class="card__title"{spoken}><a href="{escaped(url)}">{escaped(title)}</a>',
        f"</{heading}>",
        f'<p class="card__byline">{escaped(byline)}</p>' if byline else "",
        f'<p class="card__summary"{spoken}>{escaped(summary)}</p>' if summary else "",
        chips,
        "</div>",
    ]
    return SafeString(f'<article class="card">{"".join(parts)}</article>')


def labelled(name: str, key: str, label: str) -> str:
    """A label of that name, in the look that goes with its key; nothing without one."""
    if not key:
        return ""
    return f'<span class="{name} {name}--{escaped(key)}">{escaped(label)}</span>'


def listed(chips: Iterable[tuple[str, str]]) -> SafeString:
    """Words about an entry, each a link to all of which that is true; nothing without any."""
    items = "".join(
        f'<li><a class="chip" href="{escaped(url)}">{escaped(label)}</a></li>'
        for label, url in chips
    )
    return SafeString(f'<ul class="chips">{items}</ul>' if items else "")
