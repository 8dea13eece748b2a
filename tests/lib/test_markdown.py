"""What people write becomes HTML that can harm nobody."""

from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clusterix.lib.markdown import TAGS, plain, render


class Elements(HTMLParser):
    """The elements and attributes of a piece of HTML, as a browser would see them."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.names: set[str] = set()
        self.attributes: set[tuple[str, str]] = set()
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.names.add(tag)
        self.attributes |= {(name, value or "") for name, value in attrs}


@pytest.mark.parametrize(
    ("written", "levels"),
    [
        ("# #", "3 3"),
        ("# ## ### #### ##### ######", "3 4 5 6 6 6"),
        ("## ## ### ##", "3 3 4 3"),
        ("# ##### ##", "3 4 4"),
        ("### # ##", "3 3 4"),
    ],
)
def test_headings_stand_below_those_of_the_page_and_skip_no_level(
    written: str, levels: str
) -> None:
    html = render("\n\n".join(f"{marks} Title" for marks in written.split()))

    expected = [f"<h{level}>Title</h{level}>" for level in levels.split()]
    assert html.split("\n") == [*expected, ""]


def test_lists_emphasis_and_tables_are_kept() -> None:
    html = render("- *a*\n- **b**\n\n| x | y |\n|---|--:|\n| 1 | 2 |")

    assert "<li><em>a</em></li>" in html
    assert "<td>2</td>" in html
    assert "style" not in html


def test_links_lead_out_without_vouching_for_where() -> None:
    html = render("[Vanguard](https://www.s3vanguardinitiative.eu)")

    assert html == (
        '<p><a href="https://www.s3vanguardinitiative.eu" rel="nofollow noopener">'
        "Vanguard</a></p>\n"
    )


def test_mail_addresses_may_be_links() -> None:
    assert 'href="mailto:info@agency.example"' in render("<info@agency.example>")


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "![x](https://tracker.example/pixel.png)",
        "[x](javascript:alert(1))",
        "[x](JaVaScRiPt:alert(1))",
        "[x](data:text/html;base64,PHNjcmlwdD4=)",
        "[x](vbscript:x)",
        "[x](//evil.example/)",
        "[x](/admin/logout/)",
        '<a href="https://a.example" onclick="alert(1)" style="color:red">x</a>',
        "<svg/onload=alert(1)>",
        "<iframe src=https://a.example></iframe>",
        '[x](https://a.example "\\" onmouseover=alert(1) x=\\"")',
        "</p></div></main><form action=https://a.example>",
        "<math><mtext><table><mglyph><style><!--</style><img title='--&gt;<img src=1 onerror=x>'>",
    ],
)
def test_no_text_runs_loads_or_escapes(text: str) -> None:
    assert_harmless(render(text))


@given(
    st.lists(
        st.one_of(
            st.text(max_size=20),
            st.sampled_from(
                ["<script>", "](javascript:", "[a](", "<a href=", "![", '"', "`", "&#x6a;", "\n# "]
            ),
        )
    ).map("".join)
)
def test_no_mixture_runs_loads_or_escapes(text: str) -> None:
    assert_harmless(render(text))


def test_deep_nesting_ends() -> None:
    html = render("> " * 5_000 + "x")

    assert html.count("<blockquote>") < 100


def test_plain_text_has_the_words_without_the_marks() -> None:
    assert plain("# Skåne\n\nA *calm* [place](https://skane.se) & more") == (
        "Skåne A calm place & more"
    )


def assert_harmless(html: str) -> None:
    """Only tags on the list, and nothing but web and mail addresses in attributes."""
    elements = Elements(html)
    assert elements.names <= TAGS
    assert {name for name, _value in elements.attributes} <= {"href", "rel", "title", "start"}
    for name, value in elements.attributes:
        if name == "href":
            assert value.lower().startswith(("http://", "https://", "mailto:"))
