"""Why executions fail, in a form that groups: the same trouble with another number is the same."""

from __future__ import annotations

import re

_GONE = "…"
_LONGEST = 200

_POSITIONS = (
    r"\[(?:line|item|riga)\s*\d+[^\]]*\]|\((?:line|item|riga)\s*\d+\)|\b(?:on|at) line \d+\b"
)
_LINKS = r"\b[a-z][a-z0-9+.-]*://[^\s\"'<>]+|\bwww\.[^\s\"'<>]+"
_ADDRESSES = r"[^\s<>\"',;:()\[\]{}]+@[^\s<>\"',;:()\[\]{}]+"
# An apostrophe (l'ordine, can't) stands between letters, a quotation mark does not.
_QUOTED = (
    r"\"(?:\\.|[^\"\\])*\"|“[^”]*”|«[^»]*»|`[^`]*`"
    r"|(?<!\w)'[^']*'(?!\w)|(?<!\w)‘[^’]*’(?!\w)"
)
_BRACED = r"\{.*\}|\[[^\]]*\]"  # what a server answered, paths of fields
_FILES = r"(?<!\S)(?:[a-z]:)?(?:[\\/][^\s\\/:,;]+){2,}"
_WORD = re.compile(rf"[^\s\"'“”«»<>()\[\]{{}}={_GONE}]+")

_PLACES = re.compile(_POSITIONS, re.IGNORECASE)
_ALL_OUT = re.compile("|".join((_LINKS, _ADDRESSES, _QUOTED, _BRACED, _FILES)), re.IGNORECASE)
_QUOTES_STAY = re.compile("|".join((_LINKS, _ADDRESSES, _FILES)), re.IGNORECASE)

_STATUS_CODE = re.compile(
    r"\b(status(?: code)?|http(?: status)?|error) ([45]\d\d)\b", re.IGNORECASE
)
# While numbers are taken out, a status code is a sign that is no digit.
_SIGN_OF = {str(code): chr(0xE000 + code) for code in range(400, 600)}
_CODE_OF = {ord(sign): code for code, sign in _SIGN_OF.items()}
_MARKS = re.compile(rf"[(\[]\s*{_GONE}\s*[)\]]|{_GONE}(?:[\s,;:./|#=+-]*{_GONE})+")


def cause_of(message: str | None) -> str | None:
    """Return *message* with numbers, ids, quoted names, links and addresses replaced by "…".

    Equal causes give equal texts. The status code of a web answer stays ("status code 503"), as
    404 and 503 are different troubles. None where there is no message.
    """
    if not message or not message.strip():
        return None
    line = next(line for line in message.splitlines() if line.strip())[: 4 * _LONGEST]
    text = _without(_ALL_OUT, line)
    if not any(sign.isalpha() for sign in text):
        text = _without(_QUOTES_STAY, line)  # nothing but a quotation: it is the message
    text = text or _GONE
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1].rstrip() + _GONE


def _without(out: re.Pattern[str], line: str) -> str:
    text = _STATUS_CODE.sub(lambda found: f"{found[1]} {_SIGN_OF[found[2]]}", line)
    text = out.sub(_GONE, _PLACES.sub("", text))
    text = _WORD.sub(_without_digits, text)
    text = " ".join(_MARKS.sub(_GONE, text).translate(_CODE_OF).split())
    return text.lstrip(f" {_GONE}.,;:-–—|").rstrip(" .,;:-–—|")


def _without_digits(word: re.Match[str]) -> str:
    """Numbers, and ids that hold one; the punctuation after them stays."""
    text = word.group()
    if not any(sign.isdigit() for sign in text):
        return text
    return _GONE + text[len(text.rstrip(".,;:!?")) :]
