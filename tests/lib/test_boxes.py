"""Facets as boxes to tick: what they say, and that nothing they are told becomes markup."""

from clusterix.lib.boxes import Choice, Facet

CANARY = '"><script>alert(1)</script>'


def test_a_facet_without_choices_is_not_there() -> None:
    assert Facet("kind", "kind", [], []).group == ""


def test_a_facet_has_its_title_its_boxes_and_what_was_not_understood() -> None:
    choices = [
        Choice("se", "sweden", 12, selected=True),
        Choice("at", "austria", 0, selected=False, depth=1),
    ]

    html = Facet("country", "country", choices, ["“XX” is left out."]).group

    assert html.startswith(
        '<fieldset class="facet" id="facet-country"><legend><span>Country</span>'
    )
    assert '<p class="field__errors" id="country_error">' in html
    assert (
        '<label class="facet__choice"><input type="checkbox" name="country" id="country-se"'
        ' value="se" checked><span>Sweden</span><span class="facet__count">12</span></label>'
    ) in html
    assert (
        '<label class="facet__choice facet__choice--within facet__choice--none">'
        '<input type="checkbox" name="country" id="country-at" value="at">'
    ) in html
    assert "facet__more" not in html


def test_a_long_facet_leads_to_the_search_for_its_choices() -> None:
    html = Facet("region", "region", [], [], more="/choices/?a=1&b=2").group

    assert 'href="/choices/?a=1&amp;b=2" hx-get="/choices/?a=1&amp;b=2"' in html
    assert ">Find: region</a>" in html


def test_nothing_that_a_facet_is_told_becomes_markup() -> None:
    choices = [Choice(CANARY, CANARY, 1, selected=False)]

    html = Facet("kind", CANARY, choices, [CANARY], more=CANARY).group

    assert "<script" not in html
    assert html.count("&lt;script&gt;") == 8
