"""The face keeps its promises: readable colours, nothing borrowed from a government page, light to load."""

from __future__ import annotations

import gzip
import re
from pathlib import Path

import pytest

import service.web

WEB = Path(service.web.__file__).parent
CSS = (WEB / "static" / "bowbell.css").read_text(encoding="utf-8")
TOKENS = (WEB / "scss" / "_tokens.scss").read_text(encoding="utf-8")

PAIRS = [
    ("ink", "paper"),
    ("ink", "card"),
    ("ink", "stone-tint"),
    ("ink", "help"),
    ("quiet", "paper"),
    ("quiet", "card"),
    ("quiet", "stone-tint"),
    ("river", "paper"),
    ("river", "card"),
    ("river", "help"),
    ("river-deep", "card"),
    ("on-river", "river"),
    ("on-river", "river-deep"),
    ("on-brick", "brick"),
    ("bell", "card"),
    ("bell", "paper"),
    ("leaf", "leaf-tint"),
    ("amber", "amber-tint"),
    ("brick", "card"),
    ("brick", "paper"),
    ("brick", "stone-tint"),
    ("focus-ink", "focus"),
]


def _modes() -> dict[str, dict[str, str]]:
    light, dark = TOKENS.split("@media screen and (prefers-color-scheme: dark)")
    find = re.compile(r"--([a-z-]+): (#[0-9a-f]{6});")
    first = dict(find.findall(light))
    return {"light": first, "dark": {**first, **dict(find.findall(dark))}}


def _luminance(colour: str) -> float:
    def linear(part: int) -> float:
        share = part / 255
        return share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4

    red, green, blue = (linear(int(colour[at : at + 2], 16)) for at in (1, 3, 5))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _contrast(one: str, other: str) -> float:
    darker, lighter = sorted((_luminance(one), _luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def test_contrast_is_measured_as_the_guidelines_do() -> None:
    assert _contrast("#000000", "#ffffff") == pytest.approx(21)
    assert _contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("mode", ["light", "dark"])
@pytest.mark.parametrize(("text", "ground"), PAIRS)
def test_text_can_be_read_in_both_modes(mode: str, text: str, ground: str) -> None:
    tokens = _modes()[mode]
    assert _contrast(tokens[text], tokens[ground]) >= 4.5


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_edges_of_fields_can_be_seen(mode: str) -> None:
    tokens = _modes()[mode]
    assert _contrast(tokens["edge"], tokens["card"]) >= 3
    assert _contrast(tokens["edge"], tokens["paper"]) >= 3


def test_the_compiled_style_carries_the_tokens_of_its_source() -> None:
    squashed = re.sub(r"\s", "", CSS).lower()
    for mode in _modes().values():
        for name, value in mode.items():
            short = f"#{value[1]}{value[3]}{value[5]}" if value[1::2] == value[2::2] else value
            named = {"#ffffff": ("#fff", "white")}.get(value, ())
            assert any(f"--{name}:{shown}" in squashed for shown in (value, short, *named)), name


def test_the_style_borrows_no_mark_of_government() -> None:
    assert not re.search(r"GDS Transport|crown|crest|GOV\.UK|govuk-logo", CSS, re.IGNORECASE)


def test_no_template_borrows_a_mark_of_government() -> None:
    for template in (WEB / "templates").rglob("*.html"):
        text = template.read_text(encoding="utf-8")
        assert not re.search(r"GDS Transport|(?i:crown|crest)|GOV\.UK", text), template.name


def test_nothing_is_fetched_from_another_host() -> None:
    assert not re.findall(r"url\(\"?(?:https?:)?//", CSS)
    assert "@import" not in CSS


def test_the_first_view_is_light() -> None:
    style = len(gzip.compress(CSS.encode()))
    fonts = sum(
        (WEB / "static" / "fonts" / f"atkinson-hyperlegible-next-latin-{weight}.woff2").stat().st_size
        for weight in (400, 700)
    )
    assert len(CSS.encode()) < 100_000
    assert style + fonts < 40_000


def test_every_file_the_style_names_is_there() -> None:
    named = re.findall(r"url\(\"?([^\")]+)\"?\)", CSS)
    assert named
    for name in named:
        assert (WEB / "static" / name).is_file(), name


def test_licences_stand_beside_what_they_license() -> None:
    form_parts = (WEB / "static" / "LICENCE-govuk-frontend.txt").read_text(encoding="utf-8")
    assert "MIT" in form_parts
    assert "Government Digital Service" in form_parts
    assert "SIL OPEN FONT LICENSE" in (WEB / "static" / "fonts" / "OFL.txt").read_text(encoding="utf-8")


def test_no_macro_is_given_text_as_markup() -> None:
    for template in (WEB / "templates").rglob("*.html"):
        text = template.read_text(encoding="utf-8")
        assert not re.search(r"[\"'](?:html|titleHtml|descriptionHtml)[\"']\s*:|\|\s*safe\b|autoescape false", text), (
            template.name
        )
