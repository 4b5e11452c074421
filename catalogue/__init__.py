"""What can be asked: metrics, groupings, the typed query. Declarations only, no I/O."""

from __future__ import annotations

import hashlib

from catalogue.metrics import METRICS, Language, Measure, Metric
from catalogue.query import (
    DATA_TYPES,
    EMAIL_STATUSES,
    MAX_LIST_ROWS,
    STATUSES,
    TIME_GROUPINGS,
    BusinessQuery,
    Filter,
    Grouping,
    Having,
    QuestionType,
    Window,
    checked_query,
)
from catalogue.reading import Clarification, Reading

CATALOGUE_VERSION = hashlib.sha256(repr(sorted(METRICS.items())).encode()).hexdigest()[:12]
"""Changes whenever a declaration does: part of every cache key."""

__all__ = [
    "CATALOGUE_VERSION",
    "DATA_TYPES",
    "EMAIL_STATUSES",
    "MAX_LIST_ROWS",
    "METRICS",
    "STATUSES",
    "TIME_GROUPINGS",
    "BusinessQuery",
    "Clarification",
    "Filter",
    "Grouping",
    "Having",
    "Language",
    "Measure",
    "Metric",
    "QuestionType",
    "Reading",
    "Window",
    "checked_query",
]
