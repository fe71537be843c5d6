"""Stage by AJCC 8 for well-differentiated gastroenteropancreatic NET.

The tables are in stages.toml, with sources. T comes from extension and size, N from node counts, M from
metastasis; none from silence: what the report does not give stays null, and with it the group. The
group is that of the stated categories, the derived ones standing in where none is stated.
"""

from __future__ import annotations

import math
import re
import tomllib
from collections.abc import Hashable, Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final

from pydantic import BaseModel, ConfigDict

STAGES = Path(__file__).with_name("stages.toml")

_LETTERS: Final = ("T", "N", "M")


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class SizeBand(_Strict):
    """The T of sizes up to (``to``) or under (``below``) a bound in mm; neither: all above."""

    T: str
    to: float | None = None
    below: float | None = None

    def holds(self, size: float) -> bool:
        """Tell whether a size in mm falls under the bound."""
        if self.to is not None:
            return size <= self.to
        return self.below is None or size < self.below


class Site(_Strict):
    """The rules of one organ; ``adjacent`` gives the T of an invaded organ by its name."""

    size: tuple[SizeBand, ...]
    extension: dict[str, str]
    adjacent: dict[str, str | tuple[str, ...]] = {}
    nodes_n2: int | None = None
    mass_n2_above: float | None = None
    groups: str
    source: str


class GroupRow(_Strict):
    """A row of a stage group table: the first characters of T, N and M it is for."""

    T: str
    N: str
    M: str
    group: str

    def fits(self, categories: Mapping[str, str | None]) -> bool:
        """Tell whether the row is that of these categories."""
        return all(_fits(getattr(self, letter), categories[letter]) for letter in _LETTERS)


class Note(_Strict):
    """Something to know where published tables differ: what must hold for it, and its sentence."""

    sites: tuple[str, ...]
    extension: tuple[str, ...] = ()
    size_above: float | None = None
    size_from: float | None = None
    size_to: float | None = None
    T: tuple[str, ...] = ()
    N: tuple[str, ...] = ()
    M: tuple[str, ...] = ()
    text: str
    source: str

    def holds(self, kept: Mapping[str, Hashable], categories: Mapping[str, str | None]) -> bool:
        """Tell whether the note is for these values and categories."""
        size = kept.get("tumor_size_mm")
        bounds = (self.size_above, self.size_from, self.size_to)
        if any(bound is not None for bound in bounds):
            if not isinstance(size, int | float):
                return False
            if self.size_above is not None and size <= self.size_above:
                return False
            if not (self.size_from or 0) <= size <= (self.size_to or math.inf):
                return False
        return (
            kept.get("primary_site") in self.sites
            and (not self.extension or kept.get("extension") in self.extension)
            and all(
                not wanted or (categories[letter] or "")[:1] in wanted
                for letter, wanted in zip(_LETTERS, (self.T, self.N, self.M), strict=True)
            )
        )


class Tables(_Strict):
    """The stage file."""

    scheme: str
    other_editions: tuple[str, ...]
    enets_alike: tuple[str, ...]
    sites: dict[str, Site]
    groups: dict[str, tuple[GroupRow, ...]]
    groups_enets: dict[str, tuple[GroupRow, ...]]
    notes: tuple[Note, ...]


@cache
def tables() -> Tables:
    """Read the stage tables."""
    return Tables.model_validate(tomllib.loads(STAGES.read_text(encoding="utf-8")))


_FAT = re.compile(r"\b(?:fat|adipose|fibroadipose|soft tissue|connective)\b")


# The source's large vessels of the pancreas are the celiac axis and the superior mesenteric artery.
_ARTERY = re.compile(r"\b(?:arter|sma\b|celiac|coeliac|aorta|large vessel|great vessel)")


def _fits(wanted: str, category: str | None) -> bool:
    return wanted == "?" or (category is not None and category[:1] in wanted)


def block(kept: Mapping[str, Hashable]) -> dict[str, Any]:
    """Return the stage block of the record.

    Parameters
    ----------
    kept : mapping
        The values the record holds.

    Returns
    -------
    dict
        As `classifier.record.Stage`; nothing is derived but for a NET of an organ in the tables.
    """
    stated = {letter: _text(kept.get(f"p{letter}")) for letter in _LETTERS}
    site = tables().sites.get(str(kept.get("primary_site")))
    if site is None or kept.get("neuroendocrine_type") != "net":
        return {"stated": stated, "derived": None, "scheme": None, "agrees": None}
    derived, whole = _categories(site, kept, stated)
    compared = same_edition(kept)
    group = _group(tables().groups[site.groups], whole)
    agreement = [
        fits(site, letter, stated[letter], derived[letter])
        for letter in _LETTERS
        if compared
        and comparable(stated[letter])
        and derived[letter] is not None
        and not (letter == "N" and mass_may_decide(kept))
    ]
    return {
        "stated": stated,
        "derived": {**derived, "group": group},
        "scheme": tables().scheme,
        "agrees": all(agreement) if agreement else None,
    }


def _group(rows: tuple[GroupRow, ...], categories: Mapping[str, str | None]) -> str | None:
    return next((row.group for row in rows if row.fits(categories)), None)


def _categories(
    site: Site, kept: Mapping[str, Hashable], stated: Mapping[str, str | None]
) -> tuple[dict[str, str | None], dict[str, str | None]]:
    """Categories derived, and those the group follows from: the stated first, if of the table's edition."""
    derived = {"T": _tumor(site, kept), "N": _nodes(site, kept), "M": _metastasis(kept)}
    if not same_edition(kept):
        return derived, dict(derived)
    return derived, {letter: stated[letter] or derived[letter] for letter in _LETTERS}


def notes(kept: Mapping[str, Hashable]) -> list[str]:
    """Return what a person should know of the stage: conflicts of tables, editions, a group M leaves open."""
    site = tables().sites.get(str(kept.get("primary_site")))
    if site is None or kept.get("neuroendocrine_type") != "net":
        return []
    stated = {letter: _text(kept.get(f"p{letter}")) for letter in _LETTERS}
    _, whole = _categories(site, kept, stated)
    group = _group(tables().groups[site.groups], whole)
    found = [f"{note.text} ({note.source})" for note in tables().notes if note.holds(kept, whole)]
    edition, place = kept.get("tnm_edition"), str(kept.get("primary_site"))
    if edition is not None and not same_edition(kept):
        found.append(
            f"staged by {edition} in the report, whose categories differ for this organ: "
            f"not compared with {tables().scheme}, and the group is that of the derived categories alone"
        )
    if "enets" in str(edition).lower() and place in tables().groups_enets:
        enets = _group(tables().groups_enets[place], whole)
        if enets is not None:
            found.append(f"by ENETS the group is {enets}")
    if group is None and whole["M"] is None:
        would = _group(tables().groups[site.groups], {**whole, "M": "0"})
        if would is not None:
            found.append(f"no group, for M is not stated: {would} if there is no distant metastasis, else IV")
    return found


def same_edition(kept: Mapping[str, Hashable]) -> bool:
    """Tell whether the stated categories are those of AJCC 8: unless the report names another edition."""
    edition = str(kept.get("tnm_edition") or "").lower()
    if "enets" in edition and kept.get("primary_site") in tables().enets_alike:
        return True
    return not any(other in edition for other in tables().other_editions)


def mass_may_decide(kept: Mapping[str, Hashable]) -> bool:
    """Tell whether a mesenteric mass, of unstated size or at the bound, may make N2 of N1 by the count."""
    site, mass = tables().sites.get(str(kept.get("primary_site"))), kept.get("mesenteric_mass_mm")
    return (
        site is not None
        and site.mass_n2_above is not None
        and (mass is None or mass == site.mass_n2_above)
        and str(kept.get("pN"))[:1] == "2"
        and kept.get("nodes_positive") != 0
    )


def comparable(category: str | None) -> bool:
    """Tell whether a stated category says something: not X, not absent."""
    return category is not None and category[:1].upper() != "X"


def same_category(first: str | None, second: str | None) -> bool:
    """Tell whether two categories agree, "1" with "1a" too."""
    one, other = (first or "").lower(), (second or "").lower()
    return one.startswith(other) or other.startswith(one)


def fits(site: Site, letter: str, stated: str | None, derived: str | None) -> bool:
    """Tell whether a stated category agrees with the derived one, for an organ.

    Where the table has no N2, a stated N2 is of another table; it agrees with positive nodes.
    """
    if letter == "N" and site.nodes_n2 is None:
        return (stated or "")[:1] == "0" if derived == "0" else (stated or "")[:1] != "0"
    return same_category(stated, derived)


def least_tumor(kept: Mapping[str, Hashable]) -> str | None:
    """Return the T that the size alone makes the lowest possible, null where no table or size is."""
    site, size = tables().sites.get(str(kept.get("primary_site"))), kept.get("tumor_size_mm")
    if site is None or kept.get("neuroendocrine_type") != "net" or not isinstance(size, int | float):
        return None
    return next((band.T for band in site.size if band.holds(size)), None)


def _text(value: Hashable) -> str | None:
    return None if value is None else str(value)


def _tumor(site: Site, kept: Mapping[str, Hashable]) -> str | None:
    extension, size = str(kept.get("extension")), kept.get("tumor_size_mm")
    category = site.extension.get(extension)
    if extension == "great_vessel" and _no_artery(kept.get("invaded_structures")):
        return None
    if extension == "adjacent_organ" and category is None:
        return _adjacent(site, kept.get("invaded_structures"))
    if category != "size":
        return category
    if not isinstance(size, int | float):
        return None
    return next((band.T for band in site.size if band.holds(size)), None)


def _no_artery(structures: Hashable) -> bool:
    """Tell whether structures are named, no artery among them: a vein alone does not make T4 here."""
    return isinstance(structures, tuple) and not any(_ARTERY.search(str(one).lower()) for one in structures)


def _adjacent(site: Site, structures: Hashable) -> str | None:
    """Return the T of the invaded organs: the milder one if all are of its list, null if none is named."""
    named = structures if isinstance(structures, tuple) else ()
    # Fat around the organ is no organ and does not raise T (AJCC 8, pancreas).
    invaded = [words for one in named if not _FAT.search(words := str(one).lower())]
    if not invaded:
        return None
    for category, organs in site.adjacent.items():
        if isinstance(organs, tuple) and all(any(organ in words for organ in organs) for words in invaded):
            return category
    other = site.adjacent.get("other")
    return other if isinstance(other, str) else None


def _nodes(site: Site, kept: Mapping[str, Hashable]) -> str | None:
    positive, examined = kept.get("nodes_positive"), kept.get("nodes_examined")
    mass = kept.get("mesenteric_mass_mm")
    if site.mass_n2_above is not None and isinstance(mass, int | float) and mass > site.mass_n2_above:
        return "2"
    if not isinstance(positive, int | float):
        return None
    if positive == 0:
        return "0" if examined != 0 else None
    return "2" if site.nodes_n2 is not None and positive >= site.nodes_n2 else "1"


def _metastasis(kept: Mapping[str, Hashable]) -> str | None:
    sites = kept.get("metastasis_sites")
    if isinstance(sites, tuple):
        if "liver" not in sites:
            return "1b"
        return "1a" if len(sites) == 1 else "1c"
    return {"present": "1", "absent": "0"}.get(str(kept.get("distant_metastasis")))
