"""Coding rules and code tables as data (``data/*.toml``), read once and checked."""

from __future__ import annotations

import tomllib
from functools import cache
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from nenpath.exports.naaccr.items import DATA


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Rule(_Strict):
    """One coding rule: what it codes when, where that is written, and whether a person must look."""

    id: str
    items: tuple[str, ...]
    when: str
    code: str
    source: tuple[str, ...]
    verified: bool
    review: bool


class Rules(_Strict):
    """The rule file."""

    sources: dict[str, str]
    rule: tuple[Rule, ...]


class Years(_Strict):
    """An identifier with the years of diagnosis it is for, both included."""

    id: str = Field(default="")
    from_: int = Field(alias="from")
    to: int | None = None


class Also(_Strict):
    """A histology a schema takes from a year on."""

    from_: int = Field(alias="from")
    histology: str


class Chapter(_Strict):
    """The AJCC chapter of a schema, the histologies it stages, and sites it does not."""

    chapter: str
    histologies: tuple[str, ...]
    without: tuple[str, ...] = ()


class Schema(_Strict):
    """A schema: its sites and histologies, identifiers by year, and what it takes."""

    name: str
    ids: tuple[Years, ...]
    sites: tuple[str, ...]
    histologies: tuple[str, ...] = ()
    net: bool = False
    perineural: bool = False
    also: tuple[Also, ...] = ()
    ajcc: Chapter | None = None

    def identifier(self, year: int) -> str | None:
        """Give the identifier of a year of diagnosis, if there is one."""
        fitting = (y.id for y in self.ids if y.from_ <= year and (y.to is None or year <= y.to))
        return next(fitting, None)


class Schemas(_Strict):
    """The schema file."""

    net_histologies: tuple[str, ...]
    nec_histologies: tuple[str, ...]
    schemas: tuple[Schema, ...] = Field(alias="schema")

    def takes(self, schema: Schema, histology: str, year: int) -> bool:
        """Tell whether a schema is for a histology in a year."""
        if schema.net and histology in self.net_histologies:
            return True
        if any(also.histology == histology and also.from_ <= year for also in schema.also):
            return True
        return histology in (schema.histologies or (() if schema.net else self.nec_histologies))


class Structure(_Strict):
    """The code of an invaded organ, by a regular expression over the record's words."""

    words: str
    code: str
    sites: tuple[str, ...] = ()


class Primary(_Strict):
    """EOD primary tumor of a schema."""

    table: str
    extension: dict[str, str]
    limit: float | None = None
    small: str | None = None
    large: str | None = None
    structures: tuple[Structure, ...] = ()


class Nodes(_Strict):
    """EOD regional nodes of the NET schemas."""

    none: str
    unnamed: str
    unknown: str
    resected: dict[str, str]
    mass: dict[str, str]
    mass_above_mm: float


class MetsCodes(_Strict):
    """Codes of a schema that differ from the common ones."""

    nodes: str
    other: str
    liver_and_other: str


class Mets(MetsCodes):
    """EOD mets of the NET schemas."""

    none: str
    unspecified: str
    liver: str
    schemas: dict[str, MetsCodes]


class Eod(_Strict):
    """The file of EOD codes."""

    from_year: int
    ignored: str
    primary: dict[str, Primary]
    nodes: Nodes
    mets: Mets


class Range(_Strict):
    """A range code of Ki-67; the bounds are in percent, ``below`` and ``above`` exclude them."""

    code: str
    from_: float | None = Field(default=None, alias="from")
    to: float | None = None
    above: float | None = None
    below: float | None = None


class Qualifier(_Strict):
    """Words beside a size, and the rule they bring."""

    rule: str
    words: str


class Values(_Strict):
    """The file of smaller code tables (``data/values.toml``)."""

    ki67_from_year: int
    ki67_ranges: tuple[Range, ...]
    ki67_other: dict[str, str]
    size_qualifiers: tuple[Qualifier, ...]
    size_between: str
    size_microscopic: str
    grade_stated: dict[str, str]
    grade_differentiation: dict[str, str]
    grade_carcinoma_words: str
    grade_bands: dict[str, tuple[float, float]]
    vessels: dict[str, str]
    vessel_kind_needed: tuple[str, ...]
    margins: dict[str, str]
    perineural: dict[str, str]
    metastasis_items: dict[str, str]
    neoadjuvant: tuple[str, ...]


@cache
def rules() -> Rules:
    """Read the rules."""
    return Rules.model_validate(_load("rules"))


@cache
def rule(rule_id: str) -> Rule:
    """Give one rule.

    Raises
    ------
    KeyError
        If there is none with this id.
    """
    return {item.id: item for item in rules().rule}[rule_id]


@cache
def schemas() -> Schemas:
    """Read the schemas."""
    return Schemas.model_validate(_load("schemas"))


@cache
def eod() -> Eod:
    """Read the EOD codes."""
    return Eod.model_validate(_load("eod"))


@cache
def values() -> Values:
    """Read the smaller code tables."""
    return Values.model_validate(_load("values"))


def _load(name: str) -> dict[str, Any]:
    return tomllib.loads((DATA / f"{name}.toml").read_text(encoding="utf-8"))
