"""agent-cli: ask in plain words what the company's n8n automations did.

Each command parses, calls one thing and prints. The answer goes to stdout, everything else to
stderr. Exit 0: all was answered; 1: it was not; 2: the command line is wrong; 130: Ctrl-C.
Everything heavy is imported inside the command that needs it, so that ``--help`` is quick.
"""

from __future__ import annotations

import gc
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from core.errors import MilhenaError, SettingsError
from terminal.output import UNANSWERED, note, prepare_streams, say, say_json
from terminal.progress import progress_bar

if TYPE_CHECKING:
    from core.clock import Clock
    from core.settings import Settings

Language = Literal["it", "en"]

WATCH_EVERY_S = 60.0
DEMO_QUESTIONS = (
    "Quante email abbiamo ricevuto negli ultimi 7 giorni?",
    "Quali processi hanno avuto più errori negli ultimi 30 giorni?",
    "Ordini per giorno negli ultimi 7 giorni",
    "Ordini della settimana scorsa rispetto alla settimana precedente",
    "Why did executions fail last week?",
)
"""A number, a ranking, a table, a comparison in time, and one in English."""

app = typer.Typer(
    name="agent-cli",
    help="Ask in plain words, in Italian or English, what your n8n automations did.",
    epilog='Try it: agent-cli demo, then agent-cli ask --demo "Quante email oggi?"',
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,  # errors are one sentence, never a traceback
    context_settings={"help_option_names": ["-h", "--help"]},
)

DemoOption = Annotated[
    bool, typer.Option("--demo", help="Use the demo company that `agent-cli demo` made.")
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON.")]
LanguageOption = Annotated[
    Language | None,
    typer.Option("--language", help="Answer in this language.", show_default="the question's"),
]
UserOption = Annotated[str, typer.Option("--user", help="Who asks.", metavar="NAME")]


def _show_version(wanted: bool) -> None:
    from importlib.metadata import PackageNotFoundError, version

    if wanted:
        try:
            say(f"agent-cli {version('milhena')}")
        except PackageNotFoundError:
            say("agent-cli, not installed")
        raise typer.Exit


@app.callback()
def _options_of_all_commands(
    version: Annotated[
        bool,
        typer.Option(
            "--version",
            help="Print the version and leave.",
            callback=_show_version,
            is_eager=True,
        ),
    ] = False,
    debug: Annotated[
        bool, typer.Option("--debug", help="Show the traceback of an unexpected error.")
    ] = False,
) -> None:
    """Hold the options that stand before any command."""


@app.command(no_args_is_help=True)
def ask(
    words: Annotated[
        list[str],
        typer.Argument(
            metavar="QUESTION",
            help="The question; quotes are not needed. - reads one question per line from stdin.",
            show_default=False,
        ),
    ],
    as_json: Annotated[
        bool, typer.Option("--json", help="Print one JSON object per question, on one line.")
    ] = False,
    thread: Annotated[
        str | None,
        typer.Option(
            "--thread", metavar="ID", help="Continue this conversation.", show_default=False
        ),
    ] = None,
    user: UserOption = "anonymous",
    language: LanguageOption = None,
    as_of: Annotated[
        str | None,
        typer.Option(
            "--as-of",
            metavar="ISO",
            help="Answer as if it were this moment (without an offset: in the business zone).",
            show_default="now",
        ),
    ] = None,
    no_cache: Annotated[
        bool, typer.Option("--no-cache", help="Neither read nor write the answer cache.")
    ] = False,
    explain: Annotated[
        bool,
        typer.Option(
            "--explain", help="Also say which model read the question, and why others did not."
        ),
    ] = False,
    demo: DemoOption = False,
) -> None:
    """Answer a question.

    \b
    Examples:
      agent-cli ask "Quante email oggi?"
      agent-cli ask which process failed most last week
      agent-cli ask "E ieri?" --thread sales
      agent-cli ask --json - < questions.txt
    """
    from terminal.asking import Asking, lines_of_stdin, show

    if thread is not None:
        _check_name("--thread", thread)
    _check_name("--user", user)
    # With a setting that cannot be used every question still gets its JSON object.
    settings = _settings_or_error(demo=demo)
    clock = None if as_of is None else _clock_at(as_of, settings)
    asking = Asking(
        settings,
        thread=thread,
        user=user,
        language=language,
        clock=clock,
        use_cache=not no_cache,
        explain=explain,
        words=_language_of(settings, language),
        debug=_debugging(),
    )
    question = " ".join(words)
    # Bytes of the command line that are no text are refused like those of stdin.
    typed = [question.encode("utf-8", errors="surrogateescape")]
    lines = lines_of_stdin(asking.longest) if question == "-" else typed
    with asking:
        for line in lines:
            outcome = asking.ask(line, show_progress=not as_json)
            if as_json:
                say_json(outcome.model_dump(mode="json"))
            else:
                show(outcome, dated=clock is None)
    if asking.failures:
        raise typer.Exit(UNANSWERED)


@app.command()
def chat(
    thread: Annotated[
        str | None,
        typer.Option(
            "--thread", metavar="ID", help="Continue this conversation.", show_default="a new one"
        ),
    ] = None,
    user: UserOption = "anonymous",
    language: LanguageOption = None,
    demo: DemoOption = False,
) -> None:
    """Talk: each question may refer to the one before.

    \b
    In the conversation: /help, /new, /history, /quit. Ctrl-C stops an answer, and leaves at
    the prompt; Ctrl-D leaves.

    \b
    Examples:
      agent-cli chat
      agent-cli chat --thread sales
    """
    from language.question_types.classifier import load_in_background
    from terminal.asking import Asking
    from terminal.conversation import converse, new_thread

    if thread is not None:
        _check_name("--thread", thread)
    _check_name("--user", user)
    settings = _settings(demo=demo)
    words = _language_of(settings, language)
    asking = Asking(
        settings,
        thread=thread or new_thread(),
        user=user,
        language=language,
        words=words,
        debug=_debugging(),
    )
    command = "agent-cli chat --demo" if demo else "agent-cli chat"
    load_in_background()
    with asking:
        converse(asking, home=settings.home, words=words, resume_command=command)
    if asking.failures and not (sys.stdin and sys.stdin.isatty()):
        raise typer.Exit(UNANSWERED)


@app.command()
def sync(
    seconds: Annotated[
        float | None,
        typer.Argument(
            metavar="SECONDS",
            help="With --watch: how long to wait between two syncs.",
            show_default="60",
        ),
    ] = None,
    watch: Annotated[
        bool, typer.Option("--watch", help="Go on copying what is new until Ctrl-C or SIGTERM.")
    ] = False,
    rebuild: Annotated[
        bool, typer.Option("--rebuild", help="Sum all days and months anew, from the facts.")
    ] = False,
    prune: Annotated[
        bool,
        typer.Option("--prune", help="Remove the texts older than MILHENA_CONTENT_DAYS."),
    ] = False,
    explain: Annotated[
        int | None,
        typer.Option(
            "--explain",
            metavar="EXECUTION",
            min=1,
            help="Copy nothing; say what is taken from this execution of n8n's, and why.",
            show_default=False,
        ),
    ] = None,
    as_json: JsonOption = False,
    demo: DemoOption = False,
) -> None:
    """Copy what is new in n8n into Milhena's store.

    n8n is only read. Questions bring the store up to date by themselves: this is for the first
    load of a big database and for a schedule. It may be stopped at any point and run again.

    \b
    Examples:
      agent-cli sync
      agent-cli sync --json
      agent-cli sync --watch 30
      agent-cli sync --prune
      agent-cli sync --explain 1234
    """
    from terminal import syncing

    chosen = [name for name, on in (("--watch", watch), ("--rebuild", rebuild),
              ("--prune", prune), ("--explain", explain is not None)) if on]  # fmt: skip
    if len(chosen) > 1:
        raise typer.BadParameter(f"{chosen[0]} and {chosen[1]} are two commands: run them in turn")
    if seconds is not None and not watch:
        raise typer.BadParameter("SECONDS goes with --watch: agent-cli sync --watch 30")
    if seconds is not None and not seconds >= 1:
        raise typer.BadParameter(f"SECONDS is {seconds:g}: n8n is asked once a second at most")
    if watch:
        syncing.watch(_settings(demo=demo), every_s=seconds or WATCH_EVERY_S)
        return
    if prune:
        pruned = syncing.prune(_settings(demo=demo))
        say(f"{pruned:,} texts removed")
        return
    if explain is not None:
        from persistence.explanations import explain_execution
        from terminal.explaining import show_explanation

        settings = _settings(demo=demo)
        found = explain_execution(settings, explain)
        if as_json:
            say_json(found.as_json())
        else:
            show_explanation(found, settings.zone)
        return
    report = syncing.synchronise(_settings(demo=demo), rebuild=rebuild)
    if as_json:
        from dataclasses import asdict

        say_json(asdict(report) | {"synced_at": report.synced_at.isoformat()})
        return
    say(
        f"{report.read:,} executions read, {report.changed:,} new or changed, "
        f"in {report.elapsed_s:.1f} s"
    )
    for sentence in report.told():
        note(f"note: {sentence}")


@app.command()
def demo(
    fresh: Annotated[
        bool, typer.Option("--fresh", help="Make the demo company anew, even if it is today's.")
    ] = False,
) -> None:
    """See Milhena at work on an invented company.

    It has 60 days of n8n behind it, up to now. Nothing is needed but a folder (MILHENA_HOME). A
    second run on the same day uses what is there.

    \b
    Then go on with it:
      agent-cli chat --demo
      agent-cli ask --demo "Quali processi falliscono di più?"
    """
    from persistence.demo.home import DemoHome
    from terminal.asking import Asking, show
    from terminal.syncing import synchronise

    settings = _settings(demo=False)
    place = DemoHome(settings.home)
    if fresh or not place.is_current(zone=settings.zone):
        with progress_bar("Inventing a company") as advance:
            place.make(zone=settings.zone, progress=advance)
    settings = _settings(demo=True)
    synchronise(settings)
    with Asking(settings, thread=None, user="demo", language=None, debug=_debugging()) as asking:
        for question in DEMO_QUESTIONS:
            say(f"> {question}")
            show(asking.ask(question.encode()), dated=False, read_by=False)
            say("")
    note(
        "Go on with this company:\n"
        "  agent-cli chat --demo\n"
        '  agent-cli ask --demo "Quali processi falliscono di più?"\n'
        "With your own n8n: set MILHENA_N8N_URL, then agent-cli doctor"
    )
    if asking.failures:
        raise typer.Exit(UNANSWERED)


@app.command()
def doctor(as_json: JsonOption = False, demo: DemoOption = False) -> None:
    """Say what is wrong here, and what to do.

    Looks at everything that Milhena depends on. Exit code 1 when there is a problem; a warning
    leaves everything working. No key or password is shown, and nothing that costs is called.

    \b
    Examples:
      agent-cli doctor
      agent-cli doctor --json
    """
    from core.checks import worst
    from terminal.diagnosis import diagnose, show_checks

    checks = diagnose(_settings_or_error(demo=demo))
    status = worst(checks)
    if as_json:
        say_json({"status": status, "checks": [check.as_json() for check in checks]}, indent=2)
    else:
        show_checks(checks)
    if status == "problem":
        raise typer.Exit(UNANSWERED)


@app.command()
def usage(
    by: Annotated[
        Literal["day", "provider", "model", "user", "need"],
        typer.Option("--by", help="What to add up."),
    ] = "day",
    days: Annotated[
        int, typer.Option("--days", min=1, max=3_660, help="The last so many days, with today.")
    ] = 30,
    user: Annotated[
        str | None,
        typer.Option("--user", metavar="NAME", help="Only this user's.", show_default="everybody"),
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Show what language models used and cost.

    The demo company's questions count too, and what is left of the budgets is said.

    \b
    Examples:
      agent-cli usage
      agent-cli usage --by user --days 7
      agent-cli usage --by model --json
    """
    from terminal.usage import show_usage

    show_usage(_settings(demo=False), by=by, days=days, user=user, as_json=as_json)


keys_app = typer.Typer(
    name="keys",
    help="Keep API keys out of files and of the environment.",
    epilog="They go into the system's keyring, else into an encrypted file in MILHENA_HOME. "
    "Environment variables (GOOGLE_API_KEY, GROQ_API_KEY, LANGSMITH_API_KEY) win over them.",
    no_args_is_help=True,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.add_typer(keys_app)

# Whatever is typed after the command may be a key: it is taken in, and never repeated.
_ANY_WORDS = {"ignore_unknown_options": True}
KeyArgument = Annotated[
    list[str],
    typer.Argument(metavar="PROVIDER", help="gemini, groq or langsmith.", show_default=False),
]


@keys_app.command("set", no_args_is_help=True, context_settings=_ANY_WORDS)
def set_key(provider: KeyArgument) -> None:
    """Store an API key. It is asked for, and not shown; or it is read from stdin.

    \b
    Examples:
      agent-cli keys set gemini
      agent-cli keys set groq < key.txt
    """
    from terminal import keys

    keys.set_key(_settings(demo=False), keys.provider_named(provider))


@keys_app.command("list")
def list_keys(as_json: JsonOption = False) -> None:
    """Show which keys there are and where each one is; nothing of the keys.

    \b
    Examples:
      agent-cli keys list
      agent-cli keys list --json
    """
    from terminal import keys

    keys.list_keys(_settings(demo=False), as_json=as_json)


@keys_app.command("remove", no_args_is_help=True, context_settings=_ANY_WORDS)
def remove_key(provider: KeyArgument) -> None:
    """Forget a stored API key.

    \b
    Example:
      agent-cli keys remove groq
    """
    from terminal import keys

    keys.remove_key(_settings(demo=False), keys.provider_named(provider))


@keys_app.command("rotate", no_args_is_help=True, context_settings=_ANY_WORDS)
def rotate_key(
    provider: KeyArgument,
    check: Annotated[
        bool, typer.Option("--check/--no-check", help="First see that the new key works.")
    ] = True,
) -> None:
    """Replace a stored API key by a new one, if that one works.

    What the encrypted file holds is sealed anew.

    \b
    Examples:
      agent-cli keys rotate gemini
      agent-cli keys rotate groq --no-check < new-key.txt
    """
    from terminal import keys

    keys.rotate_key(_settings(demo=False), keys.provider_named(provider), check=check)


@app.command(name="eval", no_args_is_help=True)
def evaluate_questions(
    files: Annotated[
        list[Path],
        typer.Argument(metavar="FILE...", help="JSON lines of questions.", show_default=False),
    ],
    tier: Annotated[
        Literal["gemini", "groq", "rules"] | None,
        typer.Option(
            "--tier",
            help="Ask only this tier, and the rules where it fails.",
            show_default="all that have a key",
        ),
    ] = None,
    minimum: Annotated[
        list[str] | None,
        typer.Option(
            "--min",
            metavar="[NAME=]SHARE",
            help="Exit 1 below this share (0.95 or 95%) of all, or of the one named.",
            show_default=False,
        ),
    ] = None,
    misses: Annotated[
        int | None,
        typer.Option("--misses", min=0, help="Show at most so many misses.", show_default="all"),
    ] = None,
    as_json: JsonOption = False,
    demo: DemoOption = False,
) -> None:
    """Measure how well questions are understood.

    Each line of a FILE is a question with what is expected of its answer (type, query, value),
    or a conversation; docs/evaluation.md has the format. The questions go through the whole
    graph. A file that lists its own processes needs no n8n.

    \b
    Examples:
      agent-cli eval evaluation/questions/held_out.*.jsonl --misses 0
      agent-cli eval mine.jsonl --tier rules --min 0.95 --min type.REFUSED=1
      agent-cli eval mine.jsonl --demo --json
    """
    from terminal.evaluating import below, evaluate, floors, show_report

    wanted = floors(minimum or [])
    report = evaluate(files, _settings(demo=demo), tier=tier)
    if as_json:
        say_json(report.as_json())
    else:
        show_report(report, misses=misses)
    failed = below(report, wanted)
    for sentence in failed:
        note(f"error: {sentence}")
    if failed:
        raise typer.Exit(UNANSWERED)


@app.command()
def train(
    version: Annotated[
        int | None,
        typer.Argument(
            metavar="VERSION", min=0, help="With --rollback: the version.", show_default=False
        ),
    ] = None,
    phrases: Annotated[
        list[Path] | None,
        typer.Option(
            "--phrases",
            metavar="FILE",
            help="More phrases to learn from, JSON lines; may be given several times.",
            show_default=False,
        ),
    ] = None,
    rollback: Annotated[
        bool,
        typer.Option(
            "--rollback", help="Use VERSION again, or the version before; 0 is the shipped one."
        ),
    ] = False,
    list_versions: Annotated[
        bool, typer.Option("--list", help="Show the models there are and which is in use.")
    ] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Train and compare, but register nothing.")
    ] = False,
    as_json: JsonOption = False,
    demo: DemoOption = False,
) -> None:
    """Train the classifier of questions anew: their type, and what they ask for.

    It learns from the phrases that ship with Milhena, from yours, and from what people corrected
    in conversations ("no, intendevo le email inviate"). A new model is used only if it is
    better than the present one on phrases that neither has seen, and worse on no type. It needs
    scikit-learn and the sentence embedding (the extras train and embedding).

    \b
    A phrase is a line such as
      {"text": "che aria tira?", "type": "ANALYSIS", "language": "it"}
      {"text": "quanto è entrato in cassa?", "object": "order_value", "language": "it"}
    GREETING, GENERAL and REFUSED also have a "topic". An "object" is a metric, a list such as
    list:errors, a story such as story:overview, or none.

    \b
    Examples:
      agent-cli train
      agent-cli train --phrases ours.jsonl --dry-run
      agent-cli train --list
      agent-cli train --rollback 0
    """
    if version is not None and not rollback:
        raise typer.BadParameter("a version is only given with --rollback", param_hint="VERSION")
    if rollback and (list_versions or phrases or dry_run):
        raise typer.BadParameter("cannot be combined with other options", param_hint="--rollback")
    from terminal import training

    settings = _settings(demo=demo)
    if rollback:
        number = training.roll_back(settings, version)
        if as_json:
            say_json({"version": number})
        else:
            say(f"Version {number} is in use again.")
    elif list_versions:
        found = training.versions(settings)
        if as_json:
            say_json(training.versions_as_json(found), indent=2)
        else:
            training.show_versions(found)
    else:
        with progress_bar("Training") as advance:
            report = training.train_anew(settings, phrases or [], dry_run=dry_run, progress=advance)
        if as_json:
            say_json(report.as_json(), indent=2)
        else:
            training.show_report(report)


@app.command()
def serve(
    host: Annotated[
        str | None,
        typer.Option("--host", help="Address to listen on.", show_default="MILHENA_HOST"),
    ] = None,
    port: Annotated[
        int | None,
        typer.Option(
            "--port",
            min=0,
            max=65_535,
            help="Port to listen on; 0 takes a free one.",
            show_default="MILHENA_PORT",
        ),
    ] = None,
    demo: DemoOption = False,
) -> None:
    """Answer over HTTP.

    LangServe is at /milhena, the state of things at /health. SIGTERM and Ctrl-C end it once
    what was begun is answered.

    \b
    Examples:
      agent-cli serve
      agent-cli serve --port 9000
      curl -s localhost:8089/milhena/invoke -H 'content-type: application/json' \\
        -d '{"input": {"question": "Quante email oggi?"}}'
    """
    settings = _settings(demo=demo)
    from server.run import run

    run(settings, host=host or settings.host, port=settings.port if port is None else port)


def _settings(*, demo: bool) -> Settings:
    """Return the settings of this process, or those of the demo company.

    The demo has a folder of its own: its records never mix with the company's. What its questions
    use of the models counts with all others: budgets hold for both together.

    :raises SettingsError: a variable cannot be used, or there is no demo yet.
    """
    from core.settings import load_settings

    settings = load_settings()
    if not demo:
        return settings
    from persistence.demo.home import DemoHome

    place = DemoHome(settings.home)
    if not place.exists():
        raise SettingsError('there is no demo company yet: run "agent-cli demo" first')
    if not place.ends_today(zone=settings.zone):
        note('note: the demo company ends on an earlier day; "agent-cli demo" makes a new one')
    return load_settings(
        n8n_url=f"sqlite:///{place.database}",
        n8n_schema=None,
        store_url=None,
        home=place.folder,
        # Keys are the same person's, and money is the same money.
        shared_home=settings.account_home,
        usage_store_url=settings.usage_store_url or settings.store_url,
    )


def _settings_or_error(*, demo: bool) -> Settings | SettingsError:
    try:
        return _settings(demo=demo)
    except SettingsError as error:
        return error


def _language_of(settings: Settings | SettingsError, chosen: Language | None) -> Language:
    """Return the language of our own words around the answers."""
    if chosen is not None:
        return chosen
    if not isinstance(settings, SettingsError) and settings.language is not None:
        return settings.language
    locales = (os.environ.get(name) for name in ("LC_ALL", "LC_MESSAGES", "LANG"))
    locale = next((value for value in locales if value), "")
    return "it" if locale.lower().startswith("it") else "en"


def _clock_at(text: str, settings: Settings | SettingsError) -> Clock:
    from datetime import UTC, datetime

    from core.clock import FixedClock

    try:
        moment = datetime.fromisoformat(text.strip())
        if not 1970 < moment.year < 2200:  # beyond, arithmetic on time zones overflows
            raise ValueError(moment.year)
    except ValueError:
        raise typer.BadParameter(
            f"{text!r} is not a moment such as 2026-11-22T18:30 (between 1971 and 2199)",
            param_hint="--as-of",
        ) from None
    if moment.tzinfo is None:
        zone = UTC if isinstance(settings, SettingsError) else settings.zone
        moment = moment.replace(tzinfo=zone)
    return FixedClock(moment)


def _check_name(option: str, value: str) -> None:
    if not value.strip() or len(value) > 200 or not value.isprintable():
        raise typer.BadParameter(
            f"{value[:50]!r} is not a name of 1 to 200 printable characters", param_hint=option
        )


def _debugging() -> bool:
    # Asked before any command is parsed as well, so not from its context.
    return "--debug" in sys.argv[1:2]


def main() -> None:
    """Run the command line; every failure is one sentence on stderr."""
    prepare_streams()
    if not _debugging():
        # Ctrl-C may come while an event loop is half made: what fails when such things are thrown
        # away is nobody's to read.
        sys.unraisablehook = lambda _: None
    try:
        app()
    except MilhenaError as error:
        note(f"error: {error}")
        sys.exit(UNANSWERED)
    except Exception as error:
        if _debugging():
            raise
        from terminal.asking import unexpected

        note(f"error: {unexpected(error)}")
        sys.exit(UNANSWERED)
    finally:
        # The interpreter's last collections would look at every module for nothing.
        gc.freeze()


if __name__ == "__main__":
    main()
