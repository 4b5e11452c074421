"""`agent-cli eval`: asks the questions of files and shows how many were understood."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from core.errors import SettingsError
from terminal.output import say
from terminal.progress import progress_bar

if TYPE_CHECKING:
    from core.settings import Settings
    from evaluation.asking import Tier
    from evaluation.marking import Mark
    from evaluation.report import Report


def evaluate(paths: Sequence[Path], settings: Settings, *, tier: Tier | None) -> Report:
    """Return how the questions of *paths* are answered, by *tier* or by all that have a key.

    :raises MilhenaError: a file cannot be used, or the tier has no key.
    """
    from evaluation.cases import read_set

    sets = [read_set(path, zone=settings.zone) for path in paths]  # before anything heavy
    from evaluation.asking import ask_all, only_tier
    from evaluation.report import Report

    if tier is not None:
        settings = only_tier(settings, tier)
        if tier == "gemini" and settings.gemini_api_key is None:
            raise SettingsError("there is no key for Gemini: set GOOGLE_API_KEY.")
        if tier == "groq" and settings.groq_api_key is None:
            raise SettingsError("there is no key for Groq: set GROQ_API_KEY.")
    total = sum(each.questions for each in sets)
    marks: list[Mark] = []
    with progress_bar("Asking") as advance, asyncio.Runner() as runner:
        for questions in sets:
            before = len(marks)

            def report(done: int, before: int = before) -> None:
                advance(before + done, total)

            marks += runner.run(ask_all(questions, settings, progress=report))
    return Report(tuple(marks))


def show_report(report: Report, *, misses: int | None) -> None:
    """Print the misses, at most *misses* of them (None: all), then the shares."""
    from evaluation.report import explained

    found = report.misses()
    for mark in found[:misses]:
        say(explained(mark))
    if misses and len(found) > misses:
        say(f"… and {len(found) - misses} more (--misses {len(found)} shows all)")
    if found and misses != 0:
        say("")
    for name, share in report.shares().items():
        say(f"{name:<24}{100 * share.value:6.1f} %  {share.right}/{share.total}")


def floors(texts: Sequence[str]) -> dict[str, float]:
    """Return what each share must reach, by its name, from texts such as ``0.95``, ``data=97%``.

    :raises typer.BadParameter: a text is not a share.
    """
    found = {}
    for text in texts:
        name, _, number = text.rpartition("=")
        try:
            share = float(number.rstrip("%")) / (100 if number.endswith("%") else 1)
        except ValueError:
            share = -1.0
        if not 0 <= share <= 1:
            raise typer.BadParameter(
                f"{text!r} is not a share: write 0.95 or 95%, or NAME=0.95 for one group",
                param_hint="--min",
            )
        found[name or "all"] = share
    return found


def below(report: Report, wanted: dict[str, float]) -> list[str]:
    """Return a sentence for each share that is lower than *wanted*, or is not there at all."""
    shares = report.shares()
    sentences = []
    for name, floor in wanted.items():
        share = shares.get(name)
        if share is None:
            known = ", ".join(shares)
            sentences.append(f"there is no share called {name!r}; there are {known}")
        elif share.value < floor:
            sentences.append(f"{name}: {share} is below {100 * floor:g} %")
    return sentences
