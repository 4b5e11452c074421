"""Reading a mapping: YAML in, `BusinessMapping` out, every mistake told with its line.

The shipped mapping and the user's additions have one form and go through the same readers; each
reader gets what stands already and returns it with what the file adds.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Mapping
from dataclasses import fields as fields_of
from dataclasses import replace
from functools import lru_cache
from typing import Any, NoReturn, TypeVar

import yaml
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from core.errors import SettingsError
from persistence.mapping.declaration import SETTING, SHIPPED
from persistence.mapping.fields import (
    NO_FIELDS,
    Fields,
    fields,
    is_secret,
    merged,
    path_of,
    squeezed,
)
from persistence.mapping.model import (
    Answer,
    Attached,
    BusinessMapping,
    Channel,
    Customers,
    Documents,
    Passage,
    ReceivedMail,
    SentMail,
    Shape,
    Shapes,
    StepRule,
    Steps,
)

_LARGEST = 1_000_000
_NEVER = "never"
_STEP_TYPE = re.compile(r"@?[\w-]+(?:/[\w-]+)*\.[\w-]+")
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

Value = TypeVar("Value")
Reader = Callable[[Node, Any], Any]


def read_mapping(additions: bytes | None = None, *, place: str = "") -> BusinessMapping:
    """Return the shipped mapping with the user's *additions*, which *place* names in messages.

    :raises SettingsError: they say something that no mapping says; the text names the line and
        the reason.
    """
    mapping = _shipped()
    return mapping if additions is None else _Reading(place).read(additions, mapping)


@lru_cache(maxsize=1)
def _shipped() -> BusinessMapping:
    return _Reading("mapping.yaml").read(SHIPPED.read_bytes(), _NOTHING)


_NOTHING = BusinessMapping(
    received_mail=ReceivedMail({}, {}, NO_FIELDS, NO_FIELDS, NO_FIELDS, NO_FIELDS, NO_FIELDS),
    sent_mail=SentMail({}, NO_FIELDS, NO_FIELDS, NO_FIELDS, NO_FIELDS),
    answer=Answer({}, NO_FIELDS),
    channels={},
    order=Documents(NO_FIELDS, frozenset(), NO_FIELDS, NO_FIELDS, Shapes()),
    invoice=Documents(NO_FIELDS, frozenset(), NO_FIELDS, NO_FIELDS, Shapes()),
    customer=Customers(
        NO_FIELDS, NO_FIELDS, NO_FIELDS, NO_FIELDS, NO_FIELDS, NO_FIELDS, {}, Shapes()
    ),
    shown=NO_FIELDS,
    waiting_steps={},
    waiting_operations=frozenset(),
    attached=Attached((), ()),
)


class _Reading:
    """The reading of one file; *place* names it in messages."""

    def __init__(self, place: str) -> None:
        self._place = place

    def refuse(self, node: Node | None, reason: str) -> NoReturn:
        self._refuse(_line_of(node.start_mark) if node is not None else "", reason)

    def _refuse(self, line: str, reason: str) -> NoReturn:
        raise SettingsError(f"{self._place}{line}: {reason}.", setting=SETTING)

    def read(self, content: bytes, base: BusinessMapping) -> BusinessMapping:
        root = self._parsed(content)
        if root is None:  # nothing but comments
            return base
        sections = self.entries(
            root,
            ("version", "received_mail", "sent_mail", "answer", "message", "order", "invoice",
             "customer", "shown", "waiting", "attached"),
        )  # fmt: skip
        if "version" in sections and self.text(sections["version"]) != "1":
            self.refuse(sections["version"], "this Milhena reads version 1 of mappings")
        steps, names = self.steps, self.fields
        changes: dict[str, Any] = {}
        readers: dict[str, dict[str, Reader]] = {
            "received_mail": {"steps": steps, "intakes": steps, "sender": names,
                              "intake_sender": names, "recipient": names, "subject": names,
                              "content": names},
            "sent_mail": {"steps": steps, "delivered_to": names, "recipient_parameters": names,
                          "subject_parameters": names, "content_parameters": names},
            "answer": {"steps": steps, "text": names},
            "order": self._documents(),
            "invoice": self._documents(),
            "customer": {"containers": names, "address": names, "name": names,
                         "name_within": names, "first_name": names, "last_name": names,
                         "details": self._details, "shapes": self._shapes},
            "attached": {"ignored": self._patterns, "content": self._patterns},
        }  # fmt: skip
        for name, of_section in readers.items():
            if name in sections:
                changes[name] = self.section(sections[name], getattr(base, name), of_section)
        if "message" in sections:
            part = self.entries(sections["message"], ("channels",))
            if "channels" in part:
                changes["channels"] = self._channels(part["channels"], base.channels)
        if "shown" in sections:
            part = self.entries(sections["shown"], ("text",))
            if "text" in part:
                changes["shown"] = self.fields(part["text"], base.shown)
        if "waiting" in sections:
            part = self.entries(sections["waiting"], ("steps", "operations"))
            if "steps" in part:
                changes["waiting_steps"] = self.steps(part["steps"], base.waiting_steps)
            if "operations" in part:
                changes["waiting_operations"] = self._set(
                    part["operations"], base.waiting_operations
                )
        return replace(base, **changes)

    def _parsed(self, content: bytes) -> Node | None:
        if len(content) > _LARGEST:
            self._refuse("", f"it is larger than {_LARGEST:,} bytes: that is no mapping")
        try:
            text = content.decode("utf-8-sig")
            for event in yaml.parse(text, Loader=_LOADER):
                if isinstance(event, yaml.AliasEvent):
                    # What refers to itself, or to a lot many times over, would never be read.
                    self._refuse(
                        _line_of(event.start_mark),
                        f"*{event.anchor} refers to another part: write it out",
                    )
            node: Node | None = yaml.compose(text, Loader=_LOADER)
        except UnicodeDecodeError as error:
            line = content[: error.start].count(b"\n") + 1
            self._refuse(f", line {line}", "this is no UTF-8 text")
        except yaml.MarkedYAMLError as error:
            mark = error.problem_mark or error.context_mark
            self._refuse(_line_of(mark), f"not YAML: {error.problem or error.context}")
        except yaml.YAMLError as error:
            self._refuse("", f"not YAML: {str(error).splitlines()[0]}")
        except RecursionError:
            self._refuse("", "it is nested too deeply")
        return None if node is None or _is_nothing(node) else node

    # --- parts that every section is made of -----------------------------------------------------

    def entries(self, node: Node, known: tuple[str, ...] | None) -> dict[str, Node]:
        """The entries of a mapping node; *known* are those that may be there, None: any."""
        if _is_nothing(node):
            return {}
        if not isinstance(node, MappingNode):
            expected = ", ".join(known) if known else "names, each followed by a colon"
            self.refuse(node, f"here {_kind(node)} stands, but {expected} may")
        found: dict[str, Node] = {}
        for key, value in node.value:
            name = self.text(key)
            if name in found:
                self.refuse(key, f"{name!r} stands here for the second time")
            if known is not None and name not in known:
                near = difflib.get_close_matches(name, known, n=1)
                meant = f"; did you mean {near[0]!r}?" if near else f": {', '.join(known)} may be"
                self.refuse(key, f"{name!r} is not known here{meant}")
            found[name] = value
        return found

    def section(self, node: Node, base: Value, readers: Mapping[str, Reader]) -> Value:
        """*base*, a dataclass, with what *node* says of it."""
        found = self.entries(node, tuple(readers))
        changes = {name: readers[name](part, getattr(base, name)) for name, part in found.items()}
        return replace(base, **changes)  # type: ignore[type-var]  # all of ours are dataclasses

    def text(self, node: Node) -> str:
        """The text of a scalar, as it is written: a name may look like a number or a yes."""
        if not isinstance(node, ScalarNode) or _is_nothing(node) or not node.value.strip():
            self.refuse(node, f"here {_kind(node)} stands, but a name must")
        return str(node.value).strip()

    def texts(self, node: Node) -> list[tuple[str, Node]]:
        """The texts of a list, or the only one, each with where it stands."""
        if isinstance(node, SequenceNode):
            return [(self.text(part), part) for part in node.value]
        return [(self.text(node), node)]

    def fields(self, node: Node, base: Fields) -> Fields:
        """Names of fields, before those of *base*; "-name" takes one of those away."""
        added: list[str] = []
        for name, where in self.texts(node):
            path = path_of(name.removeprefix("-"))
            if not all(path):
                self.refuse(where, f"{name!r} is no name of a field: it has no letter or digit")
            if any(is_secret(part) for part in path):
                self.refuse(
                    where,
                    f"{name!r} may hold what gives access; headers, cookies, tokens and passwords "
                    "are never copied",
                )
            if not name.startswith("-"):
                added.append(name)
                continue
            kept_ranks = {key: rank for key, rank in base.ranks.items() if (key,) != path}
            kept_paths = tuple(each for each in base.paths if each[1] != path)
            if len(kept_ranks) == len(base.ranks) and len(kept_paths) == len(base.paths):
                self.refuse(where, f"{name!r} takes away a name that is not there")
            base = Fields(kept_ranks, kept_paths)
        return merged(fields(*added), base) if added else base

    def steps(self, node: Node, base: Steps) -> Steps:
        """Types of steps, each with its conditions, over those of *base*."""
        found = dict(base)
        parts: list[tuple[str, Node, Node | None]]
        if isinstance(node, SequenceNode):
            parts = [(kind, where, None) for kind, where in self.texts(node)]
        else:
            entries = self.entries(node, None)
            keys = {key.value.strip(): key for key, _ in getattr(node, "value", ())}
            parts = [(kind, keys[kind], entries[kind]) for kind in entries]
        for kind, where, conditions in parts:
            if not _STEP_TYPE.fullmatch(kind):
                self.refuse(
                    where,
                    f"{kind!r} is no type of a step: n8n writes its package first, as in "
                    "n8n-nodes-base.gmail",
                )
            if conditions is not None and _says_never(conditions):
                if found.pop(kind, None) is None:
                    self.refuse(where, f"{kind!r} is taken away but is not there")
                continue
            found[kind] = self._rule(conditions)
        return found

    def _rule(self, node: Node | None) -> StepRule:
        if node is None or _is_nothing(node):
            return StepRule()
        parts = node.value if isinstance(node, SequenceNode) else [node]
        return StepRule(tuple(self._conditions(part) for part in parts))

    def _conditions(self, node: Node) -> dict[str, tuple[str, ...]]:
        found = {
            name: tuple(text for text, _ in self.texts(part))
            for name, part in self.entries(node, None).items()
        }
        if not found or not all(found.values()):
            self.refuse(node, "a condition names a parameter and what it may hold")
        return found

    # --- parts of single sections ----------------------------------------------------------------

    def _documents(self) -> dict[str, Reader]:
        return {
            "id": self.fields,
            "containers": self._squeezed_set,
            "id_within": self.fields,
            "total": self.fields,
            "shapes": self._shapes,
        }

    def _set(self, node: Node, base: frozenset[str]) -> frozenset[str]:
        found = set(base)
        for name, where in self.texts(node):
            if not name.startswith("-"):
                found.add(name)
            elif name[1:] in found:
                found.remove(name[1:])
            else:
                self.refuse(where, f"{name!r} takes away a name that is not there")
        return frozenset(found)

    def _squeezed_set(self, node: Node, base: frozenset[str]) -> frozenset[str]:
        return frozenset(self.fields(node, fields(*sorted(base))).ranks)

    def _patterns(self, node: Node, base: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(sorted(self._set(node, frozenset(base))))

    def _details(self, node: Node, base: Mapping[str, Fields]) -> dict[str, Fields]:
        found = dict(base)
        for name, part in self.entries(node, None).items():
            if not squeezed(name) or is_secret(name):
                self.refuse(part, f"{name!r} cannot be a detail of a customer")
            found[name] = self.fields(part, found.get(name, NO_FIELDS))
        return found

    def _shapes(self, node: Node, base: Shapes) -> Shapes:
        found = Shapes(base)
        for name, part in self.entries(node, None).items():
            if _says_never(part):
                if found.pop(name, None) is None:
                    self.refuse(part, f"the shape {name!r} is taken away but is not there")
                continue
            found[name] = self._shape(name, part)
        return found

    def _shape(self, name: str, node: Node) -> Shape:
        parts = self.entries(
            node,
            ("steps", "signs", "when", "within", "id", "id_has_digits", "total", "total_in",
             "customer", "customer_name"),
        )  # fmt: skip
        said: dict[str, Any] = {}
        for key in ("id", "total", "customer", "customer_name"):
            if key in parts:
                said[key] = self.fields(parts[key], NO_FIELDS)
        if not said.get("id"):
            self.refuse(node, f"the shape {name!r} does not say which field is its id")
        if "steps" in parts:
            said["steps"] = self.steps(parts["steps"], {})
        if "signs" in parts:
            said["signs"] = self.fields(parts["signs"], NO_FIELDS)
        if not said.get("steps") and not said.get("signs"):
            self.refuse(node, f"the shape {name!r} says neither steps nor signs to know it by")
        if "when" in parts:
            said["when"] = self._conditions(parts["when"])
        if "within" in parts:
            said["within"] = path_of(self.text(parts["within"]))
        if "id_has_digits" in parts:
            said["id_has_digits"] = self._yes_or_no(parts["id_has_digits"])
        if "total_in" in parts:
            unit = self.text(parts["total_in"])
            if unit not in ("cents", "units"):
                self.refuse(parts["total_in"], f"a total is in cents or in units, not {unit!r}")
            said["total_in_cents"] = unit == "cents"
        return Shape(**said)

    def _yes_or_no(self, node: Node) -> bool:
        said = self.text(node).lower()
        if said not in ("true", "false"):
            self.refuse(node, f"{said!r} is neither true nor false")
        return said == "true"

    def _channels(self, node: Node, base: Mapping[str, Channel]) -> dict[str, Channel]:
        found = dict(base)
        for name, part in self.entries(node, None).items():
            if len(name) > 32:
                self.refuse(part, f"the channel {name!r} has more than 32 characters")
            if _says_never(part):
                if found.pop(name, None) is None:
                    self.refuse(part, f"the channel {name!r} is taken away but is not there")
                continue
            ways = self.entries(part, ("received", "sent"))
            if not ways:
                self.refuse(part, f"the channel {name!r} says nothing of received or sent")
            found[name] = Channel(**{way: self._passage(way, ways[way]) for way in ways})
        return found

    def _passage(self, way: str, node: Node) -> Passage:
        names = tuple(each.name for each in fields_of(Passage))
        readers: dict[str, Reader] = dict.fromkeys(names, self.fields) | {"steps": self.steps}
        passage = self.section(node, Passage({}, NO_FIELDS), readers)
        if not passage.steps or not passage.id:
            self.refuse(node, f"messages {way} need steps, and the id that makes an item one")
        return passage


def _line_of(mark: Any) -> str:
    return f", line {mark.line + 1}" if mark else ""


def _is_nothing(node: Node) -> bool:
    return isinstance(node, ScalarNode) and node.tag == "tag:yaml.org,2002:null"


def _says_never(node: Node) -> bool:
    return isinstance(node, ScalarNode) and node.value == _NEVER


def _kind(node: Node) -> str:
    if _is_nothing(node):
        return "nothing"
    if isinstance(node, SequenceNode):
        return "a list"
    return "an object" if isinstance(node, MappingNode) else repr(node.value[:50])
