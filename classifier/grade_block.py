"""The grade block of the record: stated against derived, with scheme, edition and basis."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from functools import lru_cache
from itertools import product
from typing import Any, Final

from classifier.distribution import Span
from classifier.editions import Found
from classifier.grade import (
    AC_OR_HIGHER,
    HIGH_RANGE,
    INPUTS,
    Derived,
    SchemeName,
    cell_type,
    derive,
    schemes,
)

_WORDS: Final = {"low": "G1", "intermediate": "G2", "high": "G3"}


def block(
    kept: Mapping[str, Hashable], derived: Mapping[Derived, float], older: Found | None = None
) -> dict[str, Any]:
    """Return the grade block of the record.

    Parameters
    ----------
    kept : mapping
        The values the record holds, intervals as `Span`.
    derived : mapping
        The probability of each derived grade over the fields' distributions.
    older : Found, optional
        The wording of an older edition: the edition named where nothing is derived from indices.

    Returns
    -------
    dict
        As `classifier.record.Grade`.
    """
    outcomes = _outcomes(tuple(kept.get(name) for name in INPUTS))
    name = next(iter(outcomes)).scheme
    stated = _stated(kept, name)
    if kept.get("neuroendocrine_type") == "none":
        older = None
    basis = "; ".join([_basis(kept, name), *_remarks(kept, name, older)])
    if name is None:
        return {
            "stated": stated,
            "derived": None,
            "probabilities": {"unknown": 1.0},
            "scheme": None,
            "edition": older.wording.edition if older else None,
            "basis": basis,
            "agrees": None,
        }
    scheme = schemes()[name]
    chances = {grade: min(1.0, derived.get(Derived(name, grade), 0.0)) for grade in scheme.classes}
    chances["unknown"] = max(0.0, 1.0 - sum(chances.values()))
    grades = {outcome.grade for outcome in outcomes}
    grades_unknown = grades == {None}
    only = grades.pop() if len(grades) == 1 else None
    return {
        "stated": stated,
        "derived": only if only in scheme.classes else None,
        "probabilities": chances,
        "scheme": name,
        "edition": older.wording.edition if older and grades_unknown else scheme.edition,
        "basis": basis,
        "agrees": _agrees(name, stated, {outcome.grade for outcome in outcomes}),
    }


@lru_cache(maxsize=4096)
def _outcomes(values: tuple[Hashable, ...]) -> frozenset[Derived]:
    spread = [value.points() if isinstance(value, Span) else (value,) for value in values]
    return frozenset(_derive_once(world) for world in product(*spread))


def _derive_once(world: tuple[Hashable, ...]) -> Derived:
    return derive(dict(zip(INPUTS, world, strict=True)))


def _stated(kept: Mapping[str, Hashable], name: SchemeName | None) -> str | None:
    grade = kept.get("grade")
    if grade is None and name == "lung":
        return cell_type(kept.get("histology"))
    return None if grade is None else str(grade)


def _agrees(name: SchemeName, stated: str | None, grades: set[str | None]) -> bool | None:
    if stated is None or not grades - {None}:
        return None
    if name == "lung" and stated not in schemes()["lung"].classes:
        return None  # generic grade words are not the lung scheme's classes
    if name == "mtc" and stated not in schemes()["mtc"].classes:
        return None
    said = stated if name == "mtc" else _WORDS.get(stated, stated)
    compatible = [_compatible(said, grade) for grade in grades]
    if all(compatible):
        return True
    return None if any(compatible) or None in grades else False


def _compatible(said: str, grade: str | None) -> bool:
    if grade == HIGH_RANGE:
        return said in ("G3", "G4", "NEC", "LCNEC", "SCLC", "high")
    if grade == AC_OR_HIGHER:
        return said in ("AC", "LCNEC", "SCLC")
    if grade == "NEC":
        return said in ("G3", "G4")
    return said == grade


def _basis(kept: Mapping[str, Hashable], name: SchemeName | None) -> str:
    kind, site = kept.get("neuroendocrine_type"), kept.get("primary_site")
    if kind == "none":
        return "not graded: no neuroendocrine neoplasm"
    if kind == "paraganglioma":
        return "not graded: paraganglioma"
    if name is None:
        return f"not graded: no scheme for {site}"
    if kind == "minen":
        return "not graded as a whole: the components of a MiNEN are graded separately"
    if kind == "nec" and name != "mtc":
        return "type: NEC is high grade by definition"
    if kind is None and name == "gep" and kept.get("differentiation") in ("poor", "undifferentiated"):
        return "differentiation: poorly differentiated is NEC"
    indices = ["mitoses"] if name == "lung" else ["ki67", "mitoses"]
    given = [index for index in indices if kept.get(_INDEX_FIELDS[index]) is not None]
    if name != "gep" and kept.get("necrosis") is not None:
        given.append("necrosis")
    if not given:
        return "no index stated"
    basis = " and ".join(given)
    if len(given) == 1 and name == "gep":
        basis = f"one index alone: {basis}"
    return f"{basis}; primary site not known" if site in (None, "unknown") else basis


def _remarks(kept: Mapping[str, Hashable], name: SchemeName | None, older: Found | None) -> list[str]:
    remarks = [] if older is None else [str(older)]
    ki67 = kept.get("ki67_percent")
    if name == "gep" and isinstance(ki67, Span | int | float):
        low, high = (ki67.low, ki67.high) if isinstance(ki67, Span) else (ki67, ki67)
        if low > 2 and high is not None and high < 3:
            remarks.append(f"a Ki-67 of {ki67} % was in no grade of WHO 2010 (G1 up to 2 %, G2 from 3 %)")
    size = kept.get("tumor_size_mm")
    if (
        name == "lung"
        and kept.get("neuroendocrine_type") == "net"
        and isinstance(size, int | float)
        and size < 5
    ):
        remarks.append("below 5 mm, which WHO 1999 calls a tumorlet and not a carcinoid")
    return remarks


_INDEX_FIELDS: Final = {"ki67": "ki67_percent", "mitoses": "mitoses_per_2mm2"}
