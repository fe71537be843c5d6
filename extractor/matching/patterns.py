"""Pattern data made ready: one TOML per field or per subject of several, with macros ``(?&name)``.

A file may hold ``labels`` (names of the item in forms), ``cue`` (a cheap test whether a unit can
matter), ``[values]`` (value -> expressions), ``[[target]]`` (concepts for the medSpaCy pipeline) and
``[[rule]]`` tables, each with ``id``, ``pattern``, optional ``value`` and ``strength``, and the examples it
must ``accept`` and ``reject``; ``case = true`` tells capitals from small letters. ``[macros]`` are the
file's own.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any, TypeVar

from extractor.matching.expressions import AnyOf, Expression

_Made = TypeVar("_Made")
_MACRO = re.compile(r"\(\?&(\w+)\)")


@dataclass(frozen=True, slots=True)
class Rule:
    """One expression with its id; ``strength`` is its prior weight of evidence."""

    id: str
    pattern: Expression
    value: Any = None
    strength: float = 0.0
    accept: tuple[str, ...] = ()
    reject: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FieldPatterns:
    """What ``patterns/fields/<field>.toml`` or ``patterns/<subject>.toml`` holds, compiled."""

    name: str
    label: Expression | None
    labels: tuple[str, ...]
    cue: Expression | None
    rules: tuple[Rule, ...]
    values: dict[str, Expression]
    targets: tuple[tuple[str, str], ...]
    data: dict[str, Any] = field(default_factory=dict)
    by_id: dict[str, Rule] = field(default_factory=dict)
    #: The expressions of the targets, and those of other entries of the file once asked for.
    concepts: tuple[Expression, ...] = ()
    _others: dict[str, Expression | None] = field(default_factory=dict)
    _made: dict[Callable[[FieldPatterns], Any], Any] = field(default_factory=dict, repr=False, compare=False)

    def once(self, make: Callable[[FieldPatterns], _Made]) -> _Made:
        """What a function or class makes of these patterns, made at the first call."""
        if make not in self._made:
            self._made[make] = make(self)
        made: _Made = self._made[make]
        return made

    def rule(self, id_: str) -> Rule:
        """The rule with this id (without the field's prefix)."""
        return self.by_id[id_]

    def __getitem__(self, id_: str) -> Expression:
        """The expression of a rule."""
        return self.by_id[id_].pattern

    def entry(self, name: str) -> Expression | None:
        """The expression another entry of the file holds, as it stands there, or None if there is none."""
        if name not in self._others:
            text = self.data.get(name)
            self._others[name] = Expression(text, re.IGNORECASE) if text else None
        return self._others[name]

    def value_of(self, text: str) -> tuple[str, int, int] | None:
        """First value (in the file's order) whose expression occurs in ``text``, with its span."""
        for value, pattern in self.values.items():
            if match := pattern.search(text):
                return value, match.start(), match.end()
        return None


def _loosen(pattern: str) -> str:
    """Let a space in an expression match a line break and its indent: prose wraps anywhere.

    Spaces in character classes and in lookbehinds (whose width is fixed) stay as they are.

    >>> _loosen(r"up to(?<=p to)[a b] ?x")
    'up\\\\s{1,3}to(?<=p to)[a b]\\\\s{0,3}x'
    """
    out: list[str] = []
    at, in_class, stack = 0, False, []
    while at < len(pattern):
        char = pattern[at]
        if char == "\\":
            out.append(pattern[at : at + 2])
            at += 2
            continue
        if in_class:
            in_class = char != "]"
        elif char == "[":
            in_class = True
        elif char == "(":
            stack.append(pattern.startswith(("(?<=", "(?<!"), at))
        elif char == ")":
            if stack:  # an unbalanced one is for the compiler to complain of
                stack.pop()
        elif char == " " and not any(stack):
            follows = pattern[at + 1 : at + 2]
            loose = {"?": r"\s{0,3}", "*": r"\s{0,9}", "+": r"\s{1,9}", "{": r"\s"}
            out.append(loose.get(follows, r"\s{1,3}"))
            at += 2 if follows in ("?", "*", "+") and follows else 1
            continue
        out.append(char)
        at += 1
    return "".join(out)


def expanded(pattern: str, macros: Mapping[str, str]) -> str:
    """An expression with its macros written out, its spaces loose."""
    while _MACRO.search(pattern):
        pattern = _MACRO.sub(lambda m: f"(?:{macros[m[1]]})", pattern)
    return _loosen(pattern)


class Patterns:
    """All pattern data of a directory.

    Raises
    ------
    ValueError
        If a file is no TOML, or an expression does not compile; one line that names the file.
    """

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self._macros = {name: str(text) for name, text in self._load(directory / "macros.toml").items()}
        self._fields: dict[str, FieldPatterns] = {}
        self.sections = self._load(directory / "sections.toml")["section"]
        self.assertion = self._load(directory / "assertion.toml")
        self.context: dict[str, list[str]] = self._load(directory / "context.toml")

    def expand(self, pattern: str, own: Mapping[str, str] = MappingProxyType({})) -> str:
        """Replace ``(?&name)`` by the macro's expression; a file's own macros come first."""
        return expanded(pattern, {**self._macros, **own})

    def compile(
        self, pattern: str, own: Mapping[str, str] = MappingProxyType({}), *, case: bool = False
    ) -> Expression:
        """Compile an expression with macros; case is ignored unless it counts."""
        return Expression(self.expand(pattern, own), 0 if case else re.IGNORECASE)

    def field(self, name: str) -> FieldPatterns:
        """The patterns of one field or subject; empty if it has no file."""
        if name not in self._fields:
            self._fields[name] = self._read(name)
        return self._fields[name]

    def _read(self, name: str) -> FieldPatterns:
        path = self.directory / "fields" / f"{name}.toml"
        if not path.is_file():
            path = self.directory / f"{name}.toml"
        data = self._load(path) if path.is_file() else {}
        own: dict[str, str] = data.get("macros", {})
        try:
            rules = tuple(
                Rule(
                    id=rule["id"],
                    pattern=self.compile(rule["pattern"], own, case=rule.get("case", False)),
                    value=rule.get("value"),
                    strength=float(rule.get("strength", 0.0)),
                    accept=tuple(rule.get("accept", ())),
                    reject=tuple(rule.get("reject", ())),
                )
                for rule in data.get("rule", ())
            )
            labels = tuple(self.expand(text) for text in data.get("labels", ()))
            targets = tuple((t["name"], self.expand(t["pattern"])) for t in data.get("target", ()))
            return FieldPatterns(
                name=name,
                label=AnyOf(labels, re.IGNORECASE) if labels else None,
                labels=labels,
                cue=self.compile(data["cue"]) if "cue" in data else None,
                rules=rules,
                by_id={
                    name_: rule for rule in rules for name_ in (rule.id, rule.id.removeprefix(f"{name}/"))
                },
                values={
                    value: self.compile("|".join(texts) if isinstance(texts, list) else texts)
                    for value, texts in data.get("values", {}).items()
                },
                targets=targets,
                concepts=tuple(Expression(pattern, re.IGNORECASE) for _, pattern in targets),
                data=data,
            )
        except (re.error, KeyError) as error:
            raise ValueError(f"{path.name}: {type(error).__name__}: {error}") from None

    @staticmethod
    def _load(path: Path) -> dict[str, Any]:
        try:
            return tomllib.loads(path.read_text(encoding="utf-8"))
        except tomllib.TOMLDecodeError as error:
            raise ValueError(f"{path.name}: {error}") from None
