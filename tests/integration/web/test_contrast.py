"""The style sheets' colours: text at 4.5 to 1, edges of fields at 3 to 1 (WCAG 2.2, level AA)."""

import re
from pathlib import Path

import pytest

import veille.web

STATIC = Path(veille.web.__file__).with_name("static")
TEXT = [
    (ink, ground)
    for ink, grounds in {
        "ink": ("paper", "warm", "note", "care", "field"),
        "soft": ("paper", "desk", "warm"),
        "link": ("paper", "desk", "warm", "note", "care"),
        "alarm": ("paper", "care"),
        "on-act": ("act",),
    }.items()
    for ground in grounds
]
EDGES = [
    ("edge", "paper"),
    ("edge", "field"),
    ("act", "paper"),
    ("focus", "paper"),
    ("focus", "desk"),
]


OF_STAFF = [(one, f"{one}-tint") for one in ("fin", "gov", "lea")] + [
    ("ink", "desk"), ("ink", "mark"), ("soft", "care"), ("soft", "note"), ("alarm", "warm"),
]  # fmt: skip
MARKS = [(f"{one}-mark", ground) for one in ("fin", "gov", "lea") for ground in ("paper", "desk")]


def colours_of(sheet, scheme):
    text = (STATIC / sheet).read_text(encoding="utf-8")
    light, dark = re.findall(r":root \{(.*?)\}", text, re.DOTALL)
    chosen = light if scheme == "light" else dark
    return dict(re.findall(r"--([a-z-]+): #([0-9a-f]{6});", chosen))


@pytest.fixture(scope="module", params=["light", "dark"])
def colours(request):
    return colours_of("site.css", request.param)


@pytest.fixture(scope="module", params=["light", "dark"])
def of_staff(request):
    return colours_of("staff.css", request.param)


def luminance(colour):
    def linear(channel):
        return channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4

    red, green, blue = (linear(int(colour[at : at + 2], 16) / 255) for at in (0, 2, 4))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one, other):
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize(("pairs", "least"), [(TEXT, 4.5), (EDGES, 3.0)])
def test_contrast(colours, pairs, least):
    poor = {pair: round(contrast(*(colours[name] for name in pair)), 2) for pair in pairs}
    assert not {pair: found for pair, found in poor.items() if found < least}


@pytest.mark.parametrize(("pairs", "least"), [(TEXT + OF_STAFF, 4.5), (EDGES + MARKS, 3.0)])
def test_contrast_of_the_staffs_pages(of_staff, pairs, least):
    test_contrast(of_staff, pairs, least)
