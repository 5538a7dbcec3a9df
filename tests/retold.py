"""Texts told again, by code: what editors do to a copy, and templates filled with other facts.

Everything is drawn from a `random.Random` that the caller seeds, and from words of our own in
tests/data/stories/retold.yaml.
"""

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import yaml

_WORDS = yaml.safe_load((Path(__file__).parent / "data/stories/retold.yaml").read_text("utf-8"))


@dataclass(frozen=True, slots=True)
class Text:
    """A title and a text of paragraphs apart by blank lines."""

    title: str
    text: str
    lang: str = "fr"

    @property
    def paragraphs(self) -> list[str]:
        return self.text.split("\n\n")


def with_another_title(text: Text, rng: random.Random) -> Text:
    """A headline of the editor's own, or made of words of the text."""
    if rng.random() < 0.5:
        return replace(text, title=rng.choice(_WORDS["headlines"]))
    words = rng.choice(text.paragraphs).split()
    start = rng.randrange(max(1, len(words) - 9))
    return replace(text, title=" ".join(words[start : start + 9]).strip(" ,;:").capitalize())


def with_a_paragraph_cut(text: Text, rng: random.Random) -> Text:
    """The text without one paragraph that it can do without: at most 40 % of it."""
    parts = text.paragraphs
    short = [at for at, part in enumerate(parts) if len(part) <= 0.4 * len(text.text)]
    if len(parts) < 2 or not short:
        return text
    parts.pop(rng.choice(short))
    return replace(text, text="\n\n".join(parts))


def with_an_agency_line(text: Text, rng: random.Random) -> Text:
    """A credit before or after the text."""
    line = rng.choice(_WORDS["credits"]).format(agency=rng.choice(_WORDS["agencies"]))
    before = rng.random() < 0.5
    return replace(text, text=f"{line}\n\n{text.text}" if before else f"{text.text}\n\n{line}")


def with_another_intro(text: Text, rng: random.Random) -> Text:
    """The first paragraph, or the first third of a long one, told in the editor's words."""
    first, *others = text.paragraphs
    names = [word.strip(".,;:()«»") for word in text.text.split() if word[:1].isupper()]
    intro = rng.choice(_WORDS["intros"]).format(name=rng.choice(names or ["l’organisme"]))
    if not others or len(first) > 0.4 * len(text.text):
        sentences = first.split(". ")
        others.insert(0, ". ".join(sentences[max(1, len(sentences) // 3) :]))
    return replace(text, text="\n\n".join([intro, *others]))


def with_light_edits(text: Text, rng: random.Random) -> Text:
    """A word in sixty dropped or said otherwise, quotes and apostrophes typed otherwise."""
    words = text.text.split(" ")
    for _ in range(max(1, len(words) // 60)):
        at = rng.randrange(len(words))
        words[at] = rng.choice(("", "aussi", "notamment", words[at]))
    edited = " ".join(word for word in words if word)
    return replace(text, text=edited.replace("« ", "“").replace(" »", "”").replace("’", "'"))


_CHANGES: tuple[Callable[[Text, random.Random], Text], ...] = (
    with_another_title,
    with_a_paragraph_cut,
    with_an_agency_line,
    with_another_intro,
    with_light_edits,
)


def retold(text: Text, rng: random.Random, changes: int) -> Text:
    """Return the text after so many kinds of change, drawn without repeat."""
    for change in rng.sample(_CHANGES, changes):
        text = change(text, rng)
    return text


def fillings(rng: random.Random, each: int) -> Iterator[tuple[str, Text]]:
    """Yield each template so many times, with its name and with other facts every time."""
    for name, template in _WORDS["templates"].items():
        seen: set[Text] = set()
        while len(seen) < each:
            facts = _facts(rng)
            text = "\n\n".join(template["text"]).format(**facts)
            filled = Text(template["title"].format(**facts), text)
            if filled not in seen:
                seen.add(filled)
                yield name, filled


def _facts(rng: random.Random) -> dict[str, object]:
    drawn = {name: rng.choice(values) for name, values in _WORDS["facts"].items()}
    other = rng.choice(_WORDS["facts"]["last"])
    return drawn | {
        "person": f"{drawn['first']} {drawn['last']}-{other}",
        "house": f"{rng.choice(('La', 'Coop', 'Maison'))} {drawn['noun']} {other}",
        "day": f"{rng.randrange(1, 29)} {drawn['month']}",
        "tenth": rng.choice((6, 16, 26)),
        "small": rng.randrange(19, 38),
        "few": rng.randrange(15, 95),
        "many": rng.randrange(40, 900),
        "thousands": rng.randrange(1000, 3000),
    }
