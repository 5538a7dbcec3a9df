"""What all sections of config.yaml have in common."""

from typing import Any

from pydantic import BaseModel, ConfigDict, model_validator


class Section(BaseModel):
    """Keys with their defaults; unknown ones are refused, and nothing changes them.

    Only the whole is checked: no section is made ready to be checked alone, which would take some
    milliseconds of each command's start.
    """

    model_config = ConfigDict(
        extra="forbid", frozen=True, serialize_by_alias=True, defer_build=True
    )

    @model_validator(mode="before")
    @classmethod
    def _with_all_sections(cls, said: Any) -> Any:  # noqa: ANN401 - whatever stands in the file
        """Take a section within this one that is not there for one without a key."""
        if not isinstance(said, dict):
            return said
        within = (
            field.alias or name
            for name, field in cls.model_fields.items()
            if isinstance(field.annotation, type) and issubclass(field.annotation, Section)
        )
        return {name: {} for name in within} | said
