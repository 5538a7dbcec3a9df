"""Dates of the sample web: all counted from the day a sample workspace starts.

Texts may say `{d+45}`: the date 45 days after the start, written in the article's language, so
that the deadlines and events they announce stay in the future whenever the sample is unpacked.
The letters are `d` (day, month, year), `w` (weekday, day, month), `m` (month, year), `y` (year).
"""

import re
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

ZONE = ZoneInfo("America/Toronto")
_MARK = re.compile(r"\{([dwmy])([+-]\d+)\}")

_MONTHS = {
    "fr": "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
    "en": "January February March April May June July August September October November December",
    "es": "enero febrero marzo abril mayo junio julio"
    " agosto septiembre octubre noviembre diciembre",
    "pt": "janeiro fevereiro março abril maio junho julho"
    " agosto setembro outubro novembro dezembro",
    "ko": "1월 2월 3월 4월 5월 6월 7월 8월 9월 10월 11월 12월",
}
_WEEKDAYS = {
    "fr": "lundi mardi mercredi jeudi vendredi samedi dimanche",
    "en": "Monday Tuesday Wednesday Thursday Friday Saturday Sunday",
    "es": "lunes martes miércoles jueves viernes sábado domingo",
    "pt": "segunda-feira terça-feira quarta-feira quinta-feira sexta-feira sábado domingo",
    "ko": "월요일 화요일 수요일 목요일 금요일 토요일 일요일",
}
# How each language arranges weekday (w), day (d), month (m) and year (y), for each letter.
_SHAPES = {
    "fr": {"d": "{d} {m} {y}", "w": "{w} {d} {m}", "m": "{m} {y}", "y": "{y}"},
    "en": {"d": "{m} {d}, {y}", "w": "{w}, {m} {d}", "m": "{m} {y}", "y": "{y}"},
    "es": {"d": "{d} de {m} de {y}", "w": "{w} {d} de {m}", "m": "{m} de {y}", "y": "{y}"},
    "pt": {"d": "{d} de {m} de {y}", "w": "{w}, {d} de {m}", "m": "{m} de {y}", "y": "{y}"},
    "ko": {"d": "{y}년 {m} {d}일", "w": "{m} {d}일 {w}", "m": "{y}년 {m}", "y": "{y}"},
}
_SHORT_MONTHS = (
    *("janv.", "févr.", "mars", "avr.", "mai", "juin"),
    *("juill.", "août", "sept.", "oct.", "nov.", "déc."),
)


def instant(started: date, day: int, clock: str = "00:00") -> datetime:
    """The moment `day` days before `started` (negative: after), at `clock` in Toronto."""
    return datetime.combine(started - timedelta(days=day), time.fromisoformat(clock), ZONE)


def spoken(day: date, language: str, shape: str = "d") -> str:
    """`day` as people of that language write it."""
    number = "1er" if language == "fr" and day.day == 1 else str(day.day)
    return _SHAPES[language][shape].format(
        w=_WEEKDAYS[language].split()[day.weekday()],
        d=number,
        m=_MONTHS[language].split()[day.month - 1],
        y=day.year,
    )


def fill_in(text: str, started: date, language: str) -> str:
    """`text` with each `{d+45}` mark replaced by the date it stands for."""

    def written(mark: re.Match[str]) -> str:
        return spoken(started + timedelta(days=int(mark[2])), language, mark[1])

    return _MARK.sub(written, text)


def in_french_prose(moment: datetime, short: bool) -> str:
    """A date as some French sites write it in their feed, which no standard parser reads."""
    local = moment.astimezone(ZONE)
    if short:
        number = "1er" if local.day == 1 else str(local.day)
        return f"{number} {_SHORT_MONTHS[local.month - 1]} {local.year}"
    weekday = spoken(local.date(), "fr", "w").split()[0]
    return f"{weekday} {spoken(local.date(), 'fr')} à {local:%Hh%M}"
