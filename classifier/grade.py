"""Grade derived from Ki-67, mitoses and words, by the scheme of the organ.

The schemes and their cut-offs are in grades.toml, with sources. The index giving the higher grade
wins. Differentiation and type come from words only: numbers never make a carcinoma of a tumor. Where
the indices are past the highest cut-off and words do not settle NET or carcinoma, the derived value
is `HIGH_RANGE`; a carcinoid with necrosis whose mitoses are not stated is `AC_OR_HIGHER`. These are no
classes of a scheme and are reported as unknown.
"""

from __future__ import annotations

import tomllib
from collections.abc import Hashable, Mapping
from functools import cache
from pathlib import Path
from typing import Final, Literal, NamedTuple

from pydantic import BaseModel, ConfigDict, Field

SCHEMES = Path(__file__).with_name("grades.toml")

# The fields the derived grade is computed from, in the order `derive` takes them.
INPUTS: Final = (
    "neuroendocrine_type",
    "primary_site",
    "differentiation",
    "ki67_percent",
    "mitoses_per_2mm2",
    "necrosis",
    "histology",
)
HIGH_RANGE: Final = "high_range"
AC_OR_HIGHER: Final = "AC_or_higher"

SchemeName = Literal["gep", "lung", "mtc"]


class Cut(BaseModel):
    """The lowest number of a grade: ``from`` includes it, ``above`` does not."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    grade: str
    start: float | None = Field(default=None, alias="from")
    above: float | None = None

    def reached(self, number: float) -> bool:
        """Tell whether a number is in this grade or a higher one."""
        if self.start is not None:
            return number >= self.start
        return self.above is not None and number > self.above


class Scheme(BaseModel):
    """A grading scheme: its classes, its organs and its cut-offs, ascending."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    edition: str
    classes: tuple[str, ...]
    sites: frozenset[str]
    without_site: bool = False
    ki67: tuple[Cut, ...]
    mitoses: tuple[Cut, ...]
    source: str


class Derived(NamedTuple):
    """A derived grade: the scheme that applies, and its class, or what stands for several, or None."""

    scheme: SchemeName | None
    grade: str | None


UNGRADED: Final = Derived(None, None)


class _SchemeFile(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    schemes: dict[SchemeName, Scheme]


@cache
def schemes() -> dict[SchemeName, Scheme]:
    """Read the schemes, by name."""
    return _SchemeFile.model_validate(tomllib.loads(SCHEMES.read_text(encoding="utf-8"))).schemes


def scheme_of(site: Hashable) -> SchemeName | None:
    """Return the scheme of an organ; an unstated or unknown primary has the one that allows it."""
    for name, scheme in schemes().items():
        if site in scheme.sites or (scheme.without_site and site in (None, "unknown")):
            return name
    return None


def band(cuts: tuple[Cut, ...], number: Hashable) -> int | None:
    """Return how many cut-offs a number reaches, None for no number."""
    return sum(cut.reached(number) for cut in cuts) if isinstance(number, int | float) else None


def cell_type(histology: Hashable) -> str | None:
    """Return the lung carcinoma or carcinoid a histology names in words, if any."""
    words = str(histology or "").lower().replace("-", " ").replace("non small cell", "")
    for cue, name in _CELL_TYPES:
        if cue in words:
            return name
    return None


_CELL_TYPES: Final = (
    ("small cell", "SCLC"),
    ("large cell", "LCNEC"),
    ("atypical carcinoid", "AC"),
    ("typical carcinoid", "TC"),
)


def signature(field: str, value: Hashable) -> Hashable:
    """Return what of a value the derived grade depends on; equal signatures are interchangeable.

    Parameters
    ----------
    field : str
        Any field; those not among `INPUTS` have the signature None.
    value : hashable
        A value, of an interval one of its points.
    """
    if field == "primary_site":
        return scheme_of(value)
    if field == "ki67_percent":
        return tuple(band(scheme.ki67, value) for scheme in schemes().values())
    if field == "mitoses_per_2mm2":
        return tuple(band(scheme.mitoses, value) for scheme in schemes().values())
    if field == "histology":
        return cell_type(value)
    return value if field in INPUTS else None


def derive(values: Mapping[str, Hashable]) -> Derived:
    """Derive the grade of one combination of values.

    Parameters
    ----------
    values : mapping
        A value for each of `INPUTS`: numbers for Ki-67 (percent) and mitoses (per 2 mm2), None for
        what is not known.

    Returns
    -------
    Derived
        ``UNGRADED`` for a paraganglioma, a tumor that is not neuroendocrine, and organs without a scheme.
    """
    kind = values["neuroendocrine_type"]
    name = scheme_of(values["primary_site"])
    if name is None or kind in ("none", "paraganglioma"):
        return UNGRADED
    scheme = schemes()[name]
    ki67 = band(scheme.ki67, values["ki67_percent"])
    mitoses = band(scheme.mitoses, values["mitoses_per_2mm2"])
    if name == "mtc":
        return Derived(name, _medullary(kind, ki67, mitoses, values["necrosis"]))
    if kind == "minen":
        return Derived(name, None)
    if name == "lung":
        return Derived(name, _thoracic(kind, mitoses, values["necrosis"], cell_type(values["histology"])))
    return Derived(name, _digestive(kind, ki67, mitoses, values["differentiation"]))


def _digestive(
    kind: Hashable, ki67: int | None, mitoses: int | None, differentiation: Hashable
) -> str | None:
    if kind == "nec" or (kind is None and differentiation in ("poor", "undifferentiated")):
        return "NEC"
    bands = [index for index in (ki67, mitoses) if index is not None]
    if not bands:
        return None
    if max(bands) == 2 and kind is None and differentiation is None:
        return HIGH_RANGE
    return ("G1", "G2", "G3")[max(bands)]


def _thoracic(kind: Hashable, mitoses: int | None, necrosis: Hashable, cells: str | None) -> str | None:
    if kind == "nec":
        return cells if cells in ("SCLC", "LCNEC") else HIGH_RANGE
    if mitoses == 2:
        return HIGH_RANGE
    if mitoses is None and necrosis == "present":
        return AC_OR_HIGHER
    if mitoses == 1 or necrosis == "present":
        return "AC"
    return "TC" if mitoses == 0 and necrosis == "absent" else None


def _medullary(kind: Hashable, ki67: int | None, mitoses: int | None, necrosis: Hashable) -> str | None:
    if kind not in ("net", "nec"):
        return None
    if ki67 or mitoses or necrosis == "present":
        return "high"
    return "low" if ki67 == 0 and mitoses == 0 and necrosis == "absent" else None
