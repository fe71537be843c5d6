"""The codes an export uses, read from ``data/``: systems, fields, staging."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import Any, NamedTuple

from pydantic import BaseModel, ConfigDict


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Code(_Strict):
    """A code of a named system."""

    system: str
    code: str
    display: str | None = None


class FieldCodes(_Strict):
    """What is particular about one field; see the head of ``fields.toml``."""

    coding: tuple[Code, ...] = ()
    coding_by_kind: Mapping[str, Code] = {}
    component: Code | None = None
    profile: str | None = None
    profile_if: Mapping[str, tuple[str, ...]] = {}
    unit: str | None = None
    ucum: str | None = None
    values: Mapping[str, Code] = {}
    value_system: str | None = None
    tnm: str | None = None
    source: str = ""
    limits: str = ""


class _Kind(_Strict):
    kind: str
    letters: tuple[str, ...]


class _Category(_Strict):
    form: str


class Staging(_Strict):
    """How TNM is written; see ``staging.toml``."""

    methods: Mapping[str, str]
    kinds: tuple[_Kind, ...]
    group: Mapping[str, Code]
    category: _Category

    def kind(self, letters: Sequence[str] | None) -> str:
        """Name the kind of a classification by the letters before it.

        Examples
        --------
        >>> staging().kind(["p"]), staging().kind(["y", "p"]), staging().kind(["c"]), staging().kind(None)
        ('pathologic', 'other', 'clinical', 'pathologic')
        """
        given = set(letters or ()) - {"m"}
        if "p" in given:
            given.discard("c")
        for item in self.kinds:
            if given & set(item.letters):
                return item.kind
        return "pathologic"

    def takes(self, category: str) -> bool:
        """Tell whether a category has the form of AJCC's codes."""
        return re.fullmatch(self.category.form, category) is not None


class Systems(_Strict):
    """Names of code systems, profiles and own definitions; see ``systems.toml``."""

    class Report(_Strict):
        """Code and category of the report."""

        code: Code
        category: Code

    base: str
    systems: Mapping[str, str]
    profiles: Mapping[str, str]
    report: Report
    absent: Mapping[str, str]

    def own(self, name: str) -> str:
        """Name a code system of this project."""
        return f"{self.base}/CodeSystem/{name}"

    def extension(self, name: str) -> str:
        """Name an extension of this project."""
        return f"{self.base}/StructureDefinition/{name}"


class Term(NamedTuple):
    """A code of this project's own."""

    system: str
    code: str
    text: str


@cache
def systems() -> Systems:
    """Read ``systems.toml``."""
    return Systems.model_validate(_data("systems"))


@cache
def staging() -> Staging:
    """Read ``staging.toml``."""
    return Staging.model_validate(_data("staging"))


@cache
def field_codes() -> dict[str, FieldCodes]:
    """Read ``fields.toml``: fields not in it have nothing particular."""
    return {name: FieldCodes.model_validate(content) for name, content in _data("fields").items()}


def codes_of(field: str) -> FieldCodes:
    """Give what is particular about a field."""
    return field_codes().get(field, FieldCodes())


def coding(code: Code) -> dict[str, str]:
    """Write a code as a Coding."""
    content = {"system": systems().systems[code.system], "code": code.code}
    return content | ({"display": code.display} if code.display else {})


def concept(term: Term, *codes: Code) -> dict[str, Any]:
    """Write a code of our own, after those of others, as a CodeableConcept."""
    own = {"system": systems().own(term.system), "code": term.code}
    return {"coding": [*map(coding, codes), own], "text": term.text}


def _data(name: str) -> dict[str, Any]:
    return tomllib.loads((files(__package__) / "data" / f"{name}.toml").read_text(encoding="utf-8"))
