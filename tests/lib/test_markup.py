"""HTML of others becomes Markdown that says the same and harms nobody."""

import pytest

from clusterix.lib.markdown import plain, render
from clusterix.lib.markup import as_markdown, has_markup


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("<p>One</p><p>Two<br>lines</p>", "One\n\nTwo\nlines"),
        ("<ul><li>a</li><li><b>b</b> &amp; <i>c</i></li></ul>", "- a\n- **b** & *c*"),
        ("<h1>Head</h1><div>Body</div>", "Head\n\nBody"),
        ('<a href="https://example.org/a(b)">See</a>', "[See](https://example.org/a%28b%29)"),
        ('<a href="javascript:alert(1)">See</a> <a>this</a>', "See this"),
        ("<img src=x onerror=alert(1)>Text<!-- no -->", "Text"),
        ("<script>alert(1)</script><style>x</style>Text", "Text"),
        ("<p>1 &lt; 2 and &lt;b&gt;</p>", "1 < 2 and \\<b>"),
    ],
)
def test_html_becomes_markdown(html: str, expected: str) -> None:
    assert as_markdown(html) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a < b > c", False),
        ("<https://example.org>", False),
        ("\\<b>", False),
        ("a <br/> b", True),
        ('<a href="x">', True),
        ("<!-- -->", True),
    ],
)
def test_markup_is_told_from_other_brackets(text: str, expected: bool) -> None:
    assert has_markup(text) is expected


def test_what_came_out_has_no_markup_to_be_read_again() -> None:
    once = as_markdown("<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>")

    assert not has_markup(once)
    assert "<script" not in render(once)
    assert plain(once) == "<script>alert(1)</script>"
