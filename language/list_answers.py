"""Lists: executions, errors, e-mails, orders and processes, one line each; and the last one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from catalogue.metrics import METRICS
from language.nouns import Noun, counted_noun, status_in_words
from language.numbers_in_words import (
    comparable,
    duration_in_words,
    euro_in_words,
    number_in_words,
)
from language.plain_text import SHOWN_ROWS, bullets, one_line, quoted
from language.provenance_in_words import why_unknown
from language.telling import (
    Telling,
    capitalised,
    moment_of,
    more_line,
    names_one_order,
    phrase,
    qualified,
    statuses_in_words,
    statuses_of,
)
from language.windows_in_words import (
    clock_in_words,
    is_one_day,
    moment_in_words,
    short_moment,
)
from language.wording import plain_cause, step_in_words

NAME_CHARS = 60
SUBJECT_CHARS = 70

Row = Sequence[Any]


def listing(telling: Telling) -> list[str]:
    """The lines of a list."""
    query, result = telling.query, telling.result
    if not result.rows:
        return [_nothing(telling)]
    if len(result.rows) == 1 and _asks_for_one(telling):
        line = _the_one(telling, result.rows[0])
        if line is not None:
            return [line, *_advice(telling, result.rows[0])]
    shown = result.rows[:SHOWN_ROWS]
    available = len(result.rows)
    if query.limit is None:
        available = max(available, result.total_rows - query.offset)
    feminine = _noun(telling).gender == "f"
    return [
        _headline(telling),
        *bullets([_line(telling, row) for row in shown]),
        *more_line(available - len(shown), telling.language, feminine=feminine),
    ]


def _asks_for_one(telling: Telling) -> bool:
    query = telling.query
    wanted = (
        telling.reading.focus == "last"
        or query.limit == 1
        or (names_one_order(query) and telling.result.total_rows == 1)
    )
    return wanted and query.offset == 0 and query.subject != "processes"


# --- the head of a list ----------------------------------------------------------------------


def _metric_id(telling: Telling) -> str:
    """The metric that counts what is listed: it lends emoji, label and noun."""
    match telling.query.subject:
        case "emails":
            sent = statuses_of(telling.query) == ("sent",)
            return "emails_sent" if sent else "emails_received"
        case subject:
            return subject or "executions"


def _noun(telling: Telling) -> Noun:
    """What is listed: executions with their statuses, e-mails with their direction."""
    if telling.query.subject == "emails" and len(statuses_of(telling.query)) == 2:
        noun = counted_noun("emails", telling.language)
    else:
        noun = counted_noun(_metric_id(telling), telling.language)
    noun = noun or Noun("", "")
    if telling.query.subject == "executions":
        return qualified(noun, telling.query, telling.language)
    if telling.query.subject == "processes":
        return _with_last_run(noun, telling)
    return noun


def _with_last_run(noun: Noun, telling: Telling) -> Noun:
    """Of processes a status is that of their last execution."""
    statuses = statuses_in_words(telling.query, telling.language)
    if not statuses:
        return noun
    last = telling.say("ultima esecuzione", "last execution")
    statuses = (
        " o ".join(status_in_words(status, "it") for status in statuses_of(telling.query))
        if telling.language == "it" and statuses_of(telling.query)
        else statuses
    )
    last = f"({last}: {statuses})"
    return Noun(f"{noun.one} {last}", f"{noun.many} {last}", noun.gender)


def _label(telling: Telling) -> str:
    if telling.query.subject == "emails" and len(statuses_of(telling.query)) == 2:
        return telling.say("Email ricevute e inviate", "Emails received and sent")
    if names_one_order(telling.query):
        return telling.say("Ordine", "Order")
    return capitalised(_noun(telling).many)


def _when(telling: Telling) -> str:
    return telling.when(unbounded="")


def _headline(telling: Telling) -> str:
    query, result = telling.query, telling.result
    emoji = METRICS[_metric_id(telling)].emoji
    head = phrase(emoji, _label(telling), telling.about(), _when(telling))
    total = number_in_words(result.total_rows, telling.language)
    if telling.reading.focus == "existence" and not query.offset:
        counted = _noun(telling).counted(result.total_rows, telling.language)
        return phrase(telling.say("Sì,", "Yes,"), counted, telling.about(), _when(telling)) + ":"
    if query.subject == "processes":
        return f"{head}: {total}{_active_part(telling)}"
    shown = len(result.rows)
    if query.offset:
        last = query.offset + min(shown, SHOWN_ROWS)
        part = f"{query.offset + 1}–{last}" if last > query.offset + 1 else f"{last}"
        return telling.say(f"{head}: {part} di {total}", f"{head}: {part} of {total}")
    if query.limit is not None and shown < result.total_rows and shown > 1:
        return f"{head}: {_part_of(telling, shown)} {telling.say('di', 'of')} {total}"
    return f"{head}: {total}"


def _part_of(telling: Telling, shown: int) -> str:
    first = telling.query.order == "asc"
    if telling.language == "en":
        return f"the {'first' if first else 'latest'} {shown}"
    if _noun(telling).gender == "f":
        return f"le {'prime' if first else 'ultime'} {shown}"
    return f"{'i primi' if first else 'gli ultimi'} {shown}"


def _active_part(telling: Telling) -> str:
    rows = telling.result.rows
    if len(rows) != telling.result.total_rows:
        return ""
    active = sum(1 for row in rows if row[1])
    if active == len(rows):
        return telling.say(", tutti attivi", ", all active") if active > 1 else ""
    return telling.say(
        f", di cui {active} {'attivo' if active == 1 else 'attivi'}", f", {active} of them active"
    )


def _nothing(telling: Telling) -> str:
    query, total = telling.query, telling.result.total_rows
    if total and query.offset:
        return telling.say(
            f"Non c'è altro da mostrare: {number_in_words(total, 'it')} in tutto.",
            f"There is nothing more to show: {number_in_words(total, 'en')} in all.",
        )
    outside = why_unknown(telling)
    if outside is not None:
        return f"ℹ️ {outside}"
    noun = _noun(telling)
    none = phrase(
        f"no {noun.one}"
        if telling.language == "en" and names_one_order(query)
        else noun.none(telling.language),
        telling.about(),
        _when(telling),
    )
    if telling.reading.focus == "existence":
        return f"No, {none}."
    emoji = "✅" if query.subject == "errors" else METRICS[_metric_id(telling)].emoji
    return f"{emoji} {capitalised(none)}."


# --- one line of a list ----------------------------------------------------------------------


def _line(telling: Telling, row: Row) -> str:
    match telling.query.subject:
        case "executions":
            parts = [*_shared(telling, row), *_outcome(telling, row)]
        case "errors":
            parts = [*_shared(telling, row), *_failure(telling, row)]
        case "emails":
            parts = [_at(telling, row), *_mail(telling, row)]
        case "orders":
            parts = [_at(telling, row), *_order(telling, row)]
        case _:
            return _process_line(telling, row)
    return " · ".join(part for part in parts if part)


def _at(telling: Telling, row: Row) -> str:
    moment = moment_of(row[0])
    if moment is None:
        return telling.say("(ora ignota)", "(time unknown)")
    one_day = is_one_day(telling.query.window, telling.zone)
    return short_moment(moment, telling.language, telling.now, telling.zone, with_day=not one_day)


def name_in_words(value: Any, telling: Telling) -> str:
    """A name out of a row; what is missing is said to be."""
    text = one_line(str(value), NAME_CHARS) if value is not None else ""
    return text or telling.say("(senza nome)", "(no name)")


def _asks_about_one_process(telling: Telling) -> bool:
    return any(
        condition.field == "process" and condition.op == "is" and len(condition.values) == 1
        for condition in telling.query.filters
    )


def _shared(telling: Telling, row: Row) -> list[str]:
    """Time and process; a process that the question named needs no repeating."""
    name = "" if _asks_about_one_process(telling) else name_in_words(row[1], telling)
    return [_at(telling, row), name]


def _status(value: Any, telling: Telling) -> str:
    return one_line(status_in_words(str(value), telling.language), NAME_CHARS) if value else ""


def _outcome(telling: Telling, row: Row) -> list[str]:
    known = comparable(row[3]) is not None
    return [
        _status(row[2], telling),
        duration_in_words(row[3], telling.language) if known else "",
    ]


def _failure(telling: Telling, row: Row) -> list[str]:
    step = step_in_words(str(row[2]), telling.language) if row[2] else ""
    return [
        telling.say(f"passo {step}", f"step {step}") if step else "",
        plain_cause(_text(row[3]), telling.language).shown(telling.language),
    ]


def _text(value: Any) -> str | None:
    return None if value is None else str(value)


def _mail(telling: Telling, row: Row) -> list[str]:
    _, direction, sender, recipient, subject = row[:5]
    sent = direction == "sent"
    who = recipient if sent else sender
    person = (
        name_in_words(who, telling)
        if who
        else telling.say("(indirizzo ignoto)", "(unknown address)")
    )
    if sent:
        person = telling.say(f"a {person}", f"to {person}")
    elif len(statuses_of(telling.query)) == 2:
        person = telling.say(f"da {person}", f"from {person}")
    if sent and not subject:
        return [person, ""]  # n8n does not always record what was sent: unknown is not none
    return [person, subject_in_words(subject, telling)]


def subject_in_words(subject: Any, telling: Telling) -> str:
    """The subject of an e-mail, quoted and shortened."""
    text = one_line(str(subject), SUBJECT_CHARS) if subject else ""
    if not text:
        return telling.say("(senza oggetto)", "(no subject)")
    return quoted(text, telling.language, SUBJECT_CHARS)


def _order(telling: Telling, row: Row) -> list[str]:
    _, number, customer, total = row[:4]
    return [
        name_in_words(number, telling),
        name_in_words(customer, telling) if customer else "",
        euro_in_words(total, telling.language)
        if comparable(total) is not None
        else telling.say("importo non indicato", "no amount given"),
    ]


def _process_line(telling: Telling, row: Row) -> str:
    name, active, last_run, last_status = row[:4]
    mark = "🟢" if active else "⚪"
    moment = moment_of(last_run)
    if moment is None:
        last = telling.say("nessuna esecuzione registrata", "no recorded execution")
    else:
        at = moment_in_words(moment, telling.language, telling.now, telling.zone)
        status = _status(last_status, telling)
        last = telling.say(f"ultima esecuzione {at}", f"last execution {at}")
        last = f"{last}, {status}" if status else last
    return f"{mark} {name_in_words(name, telling)} · {last}"


# --- the last one ----------------------------------------------------------------------------


def _the_one(telling: Telling, row: Row) -> str | None:
    """A sentence about the one row; None where it cannot be told as one."""
    moment = moment_of(row[0])
    if moment is None:
        return None
    at = moment_in_words(moment, telling.language, telling.now, telling.zone)
    if is_one_day(telling.query.window, telling.zone):
        at = clock_in_words(moment, telling.language, telling.zone)  # the day is said already
    emoji = METRICS[_metric_id(telling)].emoji
    about = phrase(_which(telling), telling.about(), _when(telling))
    if names_one_order(telling.query):
        about = phrase(_label(telling), name_in_words(row[1], telling), _when(telling))
        if telling.reading.focus == "existence":
            there = telling.say("Sì, c'è l'ordine", "Yes, there is order")
            emoji, about = "", phrase(there, name_in_words(row[1], telling), _when(telling))
    match telling.query.subject:
        case "executions":
            facts = [at, *_outcome_in_words(telling, row)]
        case "errors":
            step = step_in_words(str(row[2]), telling.language) if row[2] else ""
            facts = [at, telling.say(f"al passo {step}", f"at step {step}") if step else ""]
        case "emails":
            person, subject = _mail(telling, row)
            if row[1] != "sent" and len(statuses_of(telling.query)) < 2:
                person = telling.say(f"da {person}", f"from {person}")
            facts = [person, at, subject]
        case _:
            number, customer, total = _order(telling, row)
            buyer = telling.say(f"di {customer}", f"of {customer}") if customer else ""
            if names_one_order(telling.query):
                facts = [total, buyer, at]
            else:
                facts = [phrase(number, buyer), total, at]
    if telling.query.subject in ("executions", "errors") and not _asks_about_one_process(telling):
        facts.insert(0, quoted(name_in_words(row[1], telling), telling.language, NAME_CHARS))
    said = ", ".join(fact for fact in facts if fact)
    if telling.query.subject == "errors":
        cause = plain_cause(_text(row[3]), telling.language).shown(telling.language)
        said = f"{said}: {cause}"
    return f"{phrase(emoji, about)}: {said}."


def _which(telling: Telling) -> str:
    """ "L'ultima esecuzione fallita", "Il primo ordine", "The last error"."""
    noun, first = _noun(telling), telling.query.order == "asc"
    if telling.language == "en":
        return f"The {'first' if first else 'last'} {noun.one}"
    ending = "a" if noun.gender == "f" else "o"
    firsts = {"a": "La prima", "o": "Il primo"}
    article = firsts[ending] if first else f"L'ultim{ending}"
    return f"{article} {noun.one}"


def _outcome_in_words(telling: Telling, row: Row) -> list[str]:
    status, took = _outcome(telling, row)
    if len(statuses_of(telling.query)) == 1:  # which one it is, was said already
        return [telling.say(f"durata {took}", f"duration {took}") if took else ""]
    if not took:
        return [status]
    return [telling.say(f"{status} in {took}", f"{status} in {took}")]


def _advice(telling: Telling, row: Row) -> list[str]:
    if telling.query.subject != "errors":
        return []
    advice = plain_cause(_text(row[3]), telling.language).advice
    return [f"💡 {advice}"] if advice else []
