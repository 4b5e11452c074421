"""The store's versions, each a migration in ``versions/``, run by Alembic.

Opening a store compares its version with `HEAD`; Alembic itself is loaded only where they differ.
"""

from __future__ import annotations

REVISIONS = ("0001", "0002", "0003", "0004", "0005", "0006", "0007", "0008")
"""All versions there ever were, oldest first."""

HEAD = REVISIONS[-1]
"""The version that this release reads and writes."""
