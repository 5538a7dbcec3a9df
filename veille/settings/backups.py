"""The `backup:` and `retention:` sections of config.yaml: what is kept, where, how long."""

from pydantic import Field

from veille.settings.section import Section


class BackupSettings(Section):
    """Where `veille backup` writes, and how many backups stay: those that one of the three counts
    wants, and all of the two days before the newest."""

    folder: str = ""
    """Folder of the backups, better on another disk; relative to the workspace. Empty: none is made
    by itself, and `veille backup` takes the folder it is given."""

    key_file: str = ""
    """File with the key that seals what is personal (subscribers, staff accounts, secrets), where
    VEILLE_BACKUP_KEY does not hold it; `veille backup --new-key` makes one. Keep a copy of it
    elsewhere: without it, that part of a backup is lost."""

    catalogue: bool = False
    """Whether the newest published catalogue is in it too; `veille publish` makes it anew."""

    daily: int = Field(default=7, ge=0, le=1000)
    """Days of which the last backup is kept, the newest days first."""

    weekly: int = Field(default=5, ge=0, le=1000)
    """Weeks of which the last backup is kept."""

    monthly: int = Field(default=12, ge=0, le=1000)
    """Months of which the last backup is kept."""


class RetentionSettings(Section):
    """What the step `tidy` takes away, and when; 0 keeps it for ever. How long people are kept is
    in `subscribers:`."""

    versions_days: int = Field(default=180, ge=0)
    """Days after which the texts of articles and announcements that newer ones took the place of
    are emptied; that there were such versions stays known."""

    judgements_days: int = Field(default=180, ge=0)
    """Days after which a judgement that a newer one took the place of goes, with its tags."""

    polls_days: int = Field(default=400, ge=0)
    """Days after which what came of asking a source for news or for its robots.txt goes; the last
    ones of each source stay."""

    runs_days: int = Field(default=400, ge=0)
    """Days after which the report of a run goes."""

    mailings_days: int = Field(default=400, ge=0)
    """Days after which the messages of an issue go, with what became of them. At least 30: a bounce
    can be late."""

    set_aside_days: int = Field(default=30, ge=0)
    """Days after which what a restore replaced, and set aside in var/set-aside, goes."""
