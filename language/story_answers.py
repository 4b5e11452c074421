"""Stories: a day in time order, the mail and its answers, the errors, the figures of a period."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

from catalogue.metrics import METRICS
from catalogue.periods import day_window
from language.causes_in_words import cause_details
from language.comparison_answers import is_better
from language.list_answers import NAME_CHARS, name_in_words, subject_in_words
from language.nouns import counted_noun, group_noun, label_of, status_in_words
from language.numbers_in_words import (
    MINUS,
    comparable,
    number_in_words,
    percent_in_words,
    points_in_words,
    relative_change,
    sum_of,
    value_in_words,
)
from language.plain_text import SHOWN_ROWS, bullets, one_line, quoted, table
from language.provenance_in_words import why_unknown
from language.telling import Telling, capitalised, moment_of, more_line, phrase
from language.windows_in_words import (
    is_one_day,
    joined,
    moment_in_words,
    short_moment,
)
from language.wording import plain_cause, step_in_words

PROCESS_SUMMARY_COLUMNS = (
    "process",
    "active",
    "executions",
    "success_rate",
    "errors",
    "median_duration",
    "last_run",
    "last_status",
    "last_error_at",
    "last_error_step",
    "last_cause",
)
TEXT_CHARS = 90
ABOUT_THE_SAME = "≈"
"""Stands for an arrow where a change is too small to count as one."""

Row = Sequence[Any]


def story(telling: Telling) -> list[str]:
    """The lines of one of the four stories, or of a process's summary."""
    if telling.result.columns == PROCESS_SUMMARY_COLUMNS:
        return process_in_words(telling)
    if telling.query.story == "today" and telling.query.window is None:
        # What happened, with no time named, is what happened today.
        window = day_window(telling.now.astimezone(telling.zone).date(), telling.zone)
        telling = replace(telling, query=telling.query.model_copy(update={"window": window}))
    if not telling.result.rows:
        return [_nothing(telling)]
    match telling.query.story:
        case "today":
            return _today(telling)
        case "email":
            return _email(telling)
        case "errors":
            return _errors(telling)
        case _:
            return _overview(telling)


def _nothing(telling: Telling) -> str:
    if telling.result.total_rows and telling.query.offset:
        return telling.say("Non c'è altro da mostrare.", "There is nothing more to show.")
    outside = why_unknown(telling)
    if outside is not None:
        return f"ℹ️ {outside}"
    rest = phrase(telling.about(), telling.when(unbounded=""))
    match telling.query.story:
        case "email":
            return (
                phrase(telling.say("📧 Nessuna email ricevuta", "📧 No emails received"), rest)
                + "."
            )
        case "errors":
            return phrase(telling.say("✅ Nessun errore", "✅ No errors"), rest) + "."
        case _:
            return phrase(telling.say("📅 Niente da segnalare", "📅 Nothing to report"), rest) + "."


def _at(telling: Telling, value: Any) -> str:
    moment = moment_of(value)
    if moment is None:
        return telling.say("(ora ignota)", "(time unknown)")
    one_day = is_one_day(telling.query.window, telling.zone)
    return short_moment(moment, telling.language, telling.now, telling.zone, with_day=not one_day)


def _all_rows(telling: Telling) -> bool:
    """Whether the rows are all there are, so that counting them counts what happened."""
    result = telling.result
    return telling.query.offset == 0 and len(result.rows) == result.total_rows


def _more(telling: Telling, shown: int, *, feminine: bool = False) -> list[str]:
    available = len(telling.result.rows)
    if telling.query.limit is None:
        available = max(available, telling.result.total_rows - telling.query.offset)
    return more_line(available - shown, telling.language, feminine=feminine)


# --- what happened ---------------------------------------------------------------------------

_KINDS = {
    "email_received": "emails_received",
    "email_sent": "emails_sent",
    "order": "orders",
    "answer": "ai_responses",
    "error": "errors",
}
"""The kinds of a day's events, in the order of its summary, with the metric that counts each."""


def _today(telling: Telling) -> list[str]:
    rows = telling.result.rows
    head = phrase("📅", capitalised(telling.when()), telling.about())
    if _all_rows(telling):
        head = f"{head}: {_counts(telling, rows)}."
    else:
        shown = number_in_words(telling.result.total_rows, telling.language)
        head = telling.say(f"{head}: {shown} eventi.", f"{head}: {shown} events.")
    lines = [_event(telling, row) for row in rows[:SHOWN_ROWS]]
    return [head, *bullets(lines), *_more(telling, min(len(rows), SHOWN_ROWS))]


def _counts(telling: Telling, rows: Iterable[Row]) -> str:
    kinds = [str(row[1]) for row in rows]
    said = []
    for kind, metric_id in _KINDS.items():
        noun = counted_noun(metric_id, telling.language)
        count = kinds.count(kind)
        if noun is not None and count:
            said.append(noun.counted(count, telling.language))
    if not kinds.count("error"):
        said.append(telling.say("nessun errore", "no errors"))
    return joined(said, telling.language)


def _event(telling: Telling, row: Row) -> str:
    time, kind, process, text = row[:4]
    metric = METRICS.get(_KINDS.get(str(kind), ""))
    emoji = metric.emoji if metric else "•"
    if kind == "error":
        told = plain_cause(_text(text), telling.language).shown(telling.language)
    else:
        told = one_line(str(text), TEXT_CHARS) if text else ""
    name = one_line(str(process), NAME_CHARS) if process else ""
    return " · ".join(part for part in (f"{_at(telling, time)} {emoji}", told, name) if part)


def _text(value: Any) -> str | None:
    return None if value is None else str(value)


# --- who wrote and what was answered ---------------------------------------------------------


def _email(telling: Telling) -> list[str]:
    rows, result = telling.result.rows, telling.result
    noun = counted_noun("emails_received", telling.language)
    label = capitalised(noun.many) if noun else ""
    total = number_in_words(result.total_rows, telling.language)
    head = f"{phrase('📧', label, telling.about(), telling.when(unbounded=''))}: {total}"
    if _all_rows(telling):
        answered = sum(1 for row in rows if row[3])
        head = f"{head}{_answered_part(telling, answered, len(rows))}"
    lines = [_mail(telling, row) for row in rows[:SHOWN_ROWS]]
    return [head, *bullets(lines), *_more(telling, min(len(rows), SHOWN_ROWS), feminine=True)]


def _answered_part(telling: Telling, answered: int, total: int) -> str:
    if answered == total:
        return telling.say(
            ", con risposta" if total == 1 else ", tutte con risposta",
            ", answered" if total == 1 else ", all answered",
        )
    if answered == 0:
        return telling.say(", senza risposta", ", not answered")
    return telling.say(
        f", {answered} con risposta e {total - answered} senza",
        f", {answered} answered and {total - answered} not",
    )


def _mail(telling: Telling, row: Row) -> str:
    time, sender, subject, answered, answer = row[:5]
    person = one_line(str(sender), NAME_CHARS) if sender else ""
    person = person or telling.say("(mittente ignoto)", "(unknown sender)")
    reply = one_line(str(answer), TEXT_CHARS) if answer else ""
    if reply and answered:
        outcome = f"→ {quoted(reply, telling.language, TEXT_CHARS)}"
    elif reply:
        written = quoted(reply, telling.language, TEXT_CHARS)
        outcome = telling.say(f"→ risposta non inviata: {written}", f"→ answer not sent: {written}")
    elif answered:
        outcome = telling.say("→ con risposta", "→ answered")
    else:
        outcome = telling.say("→ senza risposta", "→ not answered")
    return f"{_at(telling, time)} · {person} · {subject_in_words(subject, telling)} {outcome}"


# --- what went wrong -------------------------------------------------------------------------


def _errors(telling: Telling) -> list[str]:
    rows = telling.result.rows
    lines = [_errors_head(telling)]
    lines += bullets([_failing(telling, row) for row in rows[:SHOWN_ROWS]])
    lines += _more(telling, min(len(rows), SHOWN_ROWS))
    lines += _most_frequent_cause(telling)
    advice = plain_cause(_text(rows[0][3]), telling.language).advice if rows[0][3] else None
    return lines + ([f"💡 {advice}"] if advice else [])


def _most_frequent_cause(telling: Telling) -> list[str]:
    """The cause of most of the errors, where one comes before all others."""
    causes = telling.result.causes
    if not causes or causes[0].errors < 2 or any(
        each.errors == causes[0].errors for each in causes[1:]
    ):  # fmt: skip
        return []
    why = plain_cause(causes[0].cause, telling.language).shown(telling.language)
    number = number_in_words(causes[0].errors, telling.language)
    return [
        telling.say(
            f"La causa più frequente ({number}): {why}.",
            f"The most frequent cause ({number}): {why}.",
        ),
        cause_details(causes[0], telling),
    ]


def _errors_head(telling: Telling) -> str:
    rows = telling.result.rows
    rest = phrase(telling.about(), telling.when(unbounded=""))
    head = phrase(telling.say("❌ Errori", "❌ Errors"), rest)
    counts = [comparable(row[1]) for row in rows]
    total = sum_of(counts) if _all_rows(telling) else None
    processes = group_noun("process", telling.language).counted(
        telling.result.total_rows, telling.language
    )
    if total is None:
        return f"{head}: {telling.say(f'in {processes}', f'in {processes}')}."
    shown = number_in_words(total, telling.language)
    if len(rows) == 1:
        return f"{head}: {shown}"
    head = f"{head}: {shown} in {processes}"
    known = [count for count in counts if count is not None]
    worst = [row for row, count in zip(rows, counts, strict=True) if count == max(known)]
    if len(worst) > 1:
        return f"{head}."
    name = quoted(name_in_words(worst[0][0], telling), telling.language)
    most = number_in_words(worst[0][1], telling.language)
    return telling.say(
        f"{head}; il processo con più errori è {name} ({most}).",
        f"{head}; the process with the most errors is {name} ({most}).",
    )


def _failing(telling: Telling, row: Row) -> str:
    process, errors, last_at, cause, last_7_days = row[:5]
    noun = counted_noun("errors", telling.language)
    counted = noun.counted(errors, telling.language) if noun and _known(errors) else ""
    moment = moment_of(last_at)
    latest = ""
    if moment is not None:
        at = moment_in_words(moment, telling.language, telling.now, telling.zone)
        latest = telling.say(f"l'ultimo {at}", f"the last one {at}")
    why = plain_cause(_text(cause), telling.language).shown(telling.language) if cause else ""
    if why:
        latest = f"{latest}: {why}" if latest else why
    week = ""
    if _known(last_7_days) and not _is_last_week(telling):
        amount = number_in_words(last_7_days, telling.language)
        week = telling.say(f"negli ultimi 7 giorni: {amount}", f"in the last 7 days: {amount}")
    name = name_in_words(process, telling)
    return " · ".join(part for part in (name, counted, latest, week) if part)


def _known(value: Any) -> bool:
    return comparable(value) is not None


def _is_last_week(telling: Telling) -> bool:
    """Whether the window itself is the last seven days: then the column repeats the count."""
    today = telling.now.astimezone(telling.zone).date()
    week = day_window(today - timedelta(days=6), telling.zone, days=7)
    window = telling.query.window
    return window is not None and (window.start, window.end) == (week.start, week.end)


# --- the figures of a period -----------------------------------------------------------------


def _overview(telling: Telling) -> list[str]:
    query, rows = telling.query, telling.result.rows
    compared = any(_known(row[2]) for row in rows)
    noun = telling.span(query.window)
    head = telling.say(f"📊 Riepilogo: {noun}", f"📊 Summary: {noun}")
    if query.window is None:
        head = telling.say("📊 Riepilogo di tutto il periodo", "📊 Summary of the whole period")
    head = phrase(head, telling.about())
    if compared and query.compare_to is not None:
        other = telling.span(query.compare_to)
        head = telling.say(f"{head}, a confronto con {other}", f"{head}, compared with {other}")
        if _is_unfinished(telling):
            head += telling.say(" fino allo stesso punto", " up to the same point")
    elif compared and _is_unfinished(telling):
        head = telling.say(
            f"{head}, a confronto con la stessa parte del periodo prima",
            f"{head}, compared with the same part of the period before",
        )
    elif compared:
        head = telling.say(
            f"{head}, a confronto con il periodo prima", f"{head}, compared with the period before"
        )
    lines = [f"{head}.", *_figures(telling, rows[: SHOWN_ROWS * 2], compared)]
    return lines + _verdict(telling, rows)


def _is_unfinished(telling: Telling) -> bool:
    window = telling.query.window
    return window is not None and window.start is not None and telling.now < window.end


def _figures(telling: Telling, rows: Sequence[Row], compared: bool) -> list[str]:
    cells = []
    for row in rows:
        metric_id, value, previous = str(row[0]), row[1], row[2]
        metric = METRICS.get(metric_id)
        label = label_of(metric_id, telling.language)
        cell = [
            phrase(metric.emoji if metric else "", one_line(label, NAME_CHARS)),
            value_in_words(metric_id, value, telling.language),
        ]
        if compared:
            cell += [
                value_in_words(metric_id, previous, telling.language),
                _arrow(telling, metric_id, row),
            ]
        cells.append(cell)
    numeric = [False, True, True, False] if compared else [False, True]
    if compared:
        heads = ["", telling.say("valore", "value"), telling.say("prima", "before"), ""]
        cells = [heads, *cells]
    return table(cells, numeric=numeric)


def _arrow(telling: Telling, metric_id: str, row: Row) -> str:
    """ "▲ +12,5%", "▼ −1,4 punti", "≈ −0,2 punti", "="; nothing where one side is unknown.

    Only a change that counts as one gets an arrow.
    """
    value, previous = comparable(row[1]), comparable(row[2])
    if value is None or previous is None:
        return ""
    if value == previous:
        return "="
    metric = METRICS.get(metric_id)
    unit = metric.unit if metric else "count"
    arrow = "▲" if value > previous else "▼"
    if not _is_notable(unit, value, previous):
        arrow = ABOUT_THE_SAME
    change = value - previous
    sign = "+" if change > 0 else MINUS
    if unit == "percent":
        points = sign + points_in_words(change, telling.language)
        return telling.say(f"{arrow} {points} punti", f"{arrow} {points} points")
    percent = relative_change(value, previous, unit, telling.language)
    return f"{arrow} {percent or sign + value_in_words(metric_id, abs(change), telling.language)}"


def _verdict(telling: Telling, rows: Sequence[Row]) -> list[str]:
    """What got better and what got worse, by what is good of each figure; what "≈" means."""
    better: list[str] = []
    worse: list[str] = []
    nearly_equal = False
    for row in rows:
        metric = METRICS.get(str(row[0]))
        value, previous = comparable(row[1]), comparable(row[2])
        if metric is None or value is None or previous is None:
            continue
        if not _is_notable(metric.unit, value, previous):
            nearly_equal = nearly_equal or value != previous
            continue
        good = is_better(metric.higher_is, value, previous)
        if good is not None:
            (better if good else worse).append(metric.label[telling.language].lower())
    lines = []
    if better:
        things = joined(better, telling.language)
        lines.append(telling.say(f"👍 Meglio: {things}.", f"👍 Better: {things}."))
    if worse:
        things = joined(worse, telling.language)
        lines.append(telling.say(f"👎 Peggio: {things}.", f"👎 Worse: {things}."))
    if nearly_equal:
        lines.append(
            telling.say(
                f"{ABOUT_THE_SAME} quasi uguale: meno del 5%, o di 1 punto per un tasso.",
                f"{ABOUT_THE_SAME} about the same: less than 5%, or than 1 point of a rate.",
            )
        )
    return lines


def _is_notable(unit: str, value: Decimal, previous: Decimal) -> bool:
    """Whether a change is one: less than a twentieth, or than a point of a rate, is not.

    Rounded as it is written, so that nobody reads "5%" beside "less than 5%".
    """
    change = abs(value - previous)
    if unit == "percent":
        return change >= _A_POINT
    return not previous or change / abs(previous) * 100 >= _A_TWENTIETH


_A_POINT, _A_TWENTIETH = Decimal("0.95"), Decimal("4.95")
"""The least that is written as 1 point, and as 5%."""


# --- one process -----------------------------------------------------------------------------


def process_in_words(telling: Telling) -> list[str]:
    """How one process is doing: state, work, last run and last error in plain words."""
    if not telling.result.rows:
        outside = why_unknown(telling) or telling.say(
            "Di questo processo non è registrato niente in quel periodo.",
            "Nothing is recorded of this process in that period.",
        )
        return [f"ℹ️ {outside}"]
    row = dict(zip(PROCESS_SUMMARY_COLUMNS, telling.result.rows[0], strict=False))
    name = quoted(name_in_words(row.get("process"), telling), telling.language)
    active = telling.say(
        "è attivo" if row.get("active") else "non è attivo",
        "is active" if row.get("active") else "is not active",
    )
    mark = "🟢" if row.get("active") else "⚪"
    lines = [f"{mark} {name} {active}{_work(telling, row)}."]
    lines += _last_run(telling, row)
    return lines + _last_error(telling, row)


def _work(telling: Telling, row: dict[str, Any]) -> str:
    executions, errors = row.get("executions"), row.get("errors")
    when = telling.when(unbounded="")
    outside = why_unknown(telling)
    if not _known(executions) or outside is not None:
        return ""
    noun = counted_noun("executions", telling.language)
    failed = counted_noun("errors", telling.language)
    if noun is None or failed is None:
        return ""
    if not comparable(executions):
        return ": " + phrase(noun.none(telling.language), when)
    parts = [phrase(noun.counted(executions, telling.language), when)]
    if _known(errors):
        none = not comparable(errors)
        parts.append(
            failed.none(telling.language) if none else failed.counted(errors, telling.language)
        )
    if _known(row.get("success_rate")):
        rate = percent_in_words(row["success_rate"], telling.language)
        parts.append(telling.say(f"tasso di successo {rate}", f"success rate {rate}"))
    if _known(row.get("median_duration")):
        took = value_in_words("median_duration", row["median_duration"], telling.language)
        parts.append(telling.say(f"durata tipica {took}", f"typical duration {took}"))
    return ": " + ", ".join(parts)


def _last_run(telling: Telling, row: dict[str, Any]) -> list[str]:
    moment = moment_of(row.get("last_run"))
    if moment is None:
        return []
    at = moment_in_words(moment, telling.language, telling.now, telling.zone)
    status = row.get("last_status")
    told = f", {one_line(status_in_words(str(status), telling.language))}" if status else ""
    return [telling.say(f"Ultima esecuzione: {at}{told}.", f"Last execution: {at}{told}.")]


def _last_error(telling: Telling, row: dict[str, Any]) -> list[str]:
    moment = moment_of(row.get("last_error_at"))
    if moment is None:
        return []
    at = moment_in_words(moment, telling.language, telling.now, telling.zone)
    step = row.get("last_error_step")
    where = ""
    if step:
        named = step_in_words(str(step), telling.language)
        where = telling.say(f", al passo {named}", f", at step {named}")
    cause = plain_cause(_text(row.get("last_cause")), telling.language)
    why = f": {cause.shown(telling.language)}" if row.get("last_cause") else ""
    lines = [telling.say(f"Ultimo errore: {at}{where}{why}.", f"Last error: {at}{where}{why}.")]
    return lines + ([f"💡 {cause.advice}"] if cause.advice else [])
