"""What the addresses and forms of review ask for, read strictly: others may have written them."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import Annotated, NamedTuple
from urllib.parse import parse_qsl, urlencode

from fastapi import Depends, Request
from starlette.datastructures import FormData
from starlette.exceptions import HTTPException

from veille.digest.draft import DOMAINS
from veille.digest.typography import inert
from veille.folding import fold
from veille.model.reviewable import Labels
from veille.review.gestures import Gesture
from veille.web.pages import chosen_language

STATES = ("new", "later", "discuss", "kept", "accepted", "aside", "changed")
"""What the queue may be narrowed to; `new` is what waits for a decision."""

MOST_ITEMS = 200
"""Articles that one form decides on at most."""

_ITEM = re.compile(r"[\w.:-]{1,128}")
_SEEN = re.compile(r"([\w.:-]{1,128}) (\d{1,15}) (\d{1,9})")
_CODE = re.compile(r"[A-Z]{2,3}(-[A-Z0-9]{1,3})?")
_LONGEST_TEXT = 2_000


@dataclass(frozen=True, slots=True)
class Asked:
    """What the queue is narrowed to, and where the page begins."""

    state: str = "new"
    domain: str = ""
    region: str = ""
    source: str = ""
    mine: bool = False
    start: int = 0

    def query(self, **changed: object) -> str:
        """Return this as the query of an address, with what is changed; empty parts left out."""
        told = replace(self, **changed)  # type: ignore[arg-type]
        parts = {
            "state": "" if told.state == "new" else told.state,
            "domain": told.domain,
            "region": told.region,
            "source": told.source,
            "mine": "1" if told.mine else "",
            "start": str(told.start) if told.start else "",
        }
        return urlencode({name: value for name, value in parts.items() if value})

    @property
    def path(self) -> str:
        """The address of this queue."""
        query = self.query()
        return f"/review?{query}" if query else "/review"


@dataclass(frozen=True, slots=True)
class Way:
    """Where a form leads on to: the queue it was in, and the card after it."""

    back: Asked
    card: str

    def path(self, request: Request) -> str:
        """Return the address to go on at."""
        query = self.back.query()
        if chosen := chosen_language(request.query_params.get("lang")):
            query += f"&lang={chosen}"
        path = f"/review?{query.lstrip('&')}" if query else "/review"
        return path + (f"#card-{self.card}" if self.card else "")


class Seen(NamedTuple):
    """An item as a form's reader saw it: the last decision on it, the version of its text."""

    item_id: str
    decision: int
    version: int


def asked(query: Mapping[str, str]) -> Asked:
    """Read the query of an address; what is none of ours counts for nothing."""
    state, domain = query.get("state", "new"), query.get("domain", "")
    region, source = query.get("region", ""), query.get("source", "")
    start = query.get("start", "")
    return Asked(
        state if state in STATES else "new",
        domain if domain in (*DOMAINS, "none") else "",
        region if _CODE.fullmatch(region) else "",
        source if _ITEM.fullmatch(source) else "",
        query.get("mine") == "1",
        int(start) if start.isdecimal() and len(start) < 6 else 0,
    )


def asked_back(form: FormData) -> Asked:
    """Read where a form is to lead back to."""
    return asked(dict(parse_qsl(text_of(form, "back"))))


def gesture_in(form: FormData, allowed: Collection[Gesture] = tuple(Gesture)) -> Gesture:
    """Read which gesture a form is; answer 400 where that is none of those allowed."""
    if (text := text_of(form, "do")) not in allowed:
        raise HTTPException(400)
    return Gesture(text)


def way_of(form: FormData) -> Way:
    """Read where a form leads on to."""
    return Way(asked_back(form), item_in(form, "next"))


async def _form(request: Request) -> FormData:
    return await request.form()


Form = Annotated[FormData, Depends(_form)]
"""A handler's parameter that is the form posted."""


def seen_in(form: FormData, name: str = "seen") -> list[Seen]:
    """Read which items a form is about; answer 400 where that is nonsense, or nothing."""
    told = [part for text in texts_of(form, name) for part in text.split(",")]
    found = [_SEEN.fullmatch(one.strip()) for one in told]
    if not found or len(found) > MOST_ITEMS:
        raise HTTPException(400)
    return [Seen(one[1], int(one[2]), int(one[3])) if one else _refuse() for one in found]


def item_in(form: FormData, name: str) -> str:
    """Read the id of an item; empty where there is none."""
    found = text_of(form, name)
    return found if _ITEM.fullmatch(found) else ""


def labels_in(form: FormData, regions: Mapping[str, str]) -> tuple[Labels, str]:
    """Read how a form tags an item, and what in it names no region (empty when all is well)."""
    codes = [code for code in texts_of(form, "region") if code in regions]
    unknown = ""
    for name in filter(None, map(str.strip, text_of(form, "place").split(";"))):
        code = region_named(name, regions)
        if code:
            codes.append(code)
        else:
            unknown = name
    domains = tuple(one for one in DOMAINS if one in texts_of(form, "domain"))
    relevant = text_of(form, "relevant") == "yes"
    return Labels(relevant, domains if relevant else (), tuple(sorted(set(codes)))), unknown


def region_named(text: str, regions: Mapping[str, str]) -> str:
    """Return the code of a region as people type it: « Estrie », « QC-05 », « Estrie (QC-05) »."""
    bare = text.strip()
    inner = bare.rpartition("(")[2].rstrip(")").strip().upper()
    for code in (inner, bare.upper()):
        if code in regions:
            return code
    wanted = fold(bare)
    return next((code for code, name in regions.items() if fold(name) == wanted), "")


def text_of(form: FormData, name: str) -> str:
    """Return a field's text, empty without any: its length bounded, nothing in it that acts."""
    value = form.get(name)
    return inert(value[:_LONGEST_TEXT]).strip() if isinstance(value, str) else ""


def texts_of(form: FormData, name: str) -> list[str]:
    """Return all values of a field."""
    return [value for value in form.getlist(name) if isinstance(value, str)]


def _refuse() -> Seen:
    raise HTTPException(400)
