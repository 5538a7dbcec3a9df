"""The `review:` section of config.yaml: what the team's queue holds."""

from pydantic import Field

from veille.settings.section import Section


class ReviewSettings(Section):
    """The morning queue: how far it looks back, and what it mixes in."""

    weeks: int = Field(default=8, ge=1, le=104)
    """Weeks of items that the queue looks back; older ones are found by searching."""

    audit: float = Field(default=0.03, ge=0, le=1)
    """Share of all items, drawn by chance and the same for everyone, that somebody looks at
    whatever the machine said of them: so that a wrong « no » is found."""

    read_twice: float = Field(default=0.1, ge=0, le=1)
    """Share of the items decided on that a second person reads too, without seeing the first's
    decision: by that the team's agreement is measured."""

    later_days: int = Field(default=7, ge=1, le=90)
    """Days after which what was put off for later comes back."""

    cards: int = Field(default=10, ge=3, le=50)
    """Stories on one page of the queue."""
