"""The browser that a session is in, in two words. Pure."""

import re
from typing import Final

_BROWSERS: Final = (
    (r"Edg(e|A|iOS)?/", "Edge"),
    (r"(Firefox|FxiOS)/", "Firefox"),
    (r"OPR/", "Opera"),
    (r"(Chrome|CriOS|Chromium)/", "Chrome"),
    (r"Safari/", "Safari"),
)
_SYSTEMS: Final = (
    (r"iPhone", "iPhone"),
    (r"iPad", "iPad"),
    (r"Android", "Android"),
    (r"Windows", "Windows"),
    (r"Mac OS X|Macintosh", "macOS"),
    (r"CrOS", "ChromeOS"),
    (r"Linux|X11", "Linux"),
)


def agent_name(header: str) -> str:
    """Return what a User-Agent header says, like « Firefox, Linux »; empty when it says nothing."""
    told = header[:400]
    found = (
        next((name for pattern, name in kinds if re.search(pattern, told)), "")
        for kinds in (_BROWSERS, _SYSTEMS)
    )
    return ", ".join(filter(None, found))
