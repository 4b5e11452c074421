"""What a person or a program behind a pipe gets: answers on stdout, all the rest on stderr."""

from __future__ import annotations

import contextlib
import json
import os
import re
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, TextIO

import typer

UNANSWERED = 1
"""Exit code when something was not answered."""
READER_GONE = 141
"""What a shell reports for a program whose reader closed the pipe (128 + SIGPIPE)."""

# Everything that steers a terminal (C0 but tab and line feed, DEL, C1), that reorders what is
# read (bidirectional controls), and halves of characters, which no encoding can write.
_UNPRINTABLE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]"
)


def prepare_streams() -> None:
    """Make sure that writing never fails for the encoding, or for a stream that is not there."""
    if sys.stdout is None:  # closed by the caller
        sys.stdout = Path(os.devnull).open("w")  # noqa: SIM115  # lives as long as the process
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="replace")  # an emoji must not fail on a Latin-1 terminal


def printable(text: str) -> str:
    """Return *text* with everything that could steer a terminal replaced."""
    return _UNPRINTABLE.sub("\N{REPLACEMENT CHARACTER}", text.replace("\r\n", "\n"))


def say(text: str) -> None:
    """Write a part of the answer, at once."""
    shown = printable(text)
    guarded(lambda: print(shown, flush=True))


def say_json(value: Any, *, indent: int | None = None) -> None:
    """Write *value* as JSON that every terminal and every encoding can take."""
    text = json.dumps(value, ensure_ascii=not writes_unicode(sys.stdout), indent=indent)

    def escaped(match: re.Match[str]) -> str:
        character = match.group()
        if "\ud800" <= character <= "\udfff":
            return "\N{REPLACEMENT CHARACTER}"
        return f"\\u{ord(character):04x}"

    # Such characters can only stand inside JSON strings.
    shown = _UNPRINTABLE.sub(escaped, text)
    guarded(lambda: print(shown, flush=True))


def note(text: str) -> None:
    """Write what is not the answer."""
    with contextlib.suppress(OSError):  # nobody reads it
        print(printable(text), file=sys.stderr, flush=True)


def guarded(write: Callable[[], None]) -> None:
    """Let *write* use stdout; leave quietly when its reader has gone.

    :raises typer.Exit: the reader has gone, or what is behind stdout is full (then with a
        sentence on stderr).
    """
    try:
        write()
    except BrokenPipeError:
        _silence(sys.stdout)
        raise typer.Exit(READER_GONE) from None
    except OSError as error:
        _silence(sys.stdout)
        note(f"error: the answer cannot be written: {error.strerror}")
        raise typer.Exit(UNANSWERED) from None


def writes_unicode(stream: TextIO) -> bool:
    """Whether *stream* takes every character."""
    return "utf" in (stream.encoding or "").lower()


def can_animate(stream: TextIO | None) -> bool:
    """Whether *stream* is a terminal that can take a line back."""
    return stream is not None and stream.isatty() and os.environ.get("TERM", "dumb") != "dumb"


def _silence(stream: TextIO) -> None:
    """Point *stream* at nothing, so that Python's last flush does not fail as well."""
    with contextlib.suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
