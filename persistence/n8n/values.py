"""Values as people, shops and mail servers write them: fields, amounts, addresses, texts.

Anything may come in, of any type; what is no value of the kind asked for is None.
"""

from __future__ import annotations

import html
import math
import re
from email.utils import getaddresses
from functools import lru_cache
from typing import Any

from persistence.mapping.fields import fields, find_all

LONGEST_LINE, LONGEST_TEXT, LONGEST_NAME = 500, 50_000, 255

_MONEY = re.compile(r"^(?:EUR|EURO|USD|GBP|CHF|[€$£])?\s*([-+]?[\d.,'’\s]*\d[.,]?)\s*"
                    r"(?:EUR|EURO|USD|GBP|CHF|[€$£])?$", re.IGNORECASE)  # fmt: skip
_AMOUNT = fields("amount", "value", "importo", "valore")
_PLAIN_ADDRESS = re.compile(r"[^\s<>\"',;:()\[\]]+@[^\s<>\"',;:()\[\]]+")


def parse_amount(value: Any) -> float | None:
    """Return an amount written as a number or as text, Italian or English; None if it is none.

    "1.234,50", "1,234.50", "€ 1 234,50" and 1234.5 are the same amount. A single separator with
    exactly three digits after it groups thousands, as prices have two decimals ("1.234" = 1234).
    """
    if isinstance(value, bool):
        return None
    if isinstance(value, dict):
        for inner in find_all(value, _AMOUNT):
            if not isinstance(inner, dict) and (amount := parse_amount(inner)) is not None:
                return amount
        return None
    if isinstance(value, int | float):
        try:
            number = float(value)
        except OverflowError:
            return None
        return number if math.isfinite(number) else None
    if not isinstance(value, str) or len(value) > 40:
        return None
    match = _MONEY.match(value.strip())
    if match is None:
        return None
    digits = re.sub(r"[\s'’]", "", match.group(1))
    comma, point = digits.rfind(","), digits.rfind(".")
    decimal = "," if comma > point else "."
    if min(comma, point) < 0:  # one kind of separator, or none
        head, _, tail = digits.rpartition(decimal)
        grouped = len(tail) == 3 and re.fullmatch(r"[-+]?[1-9]\d{0,2}", head)
        if digits.count(decimal) > 1 or grouped:
            decimal = ""
    thousands = {",": ".", ".": ",", "": ",."}[decimal]
    digits = digits.translate(str.maketrans("", "", thousands))
    try:
        return float(digits.replace(decimal, ".") if decimal else digits)
    except ValueError:
        return None


def address_in(value: Any, depth: int = 0) -> tuple[str | None, str | None]:
    """The first address in *value*, lower-case, and the name written beside it.

    Takes a header's text, Gmail's ``{value: [{address, name}]}``, Outlook's ``{emailAddress:
    {address}}``, and lists of any of them.
    """
    if isinstance(value, str):
        return _address_in_text(value)
    if depth > 4:
        return None, None
    if isinstance(value, list):
        for part in value:
            address, name = address_in(part, depth + 1)
            if address:
                return address, name
        return None, None
    if isinstance(value, dict):
        direct = value.get("address", value.get("email"))
        if isinstance(direct, str):
            address, _ = _address_in_text(direct)
            return address, clean_text(value.get("name"), LONGEST_NAME)
        for key in ("value", "emailAddress", "to", "text"):
            if value.get(key):
                return address_in(value[key], depth + 1)
    return None, None


def _address_in_text(text: str) -> tuple[str | None, str | None]:
    return _address_in_line(text[:LONGEST_LINE])


@lru_cache(maxsize=4_096)  # the same few write and are written to again and again
def _address_in_line(text: str) -> tuple[str | None, str | None]:
    text = (clean_text(text, LONGEST_LINE) or "").strip()
    if "@" not in text:
        return None, clean_text(text, LONGEST_NAME)
    if _PLAIN_ADDRESS.fullmatch(text):  # most are, and the full grammar takes its time
        return text.lower()[:LONGEST_NAME], None
    for name, address in getaddresses([text]):
        if _PLAIN_ADDRESS.fullmatch(address):
            return address.lower()[:LONGEST_NAME], clean_text(name, LONGEST_NAME)
    match = _PLAIN_ADDRESS.search(text)
    return (match.group().lower()[:LONGEST_NAME], None) if match else (None, None)


def without_markup(text: str) -> str:
    """*text* without HTML tags, if it has any; line breaks where they showed."""
    if not re.search(r"<(?:html|body|div|p|br|table|span|!doctype)\b", text, re.IGNORECASE):
        return text
    text = re.sub(r"(?is)<(script|style|head)\b.*?</\1\s*>", " ", text)
    text = re.sub(r"(?i)<br\s*/?>|</(?:p|div|tr|li|h\d)>", "\n", text)
    text = html.unescape(re.sub(r"<[^<>]*>", " ", text))
    return "\n".join(" ".join(line.split()) for line in text.splitlines() if line.strip())


def line_of(value: Any) -> str | None:
    """*value* as one line of text, such as a subject."""
    text = clean_text(value, LONGEST_LINE) if isinstance(value, str) else None
    return " ".join(text.split()) or None if text else None


def clean_text(value: Any, longest: int) -> str | None:
    """*value* as a text of at most *longest* characters that every database takes."""
    if not isinstance(value, str):
        return None
    text = value[:longest].replace("\x00", "")
    if not text.isascii():
        # Half of a surrogate pair (a text that was cut in an emoji) has no UTF-8 form.
        text = text.encode("utf-8", "replace").decode("utf-8")
    return text if text.strip() else None


_CREDENTIALS = re.compile(
    r"""(?ix)
    \b(?: bearer | basic ) \s+ (?=[\w.~+/=-]*\d) [\w.~+/=-]{8,}
    | \b(?:set-)?cookie ["']? \s* : [^\r\n]+
    | \b[\w-]*(?: password | passwd | secret | token | api[_-]?key | authorization | cookie
        | credential | session[_-]?id )[\w-]* ["']? \s*
        (?: = \s* (?: "[^"]*" | '[^']*' | [^\s,;"'}&]+ )
          | : \s* (?: "[^"]*" | '[^']*' | (?=[^\s,;"'}&]*\d) [^\s,;"'}&]{4,} ) )
    | \bkey \s* = \s* (?=[^\s,;"'}&]*\d) [^\s,;"'}&]{6,}
    | \b(?: sk | pk | rk | xox[a-z] | gh[a-z] | gsk | whsec )[-_](?=[\w-]*\d)[\w-]{10,}
    | \bAIza[\w-]{20,}
    | \beyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]*
    | (?<=://) [^\s/@:]+ : [^\s/@]+ (?=@)
    """
)


def without_credentials(text: str) -> str:
    """*text* with "…" for what gives access: tokens, keys, passwords, cookies, logins in links."""
    return _CREDENTIALS.sub("…", text)
