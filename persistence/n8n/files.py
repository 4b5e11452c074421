"""Executions whose data n8n 2 keeps in files: one bundle each, beside its database.

Only bundles are ever opened: attachments lie beside them and are left alone.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

_WORKFLOW_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")


class NoBundle(Exception):  # a finding, not an error
    """There is no bundle of this execution."""


class Bundles:
    """The bundles below *folder*, n8n's storage."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @property
    def place(self) -> str | None:
        """The folder, while it is there."""
        return str(self.folder) if self.folder.is_dir() else None

    def path_of(self, workflow_id: str, execution_id: int) -> Path | None:
        """Where n8n keeps the bundle; None for an id that would lead out of the folder."""
        if not _WORKFLOW_ID.fullmatch(workflow_id):
            return None
        return (
            self.folder
            / "workflows"
            / workflow_id
            / "executions"
            / str(execution_id)
            / "execution_data"
            / "bundle.json"
        )

    def read(self, workflow_id: str, execution_id: int) -> tuple[str, dict[str, Any]]:
        """Return the data, as n8n would have it in its database, and the workflow as it ran.

        :raises NoBundle: there is no such file, or it may not be read.
        :raises ValueError: it is not what n8n writes.
        """
        path = self.path_of(workflow_id, execution_id)
        if path is None:
            raise NoBundle
        try:
            content = path.read_bytes()
        except OSError:
            raise NoBundle from None
        try:
            bundle = json.loads(content)
        except RecursionError:
            raise ValueError("the bundle is nested too deeply") from None
        if not isinstance(bundle, dict):
            raise ValueError("the bundle is no object")
        data, workflow = bundle.get("data"), bundle.get("workflowData")
        if not isinstance(data, str) or not isinstance(workflow, dict):
            raise ValueError("the bundle lacks the execution's data or its workflow")
        return data, workflow


def default_folder(database: Path | None) -> Path:
    """Where n8n keeps its files by default: beside its SQLite file, else in ~/.n8n."""
    if database is not None:
        return database.parent / "storage"
    try:
        return Path.home() / ".n8n" / "storage"
    except RuntimeError:  # a user without a home
        return Path(".n8n") / "storage"
