"""How an answer was made: what the records cover, what was assumed, what is missing from them.

Unknown is not zero: where there is no value, `why_unknown` says why, and the notes below an
answer say what its number rests on.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from catalogue.metrics import METRICS, Language
from language.nouns import counted_noun, measured_noun
from language.numbers_in_words import comparable, number_in_words
from language.plain_text import quoted
from language.telling import Telling, capitalised, filters_in_words
from language.windows_in_words import (
    after,
    is_one_day,
    joined,
    moment_in_words,
    since_day_in_words,
)
from persistence.results import Note

_LAG = timedelta(minutes=5)
"""Records that end this much before now are told; a smaller lag is the time of a question."""
_TOLD_NAMES = 3


def nothing_stored(language: Language) -> str:
    """For a store that has never been filled."""
    if language == "it":
        return (
            "Non ho ancora letto i dati di n8n, quindi non posso rispondere. "
            "Avvia «agent-cli sync» e rifammi la domanda."
        )
    return (
        "I have not read n8n's data yet, so I cannot answer. Run “agent-cli sync” and ask me again."
    )


def no_source(language: Language) -> str:
    """For questions about data where no n8n is connected."""
    if language == "it":
        return (
            "Non è collegato nessun n8n, quindi non ho dati per rispondere. "
            "Indica il suo database con MILHENA_N8N_URL, oppure prova con dati inventati: "
            "agent-cli demo"
        )
    return (
        "No n8n is connected, so I have no data to answer from. "
        "Set MILHENA_N8N_URL to its database, or try it on invented data: agent-cli demo"
    )


def _codes(telling: Telling) -> set[str]:
    return {note.code for note in telling.result.notes}


def why_unknown(telling: Telling) -> str | None:
    """Why nothing can be said of the window, as a sentence; None where the records cover it."""
    coverage, window = telling.result.coverage, telling.query.window
    codes = _codes(telling)
    if "nothing_recorded" in codes:
        return telling.say(
            "n8n non ha ancora registrato nessuna esecuzione.",
            "n8n has not recorded any execution yet.",
        )
    if "never_synced" in codes or coverage.start is None:
        return nothing_stored(telling.language)
    if window is None:
        return None
    noun = telling.span(window)
    if "future" in codes or (window.start is not None and window.start > telling.now):
        return telling.say(
            f"Non ho dati per {noun}: deve ancora cominciare.",
            f"I have no data for {noun}: it has not begun yet.",
        )
    if window.end <= coverage.start:
        begins = _since(telling, coverage.start, beside=window.end - timedelta(days=1))
        return telling.say(
            f"Non ho dati per {noun}: i dati partono {begins}.",
            f"I have no data for {noun}: the data starts {begins}.",
        )
    if (window.start, min(window.end, telling.now)) in missing_spans(telling):
        return telling.say(
            f"Non ho dati per {noun}: n8n li ha cancellati prima che li leggessi.",
            f"I have no data for {noun}: n8n deleted it before I had read it.",
        )
    if coverage.end is not None and window.start is not None and window.start >= coverage.end:
        ends = moment_in_words(coverage.end, telling.language, telling.now, telling.zone)
        return telling.say(
            f"Non ho dati per {noun}: gli ultimi sono {after('di', ends)}.",
            f"I have no data for {noun}: the latest is from {ends.removeprefix('on ')}.",
        )
    return None


def missing_spans(telling: Telling) -> list[tuple[datetime, datetime]]:
    """The spans that n8n deleted before they were read, as far as they were asked for."""
    moments = [
        datetime.fromisoformat(value)
        for note in telling.result.notes
        if note.code == "gap"
        for value in note.values
    ]
    return list(zip(moments[::2], moments[1::2], strict=True))


def _gaps_in_words(telling: Telling) -> list[str]:
    spans = []
    for begins, ends in missing_spans(telling)[:_TOLD_NAMES]:
        first, last = (
            moment_in_words(moment, telling.language, telling.now, telling.zone)
            for moment in (begins, ends)
        )
        spans.append(
            telling.say(
                f"{after('da', first)} {after('a', last)}",
                f"from {first.removeprefix('on ')} to {last.removeprefix('on ')}",
            )
        )
    when = joined(spans, telling.language)
    return [
        telling.say(
            f"Manca il periodo {when}: n8n ha cancellato quei dati prima che li leggessi.",
            f"The time {when} is missing: n8n deleted that data before I had read it.",
        )
    ]


def _since(telling: Telling, start: datetime, *, beside: datetime | None = None) -> str:
    """The first recorded day; with its year where the sentence names another year."""
    local = start.astimezone(telling.zone)
    words = since_day_in_words(start, telling.language, telling.now, telling.zone)
    if (
        beside is not None
        and beside.astimezone(telling.zone).year != local.year
        and str(local.year) not in words
    ):
        words = f"{words} {local.year}"
    return words if telling.language == "it" else words.replace("from", "on", 1)


def notes_below(telling: Telling, told: Sequence[str] = ()) -> list[str]:
    """Sentences for the line under an answer, the most important first.

    :param told: the lines of the answer; what they show needs no note.
    """
    unknown = not telling.result.rows and why_unknown(telling) is not None
    said = [
        *_assumptions(telling, " ".join(told)),
        *(_not_caught_up(telling) if unknown else _coverage(telling)),
        *(
            words
            for note in telling.result.notes
            if not (unknown and note.code in ("successes_not_saved", "gap"))
            for words in _note(note, telling)
        ),
        *_calculation(telling),
    ]
    return list(dict.fromkeys(said))


def _assumptions(telling: Telling, told: str) -> list[str]:
    """What the question did not say itself and the answer does not show either."""
    query, assumed, told = telling.query, telling.reading.assumed, told.casefold()
    kept: list[str] = []
    if "metric" in assumed and query.metric is not None:
        label = METRICS[query.metric].label[telling.language].lower()
        if not any(name.casefold() in told for name in _names_of_metric(query.metric, telling)):
            kept.append(quoted(label, telling.language))
    if "window" in assumed and query.window is not None:
        noun = telling.span(query.window)
        bare = noun.removeprefix("il periodo ").removeprefix("the period ")
        shown = (bare, telling.window(query.window), telling.span(query.window, relative=False))
        if not any(words.casefold() in told for words in shown):
            kept.append(telling.say(f"il periodo ({noun})", f"the period ({noun})"))
    if "filters" in assumed:
        about = [
            filters_in_words(query.model_copy(update={"filters": (condition,)}), telling.language)
            for condition in query.filters
        ]
        kept += [words for words in about if words and words.casefold() not in told]
    if "reading" in assumed:
        return [
            telling.say(
                "Non ero sicuro di aver capito: ho preso la lettura più probabile.",
                "I was not sure that I understood: this is the likeliest reading.",
            )
        ]
    if not kept:
        return []
    things = joined(kept, telling.language)
    understood = "Sottintesi" if len(kept) > 1 else "Sottinteso"
    return [telling.say(f"{understood}: {things}.", f"Taken as understood: {things}.")]


def _names_of_metric(metric_id: str, telling: Telling) -> list[str]:
    """The forms in which an answer names a metric."""
    label = METRICS[metric_id].label[telling.language]
    nouns = (
        counted_noun(metric_id, telling.language),
        measured_noun(metric_id, telling.language),
    )
    return [label, *(form for noun in nouns if noun for form in (noun.one, noun.many) if form)]


def _coverage(telling: Telling) -> list[str]:
    coverage, query, now = telling.result.coverage, telling.query, telling.now
    if coverage.start is None or _is_about_now(telling) or _is_today_by_default(telling):
        return _not_caught_up(telling)
    said = _not_caught_up(telling)
    window = query.window
    if window is None:
        if query.limit == 1 and telling.result.rows and query.order != "asc":
            return said  # the latest one needs no beginning
        begins = since_day_in_words(coverage.start, telling.language, now, telling.zone)
        said.append(telling.say(f"Dati {begins}.", f"Data {begins}."))
        return said
    if coverage.complete:
        return said
    asked_until = min(window.end, now)
    # "Until yesterday" names no beginning: all that is recorded is meant.
    if window.start is not None and window.start < coverage.start < asked_until:
        if is_one_day(window, telling.zone):
            start = moment_in_words(coverage.start, telling.language, now, telling.zone)
            said.append(
                telling.say(
                    f"I dati partono {after('da', start)}: prima non c'è niente di registrato.",
                    f"The data starts {start}: nothing is recorded before.",
                )
            )
        else:
            begins = _since(telling, coverage.start, beside=window.start)
            said.append(
                telling.say(
                    f"I dati partono {begins}: il periodo è coperto solo in parte.",
                    f"The data starts {begins}: the period is covered only in part.",
                )
            )
    elif window.start is None:
        begins = since_day_in_words(coverage.start, telling.language, now, telling.zone)
        said.append(telling.say(f"Dati {begins}.", f"Data {begins}."))
    if coverage.end is not None and coverage.end < asked_until - _LAG:
        ends = moment_in_words(coverage.end, telling.language, now, telling.zone)
        said.append(
            telling.say(
                f"I dati arrivano fino {after('a', ends)}.",
                f"The data reaches up to {ends.removeprefix('on ')}.",
            )
        )
    return said


def _is_today_by_default(telling: Telling) -> bool:
    return telling.query.story == "today" and telling.query.window is None


def _is_about_now(telling: Telling) -> bool:
    metric = METRICS.get(telling.query.metric or "")
    return telling.query.subject == "processes" or (
        metric is not None and metric.measure.facts == "processes"
    )


def _not_caught_up(telling: Telling) -> list[str]:
    coverage = telling.result.coverage
    if coverage.start is None or (coverage.caught_up and "not_caught_up" not in _codes(telling)):
        return []
    return [
        telling.say(
            "Sto ancora leggendo i dati di n8n: l'ultima parte manca.",
            "I am still reading n8n's data: the latest part is missing.",
        )
    ]


def _named(note: Note, language: Language) -> tuple[str, int]:
    names = [quoted(name, language, 60) for name in note.values[:_TOLD_NAMES]]
    rest = len(note.values) - len(names)
    if rest > 0:
        names.append(f"{rest} {'altri' if language == 'it' else 'more'}")
        if rest == 1 and language == "it":
            names[-1] = "un altro"
    return joined(names, language), len(note.values)


def _note(note: Note, telling: Telling) -> list[str]:
    names, count = _named(note, telling.language)
    one = count == 1
    match note.code:
        case "successes_not_saved" if count:
            return _unsaved_successes(names, one, telling)
        case "only_inside_others" if count:
            return [
                telling.say(
                    f"{names} {'gira' if one else 'girano'} solo dentro altri processi: "
                    "quelle esecuzioni non si contano a parte.",
                    f"{names} {'runs' if one else 'run'} only inside other processes: "
                    "those executions are not counted separately.",
                )
            ]
        case "same_name" if count:
            return [
                telling.say(
                    f"Più processi si chiamano {names}: li ho presi insieme.",
                    f"Several processes are called {names}: I took them together.",
                )
            ]
        case "gap" if count and not _is_about_now(telling):
            return _gaps_in_words(telling)
        case "totals_missing" if count:
            return _missing_totals(note.values[0], telling)
        case "second_source" if count:
            return _second_source(note.values, telling)
        case "now_only":
            return [
                telling.say(
                    "È la situazione di adesso: non ha uno storico.",
                    "This is how things are now: it has no history.",
                )
            ]
        case "previous_not_covered" if count:
            return [
                telling.say(
                    "Il periodo di confronto è registrato solo in parte: nessuna variazione.",
                    "The period to compare with is recorded only in part: no change given.",
                )
            ]
        case "previous_not_covered":
            return [
                telling.say(
                    "Il periodo di confronto è fuori dai dati registrati: nessuna variazione.",
                    "The period to compare with lies outside the recorded data: no change given.",
                )
            ]
        case _:
            return []


def _unsaved_successes(names: str, one: bool, telling: Telling) -> list[str]:
    """What the successes that n8n throws away mean for this figure; nothing where nothing."""
    query = telling.query
    metric = METRICS.get(query.metric or "")
    fact = telling.say(
        f"n8n non conserva le esecuzioni riuscite di {names}: ",
        f"n8n does not keep the successful executions of {names}: ",
    )
    if (
        query.subject in ("emails", "orders")
        or query.story in ("today", "email")
        or (metric is not None and metric.measure.facts != "executions")
    ):
        named = any(each.field == "process" and each.op != "is_not" for each in query.filters)
        if not named:
            return []  # mails, orders and answers of all processes are another matter
        return [
            fact + telling.say("ciò che hanno fatto non si vede.", "what they did cannot be seen.")
        ]
    if metric is not None and metric.measure.aggregate == "share" and "process" in query.group_by:
        left_out = telling.say(
            "il suo tasso non si può calcolare e non è in elenco."
            if one
            else "i loro tassi non si possono calcolare e non sono in elenco.",
            "its rate cannot be computed and is not listed."
            if one
            else "their rates cannot be computed and are not listed.",
        )
        return [fact + left_out]
    if metric is not None and metric.unit != "count":
        return [
            fact
            + telling.say("il calcolo ne vede solo una parte.", "this is computed without them.")
        ]
    return [
        fact
        + telling.say(
            "i conteggi ne mostrano solo una parte.", "the counts show only a part of them."
        )
    ]


def _second_source(values: Sequence[str], telling: Telling) -> list[str]:
    """What n8n's own counters say, said to be theirs and apart from the records."""
    scope, source, successes, failures, days, mean_s, *names = values
    good, bad = int(successes), int(failures)
    amounts = telling.say(
        f"{number_in_words(good, 'it')} {'riuscita' if good == 1 else 'riuscite'} e "
        f"{number_in_words(bad, 'it')} {'fallita' if bad == 1 else 'fallite'}",
        f"{number_in_words(good, 'en')} succeeded and {number_in_words(bad, 'en')} failed",
    )
    metric = METRICS.get(telling.query.metric or "")
    if metric is not None and metric.measure.aggregate == "mean" and mean_s:
        seconds = number_in_words(round(float(mean_s), 1), telling.language)
        amounts += telling.say(f", in media {seconds} s", f", {seconds} s on average")
    counters = telling.say(
        "i contatori di n8n (che non sommo ai dati registrati)",
        "n8n's own counters (which I do not add to the records)",
    )
    if source == "statistics":
        counters = telling.say(
            "i contatori di n8n, che partono dall'inizio (e non sommo ai dati registrati)",
            "n8n's own lifetime counters (which I do not add to the records)",
        )
    if scope == "unsaved":
        whose = joined([quoted(name, telling.language) for name in names], telling.language)
        return [
            telling.say(
                f"Per {whose} {counters} danno {amounts}.", f"Of {whose}, {counters} say {amounts}."
            )
        ]
    on = ""
    then = telling.say("Di prima che cominciassero i miei dati", "Of the time before my records")
    if scope == "gap":
        then = telling.say("Del periodo che manca", "Of the time that is missing")
    if days != "0":
        counted = number_in_words(int(days), telling.language)
        one = days == "1"
        on = telling.say(
            f" in {counted} {'giorno' if one else 'giorni'}",
            f" on {counted} {'day' if one else 'days'}",
        )
    return [
        telling.say(
            f"{then} so solo quanto dicono {counters}: {amounts}{on}.",
            f"{then} I only know what {counters} say: {amounts}{on}.",
        )
    ]


def _missing_totals(written: str, telling: Telling) -> list[str]:
    count = comparable(written)
    if count is None:
        return []
    amount = number_in_words(count, telling.language)
    if count == 1:
        return [
            telling.say(
                "Un ordine è arrivato senza importo e non è nella somma.",
                "One order came without an amount and is not in the sum.",
            )
        ]
    return [
        telling.say(
            f"{amount} ordini sono arrivati senza importo e non sono nella somma.",
            f"{amount} orders came without an amount and are not in the sum.",
        )
    ]


def _calculation(telling: Telling) -> list[str]:
    """How rates, durations and sums are computed; a count needs no explanation."""
    metric = METRICS.get(telling.query.metric or "")
    if metric is None or metric.unit == "count" or not telling.result.rows:
        return []
    if any(condition.field == "status" for condition in telling.query.filters):
        return []  # the definition names other statuses than those asked for
    definition = metric.definition[telling.language]
    return [telling.say(f"Calcolo: {definition}.", f"How: {definition}.")]


def note_lines(telling: Telling, told: Sequence[str] = ()) -> list[str]:
    """The notes as one line below the answer (its lines *told*); none where nothing is to say."""
    said = notes_below(telling, told)
    return ["ℹ️ " + " ".join(map(capitalised, said))] if said else []
