"""What is said when nothing is asked of the data: greetings, help, refusals, questions back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol
from zoneinfo import ZoneInfo

from catalogue.metrics import Language
from catalogue.reading import Clarification, Reading
from language.glossary import OFF_TOPIC, explain
from language.plain_text import one_line, quoted

EXAMPLES = 3
_OFFERED_NAMES = 6
_OPTION_CHARS = 120


class NamedProcess(Protocol):
    """A process as the texts need it: its name. A store's `KnownProcess` is one."""

    @property
    def name(self) -> str:
        """Its current name."""
        ...


def _living(processes: Sequence[NamedProcess]) -> list[str]:
    """Names of the processes that still exist, the active ones first, each once."""
    ranked = sorted(
        (
            process
            for process in processes
            if not getattr(process, "gone", False) and not getattr(process, "archived", False)
        ),
        key=lambda process: not getattr(process, "active", True),  # stable: else as given
    )
    names = (one_line(process.name) for process in ranked)
    return list(dict.fromkeys(name for name in names if name))


class Recorded(Protocol):
    """Of what there are records; a store's `AtHand` is one."""

    @property
    def metrics(self) -> frozenset[str]:
        """The metrics with at least one record."""
        ...

    @property
    def process(self) -> str | None:
        """The process that ran last."""
        ...


_EXAMPLES: tuple[tuple[str, str, str], ...] = (
    (
        "orders",
        "Quanti ordini sono arrivati questa settimana?",
        "How many orders came in this week?",
    ),
    (
        "emails_received",
        "Quante email abbiamo ricevuto oggi?",
        "How many emails did we receive today?",
    ),
    (
        "ai_responses",
        "Quante risposte ha dato l'assistente ieri?",
        "How many answers did the assistant give yesterday?",
    ),
    ("emails_sent", "Quante email abbiamo inviato ieri?", "How many emails did we send yesterday?"),
    ("errors", "Qual è il processo che fallisce di più?", "Which process fails most?"),
    ("executions", "Come va questa settimana?", "How are we doing this week?"),
)
"""A metric that must have records, and the question in both languages."""


def example_questions(
    processes: Sequence[NamedProcess], language: Language, recorded: Recorded | None = None
) -> list[str]:
    """Three questions that have an answer here, one with the name of a real process.

    Where it is not known what is *recorded*, they are about what most companies have.
    """
    which = 1 if language == "it" else 2
    there = recorded.metrics if recorded is not None and recorded.metrics else None
    if there is None:
        found = [each[which] for each in _EXAMPLES if each[0] in _WITHOUT_RECORDS]
    else:
        found = [each[which] for each in _EXAMPLES if each[0] in there]
    name = (recorded.process if recorded is not None else None) or next(
        iter(_living(processes)), None
    )
    if name:
        name = one_line(name)
        question = (
            f"Quanti errori ha avuto «{name}» questa settimana?"
            if language == "it"
            else f"How many errors did “{name}” have this week?"
        )
        found.insert(1, question)
    return found[:EXAMPLES]


_WITHOUT_RECORDS = ("emails_received", "errors", "executions")


def _bulleted(lines: Sequence[str]) -> str:
    return "\n".join(f"• {line}" for line in lines)


# --- greetings and help ----------------------------------------------------------------------


def greeting(
    reading: Reading,
    processes: Sequence[NamedProcess],
    *,
    now: datetime,
    zone: ZoneInfo,
    recorded: Recorded | None = None,
) -> str:
    """A greeting that fits the hour, with a few questions to begin with."""
    language = reading.language
    if reading.topic == "thanks":
        return (
            "Prego! Se serve altro, chiedi pure."
            if language == "it"
            else ("You are welcome! Ask me whenever you need something else.")
        )
    if reading.topic in ("bye", "goodbye"):
        return "A presto!" if language == "it" else "See you soon!"
    hour = now.astimezone(zone).hour
    examples = _bulleted(example_questions(processes, language, recorded))
    if language == "it":
        salute = "Buongiorno" if 5 <= hour < 17 else "Buonasera"
        return f"👋 {salute}! Sono Milhena. Puoi chiedermi, per esempio:\n{examples}"
    salute = "Good morning" if 5 <= hour < 12 else "Good afternoon" if hour < 18 else "Good evening"
    salute = salute if hour >= 5 else "Good evening"
    return f"👋 {salute}! I am Milhena. You can ask me, for example:\n{examples}"


def help_text(
    language: Language,
    processes: Sequence[NamedProcess],
    *,
    source_configured: bool = True,
    lost: bool = False,
    recorded: Recorded | None = None,
) -> str:
    """What can be asked here, with the processes by their real names.

    *lost* says that questions back did not make clear what was meant.
    """
    names = _living(processes)
    if lost:
        return _not_understood(language, processes, recorded)
    if language == "it":
        lines = [
            "Rispondo a domande su ciò che hanno fatto i processi automatici dell'azienda. "
            "Per esempio:",
            "• numeri: «Quante email abbiamo ricevuto ieri?», «Quanti ordini a ottobre?»",
            f"• classifiche: {_ranking_example(names, language)}",
            "• elenchi: «Mostrami gli ultimi 5 errori», «Quali processi sono attivi?»",
            "• confronti e andamenti: «Confronta questa settimana con la scorsa», «Come va?»",
            "• cause: «Perché ieri ci sono stati errori?»",
            "Puoi indicare un periodo (oggi, la settimana scorsa, dal 3 al 10 maggio) e poi "
            "continuare: «e il mese scorso?», «solo quelli in errore».",
        ]
    else:
        lines = [
            "I answer questions about what the company's automatic processes have done. "
            "For example:",
            "• numbers: “How many emails did we receive yesterday?”, “How many orders in October?”",
            f"• rankings: {_ranking_example(names, language)}",
            "• lists: “Show me the last 5 errors”, “Which processes are active?”",
            "• comparisons and trends: “Compare this week with last week”, “How are we doing?”",
            "• causes: “Why were there errors yesterday?”",
            "You can name a period (today, last week, from 3 to 10 May) and then go on: "
            "“and last month?”, “only the failed ones”.",
        ]
    lines += _known_processes(names, language)
    if not source_configured:
        lines.append(_nothing_connected(language))
    return "\n".join(lines)


def _not_understood(
    language: Language, processes: Sequence[NamedProcess], recorded: Recorded | None
) -> str:
    """Instead of a third question back: what would surely be understood."""
    examples = _bulleted(example_questions(processes, language, recorded))
    if language == "it":
        return (
            "Mi dispiace, non riesco a capire che cosa ti serve. Prova a dirlo in una frase "
            f"sola, con che cosa e quando, per esempio:\n{examples}"
        )
    return (
        "I am sorry, I cannot make out what you need. Try to say it in one sentence, what and "
        f"when, for example:\n{examples}"
    )


def _ranking_example(names: Sequence[str], language: Language) -> str:
    if language == "it":
        first = "«Qual è il processo che fallisce di più?»"
        return f"{first}, «Quanto dura “{names[0]}”?»" if names else first
    first = "“Which process fails most?”"
    return f"{first}, “How long does ‘{names[0]}’ take?”" if names else first


def _known_processes(names: Sequence[str], language: Language) -> list[str]:
    if not names:
        return []
    shown = [quoted(name, language, 60) for name in names[:_OFFERED_NAMES]]
    rest = len(names) - len(shown)
    listed = ", ".join(shown)
    if language == "it":
        more = f" e altri {rest}" if rest > 1 else " e un altro" if rest else ""
        return [f"Processi che conosco: {listed}{more}."]
    more = f" and {rest} more" if rest else ""
    return [f"Processes that I know: {listed}{more}."]


def _nothing_connected(language: Language) -> str:
    if language == "it":
        return (
            "Adesso non è collegato nessun n8n: indica il suo database con MILHENA_N8N_URL, "
            "oppure prova con dati inventati: agent-cli demo"
        )
    return (
        "No n8n is connected now: set MILHENA_N8N_URL to its database, "
        "or try it on invented data: agent-cli demo"
    )


# --- concepts --------------------------------------------------------------------------------


def general(
    reading: Reading, processes: Sequence[NamedProcess], recorded: Recorded | None = None
) -> str:
    """A concept explained, or a kind no to what is off topic, with what can be asked instead."""
    language, topic = reading.language, reading.topic
    if topic and topic != OFF_TOPIC:
        text = explain(topic, language)
        if text is not None:
            return text
    examples = _bulleted(example_questions(processes, language, recorded))
    if topic and topic != OFF_TOPIC:
        if language == "it":
            return (
                "Questo concetto non è nel mio glossario. "
                f"Sui dati dell'azienda puoi chiedermi, per esempio:\n{examples}"
            )
        return (
            "This concept is not in my glossary. "
            f"About the company's data you can ask me, for example:\n{examples}"
        )
    if language == "it":
        return (
            "Su questo non posso aiutarti: mi occupo dei processi automatici dell'azienda. "
            f"Puoi chiedermi, per esempio:\n{examples}"
        )
    return (
        "I cannot help with that: I deal with the company's automatic processes. "
        f"You can ask me, for example:\n{examples}"
    )


# --- refusals --------------------------------------------------------------------------------

_REFUSALS: dict[str, tuple[str, str]] = {
    "credentials": (
        "Password, chiavi e accessi non li vedo e non li comunico. "
        "Per questi rivolgiti a chi amministra il sistema.",
        "I neither see nor give out passwords, keys and accesses. "
        "For those, please turn to whoever administers the system.",
    ),
    "internals": (
        "Dei dettagli tecnici interni non posso parlare; "
        "posso invece dirti che cosa hanno fatto i processi.",
        "I cannot talk about technical internals; "
        "I can tell you what the processes have done, though.",
    ),
    "change": (
        "Leggo soltanto: non posso avviare, fermare, modificare o cancellare nulla. "
        "Per farlo rivolgiti a chi gestisce n8n.",
        "I only read: I cannot start, stop, change or delete anything. "
        "For that, please turn to whoever manages n8n.",
    ),
    "instructions": (
        "Le mie istruzioni non posso mostrarle né cambiarle; "
        "alle domande sui dati dell'azienda rispondo volentieri.",
        "I cannot show or change my instructions; "
        "I am glad to answer questions about the company's data.",
    ),
    "others_data": (
        "I dati personali di altri non posso mostrarli. "
        "Posso rispondere sui numeri dei processi dell'azienda.",
        "I cannot show other people's personal data. "
        "I can answer about the figures of the company's processes.",
    ),
}
_REFUSED_ANYHOW = (
    "Questo non posso farlo. Alle domande sui dati dell'azienda rispondo volentieri.",
    "I cannot do that. I am glad to answer questions about the company's data.",
)


def refusal(
    reading: Reading, processes: Sequence[NamedProcess], recorded: Recorded | None = None
) -> str:
    """A polite no for its reason, with one question that can be asked."""
    language = reading.language
    which = 0 if language == "it" else 1
    text = _REFUSALS.get(reading.topic or "", _REFUSED_ANYHOW)[which]
    examples = example_questions(processes, language, recorded)
    example = examples[1] if len(examples) > 1 else examples[0]
    if language == "it":
        return f"🔒 {text}\nPer esempio: «{_inside(example)}»"
    return f"🔒 {text}\nFor example: “{_inside(example)}”"


def _inside(example: str) -> str:
    """An example inside quotation marks: its own ones become the inner kind."""
    return example.translate(str.maketrans("«»“”", "“”‘’" if "«" in example else "‘’‘’"))


# --- questions back --------------------------------------------------------------------------


def clarification(
    reading: Reading, processes: Sequence[NamedProcess], recorded: Recorded | None = None
) -> str:
    """One short question back, with its options numbered."""
    asked = reading.clarification or Clarification(reason="what")
    options = list(asked.options) or _own_options(asked, processes, reading.language, recorded)
    question = _question_back(asked, reading.language, bool(options))
    numbered = [
        f"{number}. {one_line(option, _OPTION_CHARS)}"
        for number, option in enumerate(options[:4], start=1)
    ]
    return "\n".join([question, *numbered])


def _own_options(
    asked: Clarification,
    processes: Sequence[NamedProcess],
    language: Language,
    recorded: Recorded | None,
) -> list[str]:
    """What is offered where the reading brought no options."""
    if asked.reason in ("which_process", "unknown_process"):
        return _living(processes)[:4]
    return example_questions(processes, language, recorded)


def _question_back(asked: Clarification, language: Language, has_options: bool) -> str:
    mention = quoted(asked.mention, language, 60) if asked.mention.strip() else ""
    italian = language == "it"
    match asked.reason:
        case "which_process":
            if italian:
                about = f"Con {mention} quale" if mention else "Quale"
                return f"🤔 {about} processo intendi?"
            about = (
                f"Which process do you mean by {mention}"
                if mention
                else ("Which process do you mean")
            )
            return f"🤔 {about}?"
        case "unknown_process":
            if italian:
                what = (
                    f"Non conosco un processo {mention}"
                    if mention
                    else ("Non conosco questo processo")
                )
                return f"🤔 {what}. Intendi uno di questi?" if has_options else f"🤔 {what}."
            what = (
                f"I do not know a process {mention}" if mention else ("I do not know this process")
            )
            return f"🤔 {what}. Do you mean one of these?" if has_options else f"🤔 {what}."
        case "which_metric":
            if italian:
                about = f"Con {mention} che cosa" if mention else "Che cosa"
                return f"🤔 {about} vuoi sapere di preciso?"
            about = (
                f"What exactly do you mean by {mention}"
                if mention
                else ("What exactly do you want to know")
            )
            return f"🤔 {about}?"
        case "not_in_catalogue":
            if italian:
                what = f"Su {mention} non ho dati" if mention else "Su questo non ho dati"
                tail = ". Ti serve una di queste cose?" if has_options else "."
                return f"🤔 {what}{tail}"
            what = f"I have no data about {mention}" if mention else "I have no data about this"
            tail = ". Is it one of these that you need?" if has_options else "."
            return f"🤔 {what}{tail}"
        case "no_previous":
            if italian:
                tail = " Puoi chiedere, per esempio:" if has_options else ""
                return f"🤔 Non mi è chiaro a che cosa si riferisce la domanda.{tail}"
            tail = " You can ask, for example:" if has_options else ""
            return f"🤔 It is not clear to me what the question refers to.{tail}"
        case _:
            if italian:
                return "🤔 Che cosa vuoi sapere?"
            return "🤔 What would you like to know?"
