from django.utils import translation

from clusterix.lib.countries import countries, country_name


def test_countries_are_named_in_the_active_language() -> None:
    with translation.override("de"):
        assert country_name("SE") == "Schweden"


def test_greece_and_the_united_kingdom_go_by_their_codes_in_nuts_too() -> None:
    assert [country_name(code) for code in ("EL", "GR", "UK", "GB")] == [
        "Greece",
        "Greece",
        "United Kingdom",
        "United Kingdom",
    ]


def test_a_code_that_no_country_has_stays_a_code() -> None:
    assert country_name("QX") == "QX"


def test_names_are_english_where_no_language_is_active() -> None:
    with translation.override(None):
        assert (country_name("SE"), countries()[0]) == ("Sweden", ("AF", "Afghanistan"))


def test_the_list_of_countries_follows_the_active_language() -> None:
    with translation.override("de"):
        names = [name for _code, name in countries()]

    assert names == sorted(names)
    assert names[0] == "Afghanistan"


def test_the_list_of_countries_has_countries_only() -> None:
    codes = {code for code, _name in countries()}

    assert {"SE", "GR", "GB"} <= codes
    assert codes.isdisjoint({"EU", "UN", "ZZ", "001", "150"})
