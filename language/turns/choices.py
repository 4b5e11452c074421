"""Answers to a question back: which of its options a turn chooses."""

from __future__ import annotations

from collections.abc import Sequence

from catalogue.query import Filter, QuestionType
from catalogue.reading import Reading
from language.drafts import Draft
from language.names import NameIndex
from language.sentences import Sentence
from language.tokens import words_of
from language.turns.state import draft_of
from language.vocabulary import ARTICLES, KNOWN_WORDS, NUMBER_WORDS, ORDINALS


def chosen_option(sentence: Sentence, previous: Reading) -> str | None:
    """Return the option of the question back in *previous* that *sentence* chooses."""
    asked = previous.clarification
    if asked is None or not asked.options:
        return None
    options = asked.options
    words = [word for word in sentence.words if word not in ARTICLES]
    told_apart = _told_apart(words, options)
    if asked.reason in ("which_process", "unknown_process") and told_apart is not None:
        return told_apart
    if len(words) <= 4:
        number = _number_chosen(words)
        if number is not None:
            if number == -1:
                return options[-1]
            return options[number - 1] if 1 <= number <= len(options) else None
        if len(options) == 1 and words and words[0] in ("si", "yes", "ok", "esatto", "certo",
                                                       "yep", "sure", "giusto"):  # fmt: skip
            return options[0]
    said = set(words_of(sentence.text)) - ARTICLES
    exact = [option for option in options if words_of(option) == words_of(sentence.text)]
    if exact:
        return exact[0]
    if asked.reason in ("which_process", "unknown_process") and said and len(sentence.tokens) <= 8:
        named = " ".join(token.raw for token in sentence.tokens if token.word not in KNOWN_WORDS)
        match = NameIndex([_Option(option) for option in options]).match(named)
        if match.name is not None and match.score >= 60:
            return match.name
        fitting = [option for option in options if said & set(words_of(option))]
        distinctive = [
            option
            for option in fitting
            if any(
                sum(word in words_of(other) for other in options) == 1
                for word in said & set(words_of(option))
            )
        ]
        if len(distinctive) == 1:
            return distinctive[0]
    return None


def _told_apart(words: list[str], options: Sequence[str]) -> str | None:
    """The option that two of *words* more name: "il primo, quelli dal negozio online"."""
    named = {word for word in words if word not in ORDINALS and word not in NUMBER_WORDS}
    found = sorted(((len(named.intersection(words_of(one))), one) for one in options), reverse=True)
    if len(found) < 2 or found[0][0] - found[1][0] < 2:
        return None
    return found[0][1]


class _Option:
    """An option as `NameIndex` takes it."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.former_names: tuple[str, ...] = ()


def _number_chosen(words: list[str]) -> int | None:
    for word in words:
        if word in ORDINALS:
            return ORDINALS[word]
        if word.isdigit() and len(word) == 1:
            return int(word)
        if word in NUMBER_WORDS and word not in ("un", "uno", "una", "one", "sei"):
            return NUMBER_WORDS[word]
    if words in (["uno"], ["one"], ["the", "one"]):
        return 1
    return None


def completed_by_process(previous: Reading, name: str) -> Draft:
    """Return the query of *previous* with the process that was asked for."""
    if previous.query is None:
        draft = Draft()
        draft.tell("overview")
    else:
        draft = draft_of(previous.query)
    draft.filters = [
        *(each for each in draft.filters if each.field != "process"),
        Filter(field="process", values=(name,)),
    ]
    draft.focus = previous.focus
    draft.assumed = ["metric"] if previous.query is not None else []
    draft.certainty = 0.95
    return draft


def type_of(draft: Draft, *, future: bool = False) -> QuestionType:
    """Return the type of question that *draft* answers."""
    if future:
        return QuestionType.PREDICTION
    if draft.compare_to is not None or "cause" in draft.group_by or draft.story == "overview":
        return QuestionType.ANALYSIS
    return QuestionType.BUSINESS_DATA
