"""A conversation at a prompt, or over a pipe."""

from __future__ import annotations

import contextlib
import os
import sys
import uuid
from collections.abc import Generator
from datetime import datetime
from pathlib import Path
from typing import Literal

from core.errors import MilhenaError
from terminal.asking import Asking, lines_of_stdin, show
from terminal.output import note, writes_unicode

_WORDS: dict[Literal["it", "en"], dict[str, str]] = {
    "it": {
        "welcome": "Milhena: chieda che cosa hanno fatto le automazioni. /help per i comandi.",
        "help": (
            "/new      nuova conversazione\n"
            "/history  le domande di questa conversazione\n"
            "/help     questo aiuto\n"
            "/quit     esce (anche Ctrl-D)\n"
            'Tutto il resto è una domanda: "Quante email oggi?", poi "E ieri?".'
        ),
        "new": "Nuova conversazione.",
        "empty": "Nessuna domanda finora.",
        "unknown": "Comando sconosciuto: {command}. /help elenca i comandi.",
        "stopped": "Interrotto.",
        "resume": "Per continuare: {command}",
    },
    "en": {
        "welcome": "Milhena: ask what your automations did. /help for the commands.",
        "help": (
            "/new      a new conversation\n"
            "/history  the questions of this conversation\n"
            "/help     this help\n"
            "/quit     leaves (Ctrl-D too)\n"
            'Anything else is a question: "How many e-mails today?", then "And yesterday?".'
        ),
        "new": "A new conversation.",
        "empty": "No questions yet.",
        "unknown": "Unknown command: {command}. /help lists the commands.",
        "stopped": "Stopped.",
        "resume": "To go on later: {command}",
    },
}


def new_thread() -> str:
    """Return the name of a conversation that nobody had before."""
    return f"chat-{uuid.uuid4().hex[:8]}"


def converse(
    asking: Asking, *, home: Path, words: Literal["it", "en"], resume_command: str
) -> None:
    """Answer line by line until /quit or the end of the input; typed or piped.

    :param home: where the typed lines are remembered.
    :param resume_command: how this conversation is taken up again, without the thread's name.
    """
    said = _WORDS[words]
    typed = sys.stdin is not None and sys.stdin.isatty()
    if typed:
        note(said["welcome"])
    answered = False
    lines = _typed_lines(home) if typed else lines_of_stdin(asking.longest)
    with contextlib.closing(lines):
        for line in lines:
            text = line.decode("utf-8", errors="replace").strip()
            if text.startswith("/"):
                if not _obey(text.split()[0].lower(), asking, said):
                    break
            elif text:
                answered |= _reply(asking, line, said)
    if typed and answered:
        note(said["resume"].format(command=f"{resume_command} --thread {asking.thread}"))


def _reply(asking: Asking, line: bytes, said: dict[str, str]) -> bool:
    """Answer one question; False when Ctrl-C stopped it."""
    try:
        outcome = asking.ask(line)
    except KeyboardInterrupt:
        note(said["stopped"])
        return False
    show(outcome)
    return True


def _obey(command: str, asking: Asking, said: dict[str, str]) -> bool:
    """Do what a /command says; False when it is to leave."""
    if command in ("/quit", "/exit", "/q", "/esci"):
        return False
    if command in ("/help", "/?", "/aiuto"):
        note(said["help"])
    elif command in ("/new", "/nuova"):
        asking.thread = new_thread()
        note(said["new"])
    elif command in ("/history", "/storia"):
        _show_history(asking, said)
    else:
        note(said["unknown"].format(command=command))
    return True


def _show_history(asking: Asking, said: dict[str, str]) -> None:
    try:
        turns = asking.history()
    except MilhenaError as error:
        note(f"error: {error}")
        return
    for turn in turns:
        asked_at = datetime.fromisoformat(turn["asked_at"])
        note(f"{asked_at:%d/%m %H:%M}  {turn['question']}\n{turn['answer']}\n")
    if not turns:
        note(said["empty"])


def _typed_lines(home: Path) -> Generator[bytes]:
    """Yield what is typed at a prompt, with the lines of former conversations at hand."""
    prompt = "❯ " if writes_unicode(sys.stdout) else "> "
    answers_go_elsewhere = not sys.stdout.isatty()
    history = _ReadlineHistory(home / "chat_history")
    try:
        while True:
            if answers_go_elsewhere:
                sys.stderr.write(prompt)
            sys.stderr.flush()
            try:
                typed = input("" if answers_go_elsewhere else prompt)
            except EOFError:
                note("")
                return
            except KeyboardInterrupt:
                note("")
                raise
            except UnicodeDecodeError:
                yield b"\xff"  # refused, like any bytes that are not text
                continue
            yield typed.encode("utf-8", errors="surrogateescape")
    finally:
        history.save()


class _ReadlineHistory:
    """Former lines at the prompt's arrow keys; without readline there are none."""

    LONGEST = 1_000

    def __init__(self, file: Path) -> None:
        self._file = file
        try:
            import readline
        except ImportError:  # not on every platform
            self._readline = None
            return
        self._readline = readline
        readline.set_history_length(self.LONGEST)
        with contextlib.suppress(OSError):
            readline.read_history_file(file)

    def save(self) -> None:
        """Write the lines for next time, readable by this person only."""
        if self._readline is None:
            return
        with contextlib.suppress(OSError):  # a read-only home costs the history, nothing else
            self._file.parent.mkdir(parents=True, exist_ok=True)
            os.close(os.open(self._file, os.O_CREAT, 0o600))
            self._readline.write_history_file(self._file)
