"""HTML that others wrote, as the Markdown that is stored here."""

import re
from html import unescape

import nh3

TAG = re.compile(r"(?<!\\)</?[A-Za-z][A-Za-z0-9]*(?:\s[^<>]*)?/?>|(?<!\\)<!--")
"""What looks like markup; a comparison or an address between angle brackets does not."""

KEPT = {
    *("a", "b", "blockquote", "br", "div", "em", "h1", "h2", "h3", "h4", "h5", "h6", "i", "li"),
    *("ol", "p", "strong", "tr", "ul"),
}
SIGNS = {"b": "**", "strong": "**", "em": "*", "i": "*", "br": "\n", "li": "\n- "}
LINK = re.compile(r'<a href="([^"]*)"[^>]*>(.*?)</a>', re.DOTALL)
KEPT_TAG = re.compile(r"<(/?)([a-z0-9]+)[^>]*>")
SPACE = re.compile(r"[ \t]*\n[ \t]*")
MANY_LINES = re.compile(r"\n{3,}")


def has_markup(text: str) -> bool:
    """There are tags of HTML in it."""
    return TAG.search(text) is not None


def as_markdown(html: str) -> str:
    """The same as Markdown: paragraphs, lists, emphasis and links to the web; the rest as words."""
    clean = nh3.clean(
        html,
        tags=KEPT,
        attributes={"a": {"href"}},
        url_schemes={"http", "https"},
        link_rel=None,
    )
    text = KEPT_TAG.sub(_sign, LINK.sub(_link, clean))
    lines = MANY_LINES.sub("\n\n", SPACE.sub("\n", unescape(text)))
    return TAG.sub(r"\\\g<0>", lines.strip())


def _link(link: re.Match[str]) -> str:
    """A link, whose address may hold the brackets that Markdown ends it with."""
    address = link[1].replace("(", "%28").replace(")", "%29")
    return f"[{link[2]}]({address})"


def _sign(tag: re.Match[str]) -> str:
    """What stands for a tag: emphasis on both sides, a new line or paragraph, or nothing."""
    is_end, name = tag[1] == "/", tag[2]
    sign = SIGNS.get(name, "" if name == "a" else "\n\n")
    return "" if is_end and name in {"br", "li"} else sign
