"""Markdown as people write it, made into HTML that can harm nobody: the one place that does so."""

from html import unescape

import nh3
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore

TAGS = {
    "a", "abbr", "blockquote", "br", "code", "del", "em", "h3", "h4", "h5", "h6", "hr", "li", "ol",
    "p", "pre", "s", "strong", "table", "tbody", "td", "th", "thead", "tr", "ul",
}  # fmt: skip
PAGE_HEADING, DEEPEST_HEADING = 2, 6


def outline(state: StateCore) -> None:
    """Puts headings under the page's own `h2` and lets no level be skipped, as readers expect."""
    around: list[int] = []
    for token in state.tokens:
        if token.type == "heading_open":
            written = int(token.tag[1:])
            around = [*(level for level in around if level < written), written]
        if token.type in {"heading_open", "heading_close"}:
            token.tag = f"h{min(PAGE_HEADING + len(around), DEEPEST_HEADING)}"


PARSER = MarkdownIt("commonmark", {"html": False, "maxNesting": 20})
PARSER.enable(["table", "strikethrough"])
PARSER.core.ruler.push("outline", outline)
PARSER.disable(["image"])


def render(text: str) -> SafeString:
    """Markdown as HTML: links to the web and to mail addresses only, no pictures, no markup."""
    html = nh3.clean(
        PARSER.render(text),
        tags=TAGS,
        attributes={"a": {"href", "title"}, "ol": {"start"}},
        url_schemes={"http", "https", "mailto"},
        url_relative="deny",
        link_rel="nofollow noopener",
    )
    return mark_safe(html)  # noqa: S308 - nh3 has just cleaned it


def plain(text: str) -> str:
    """The words of a Markdown text without its marks; not HTML, so escape it like any text."""
    return " ".join(unescape(nh3.clean(PARSER.render(text), tags=set())).split())
