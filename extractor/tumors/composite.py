"""A mixed neoplasm told by its parts: "small cell carcinoma (80 %) and adenocarcinoma (20 %)"."""

from __future__ import annotations

import re

from extractor.tumors.mention import MIXED, Mention
from extractor.tumors.vocabulary import Vocabulary
from extractor.unit import Unit

#: Words shortened by a stop, and what ties one carcinoma to another of the same place.
_SHORT = re.compile(r"\b(?:approx|ca|appr|incl|resp)\.", re.IGNORECASE)
_AND_ANOTHER = re.compile(
    r"\W{0,3}(?:and|plus|as well as)\s(?:an? )?(?:(?:high|low)[ -]grade |invasive |infiltrating |"
    r"(?:well|moderately|poorly)[ -]differentiated |conventional |usual ){0,3}",
    re.IGNORECASE,
)


#: The share of a tumor that a component makes up, in percent, before or behind its name; a mixed tumor has
#: no less of either.
_LEAST = 30
_SHARE_BEFORE = re.compile(r"(?P<share>\d{1,3}) ?%\)?,? (?:of )?(?:an? )?$")
_SHARE_AFTER = re.compile(r",?\s?\(?(?:about |ca\.? ?|approximately |[~<] ?)?(?P<share>\d{1,3}) ?%")


def _share(text: str, start: int, end: int) -> int | None:
    found = _SHARE_AFTER.match(text, end) or _SHARE_BEFORE.search(text, max(0, start - 20), start)
    return int(found["share"]) if found else None


def composite(unit: Unit, found: list[Mention], words: Vocabulary) -> list[Mention]:
    """The mixed neoplasm that a unit tells by its parts, if any; parts that are too small are set aside."""
    others = [m for m in found if m.kind == "none" and m.rank == 3 and m.counts and not m.aside]
    if not others:
        return []
    text = unit.text
    parts = [m for m in found if m.kind == "nec" and m.counts and not m.aside and not m.historical]
    spans = [(m.start, m.end) for m in parts] or [c.span() for c in words.rule("component").finditer(text)]
    shared = not parts or "%" in text or words.says("blended", text)
    for start, end in spans:
        for other in others:
            lo, hi = min(start, other.start), max(end, other.end)
            between = _SHORT.sub("", text[min(end, other.end) : max(start, other.start)])
            if not shared and not _AND_ANOTHER.fullmatch(between):
                continue
            shares = (_share(text, start, end), _share(text, other.start, other.end))
            if any(share is not None and share < _LEAST for share in shares):
                for part in found:  # a part of less is no half of a mixed one
                    least = part is other if shares[1] is not None and shares[1] < _LEAST else part in parts
                    part.aside = part.aside or least
                continue
            if words.says("minor", text[max(0, lo - 30) : hi + 15]) or len(between) > 110:
                continue
            if "." not in between.rstrip() and words.says("together", text[lo : hi + 20]):
                mention = Mention(unit, lo, hi, MIXED, "minen", 3)
                mention.measured, mention.typed = True, other.typed
                return [mention]
    return []
