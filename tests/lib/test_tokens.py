"""The colours keep the contrast that readers need, in light and in dark."""

import re
from itertools import product
from pathlib import Path

import pytest

CSS = Path(__file__).resolve().parents[2] / "static" / "css"
TOKENS = re.findall(
    r"--([a-z-]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\);",
    (CSS / "tokens.css").read_text(encoding="utf-8"),
)
THEMES = {
    "light": {name: light for name, light, _dark in TOKENS},
    "dark": {name: dark for name, _light, dark in TOKENS},
}
GROUNDS = ["paper", "card"]
TEXTS = ["ink", "soft", "signal", "european", "inter-regional", "national", "regional", "alert"]
STATES = ["found", "running-ground", "upcoming-ground", "ended-ground", "alert-ground", "land"]


def luminance(colour: str) -> float:
    """Relative luminance as WCAG defines it."""
    channels = [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    linear = [
        channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4
        for channel in channels
    ]
    return sum(part * share for part, share in zip(linear, (0.2126, 0.7152, 0.0722), strict=True))


def contrast(one: str, other: str) -> float:
    """Contrast ratio as WCAG defines it, from 1 to 21."""
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def test_black_on_white_has_all_the_contrast_there_is() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize(("text", "ground"), [*product(TEXTS, GROUNDS)])
def test_text_can_be_read(theme: str, text: str, ground: str) -> None:
    colours = THEMES[theme]

    assert contrast(colours[text], colours[ground]) >= 4.5


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("ground", STATES)
def test_states_can_be_read(theme: str, ground: str) -> None:
    colours = THEMES[theme]

    assert contrast(colours["ink"], colours[ground]) >= 4.5


@pytest.mark.parametrize("theme", THEMES)
def test_words_on_the_signal_and_in_alerts_can_be_read(theme: str) -> None:
    colours = THEMES[theme]

    assert contrast(colours["on-signal"], colours["signal"]) >= 4.5
    assert contrast(colours["alert"], colours["alert-ground"]) >= 4.5


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize(("control", "ground"), [*product(["edge", "signal"], GROUNDS)])
def test_controls_can_be_seen(theme: str, control: str, ground: str) -> None:
    colours = THEMES[theme]

    assert contrast(colours[control], colours[ground]) >= 3


@pytest.mark.parametrize("sheet", ["base.css", "components.css"])
def test_colours_come_from_the_tokens_alone(sheet: str) -> None:
    css = (CSS / sheet).read_text(encoding="utf-8")

    assert not re.findall(r"#[0-9a-fA-F]{3,8}\b|rgba?\(|hsla?\(", css)


@pytest.mark.parametrize("sheet", sorted(path.name for path in CSS.glob("*.css")))
def test_every_token_that_is_used_exists(sheet: str) -> None:
    defined = set(re.findall(r"--([a-z0-9-]+):", "".join(p.read_text() for p in CSS.glob("*.css"))))

    used = set(re.findall(r"var\(--([a-z0-9-]+)", (CSS / sheet).read_text(encoding="utf-8")))

    assert used <= defined
