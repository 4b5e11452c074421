"""Which mapping is in force: cheap to know, read only when something has to be decoded."""

from __future__ import annotations

import hashlib
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from core.errors import SettingsError

if TYPE_CHECKING:
    from persistence.mapping.model import BusinessMapping

SETTING = "MILHENA_MAPPING"
SHIPPED = Path(__file__).with_name("mapping.yaml")

_EXTRACTION = b"1"
"""Rises when the code takes something else from the same mapping: what was read is read anew."""


class Declaration:
    """The shipped mapping with the user's additions, if there are any.

    :raises SettingsError: the file of additions cannot be read, or says something that no mapping
        says. They are read at once; the shipped mapping alone only when it is needed.
    """

    def __init__(self, additions: Path | None = None) -> None:
        self._additions = None if additions is None else _content_of(additions)
        self._place = str(additions)
        if additions is not None:
            _ = self.mapping

    @cached_property
    def mapping(self) -> BusinessMapping:
        """What counts as business."""
        # Imported here: YAML costs more than a look at an n8n that has nothing new.
        from persistence.mapping.reading import read_mapping

        return read_mapping(self._additions, place=self._place)

    @cached_property
    def fingerprint(self) -> str:
        """A short hash that changes with anything that the mapping says (comments aside)."""
        said = hashlib.sha256(_EXTRACTION)
        for content in (SHIPPED.read_bytes(), self._additions or b""):
            said.update(b"\x00")
            for line in content.splitlines():
                if line.strip() and not line.lstrip().startswith(b"#"):
                    said.update(line.rstrip() + b"\n")
        return said.hexdigest()[:12]


def _content_of(additions: Path) -> bytes:
    try:
        return additions.expanduser().read_bytes()
    except (OSError, RuntimeError) as error:
        reason = error.strerror if isinstance(error, OSError) else str(error)
        raise SettingsError(
            f"{SETTING} is {str(additions)!r}, which cannot be read: {reason}. Set it to a file "
            "of the form of persistence/mapping/mapping.yaml, or leave it empty.",
            setting=SETTING,
        ) from None
