"""What is shown while something is under way; only on a terminal, only on stderr."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Callable, Iterator
from typing import Literal

from terminal.output import can_animate

_DOING: dict[str, tuple[str, str]] = {
    "": ("leggo la domanda", "reading the question"),
    "guard": ("leggo la domanda", "reading the question"),
    "recall": ("capisco la domanda", "understanding the question"),
    "look_up_reading": ("capisco la domanda", "understanding the question"),
    "classify_gemini": ("controllo date e nomi", "checking dates and names"),
    "classify_groq": ("controllo date e nomi", "checking dates and names"),
    "classify_rules": ("controllo date e nomi", "checking dates and names"),
    "resolve": ("guardo se c'è qualcosa di nuovo", "looking for what is new"),
    "refresh": ("cerco nei dati", "searching the records"),
    "look_up_answer": ("faccio i conti", "working it out"),
    "run_tool": ("scrivo la risposta", "writing the answer"),
}
"""What is being done once a node of the graph has finished, in Italian and English."""


class ProgressLine:
    """One line that says what is being done, and disappears with the answer."""

    def __init__(self, language: Literal["it", "en"]) -> None:
        self._column = 0 if language == "it" else 1
        self._shown = ""
        self.visible = can_animate(sys.stderr)
        """Whether there is a terminal to show it on."""

    def show(self, node: str) -> None:
        """Say what follows on *node*; "" at the start."""
        if not self.visible or node not in _DOING:
            return
        words = _DOING[node][self._column] + " …"
        if words != self._shown:
            _write(f"\r\x1b[K{words}")
            self._shown = words

    def clear(self) -> None:
        """Take the line away."""
        if self._shown:
            _write("\r\x1b[K")
            self._shown = ""


def _write(text: str) -> None:
    with contextlib.suppress(OSError):
        sys.stderr.write(text)
        sys.stderr.flush()


@contextlib.contextmanager
def progress_bar(title: str) -> Iterator[Callable[[int, int], None]]:
    """Give a function that shows (done, total) as a bar; it may be called from any thread."""
    if not can_animate(sys.stderr):
        yield lambda done, total: None
        return
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        ProgressColumn,
        Task,
        TextColumn,
        TimeElapsedColumn,
        TimeRemainingColumn,
    )
    from rich.text import Text

    class Rate(ProgressColumn):
        def render(self, task: Task) -> Text:
            speed = task.finished_speed or task.speed
            return Text(f"{speed:,.0f}/s" if speed else "", style="progress.data.speed")

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        Rate(),
        TimeElapsedColumn(),
        TimeRemainingColumn(),  # "-:--:--" until enough is known
    )
    console = Console(stderr=True)
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task(title, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)
