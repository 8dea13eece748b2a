"""Markdown as people write it, made into HTML that can harm nobody: the one place that does so."""

from collections.abc import Sequence
from html import unescape

import nh3
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict

TAGS = {
    "a", "abbr", "blockquote", "br", "code", "del", "em", "h3", "h4", "h5", "h6", "hr", "li", "ol",
    "p", "pre", "s", "strong", "table", "tbody", "td", "th", "thead", "tr", "ul",
}  # fmt: skip
DEEPEST_HEADING = 6
HEADING_SHIFT = 2


class ShiftedHeadings(RendererHTML):
    """Renders a writer's first heading as `h3`, since the page has its own `h1` and `h2`."""

    def renderToken(  # noqa: N802 - the name is markdown-it's
        self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType
    ) -> str:
        token = tokens[idx]
        if token.type in {"heading_open", "heading_close"}:
            level = min(int(token.tag[1:]) + HEADING_SHIFT, DEEPEST_HEADING)
            token.tag = f"h{level}"
        return super().renderToken(tokens, idx, options, env)


PARSER = MarkdownIt(
    "commonmark", {"html": False, "maxNesting": 20}, renderer_cls=ShiftedHeadings
).enable(["table", "strikethrough"])
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
