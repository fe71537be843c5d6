"""Ki-67 figures beside the marker's name in one unit: percentages, counts of cells, words."""

from __future__ import annotations

import re
from collections.abc import Generator, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from extractor.field import Candidate
from extractor.grading.ki67_apart import ZERO, declared_figures, row_cells
from extractor.grading.ki67_bounds import (
    AGREED,
    BELOW_MARK,
    BESIDE_TUMOR,
    CHANGED,
    CHANGED_TO,
    CUT_OFF,
    LISTED,
    OF_TISSUE,
    OFTEN,
    OTHER_CELLS,
    OURS,
    REPLACED,
    SET_AGAINST,
    current_words,
    share_of_cells,
)
from extractor.grading.ki67_series import counted_before, of_respective, top_of_series
from extractor.matching.numbers import Quantity, interval, quantity
from extractor.printed.feet_and_ticks import printed
from extractor.unit import Unit

if TYPE_CHECKING:
    from extractor.document import Document
    from extractor.matching.patterns import FieldPatterns

_REACH = 130
_PAUSE = re.compile(
    r"[(.;\[]|,(?= ?(?:the |cortical |small |reactive )?(?:background|lympho|thymo|T[ -]cells|"
    r"B[ -]cells|stroma|"
    r"n(?:a)?ev))|\b(?:as in|than|unlike|in contrast|compared)\b"
)
_PARTED = re.compile(r"(?<![\d.,])1 (?=\d)")
#: The head of a range whose second number is unreadable: "5-~0%", "2-i°l%".
_TORN = re.compile(r"(?<![A-Za-z])\d-\S{0,3}$")
#: How far behind a value is told where it was counted.
_TOLD = 40
#: A greatest value in translated words: "Ki-67 to 12 % of nuclei".
_TO_ONLY = re.compile(r"\W{0,3}(?:(?:index|labell?ing(?: index)?|LI)\W{1,3})?(?:to|do) ", re.IGNORECASE)
_STATUSES = ("not_applicable", "pending", "not_stated", "unquantified")


def _percentage(told: Quantity | None) -> dict[str, Any] | None:
    """An interval of percent, if it is one."""
    value = interval(told, ceiling=100.0)
    return value if value is not None and (value["high"] or 0) <= 100 else None


class MarkerReader:
    """Reads what stands beside one mention of the marker.

    Parameters
    ----------
    tables
        Where the text prints what figures mean.
    replaced
        Gets the figures that the words call replaced.
    """

    def __init__(
        self,
        document: Document,
        patterns: FieldPatterns,
        unit: Unit,
        marker: re.Match[str],
        tables: Sequence[tuple[int, int]],
        replaced: set[float],
    ) -> None:
        self._document = document
        self._patterns = patterns
        self._unit = unit
        self._start, self._end = marker.span()
        self._tables = tables
        self._replaced = replaced
        self._text = unit.text
        self._other = patterns.rule("other-marker").pattern
        after = self._text[self._end : self._end + _REACH]
        for ending in (self._other, patterns.rule("marker").pattern):
            stop = ending.search(after)
            after = after[: stop.start()] if stop else after
        #: The words behind the marker, up to the next one.
        self._after = after
        #: Where in them the words on this tumor begin.
        self._from_here = 0

    def read(self) -> Iterator[Candidate]:
        """Candidates: all percentages behind the marker, else what the first of other forms tells."""
        if not self._is_ours():
            return
        if respective := list(self._respective()):
            yield from respective
            return
        if (yield from self._figures()):
            return
        for told in (
            self._misread,
            self._sign_first,
            self._declared,
            self._counted,
            self._counted_before,
            self._percent_before,
            self._status,
            self._cells,
            self._bare,
        ):
            if found := list(told()):
                yield from found
                return

    def _candidate(
        self, value: dict[str, Any] | None, start: int, end: int, rule: str, **more: Any
    ) -> Candidate:
        return self._document.candidate(value, self._unit, start, end, rule, **more)

    def _is_ours(self) -> bool:
        """Whether the figures are of this tumor; if only the later ones are, from where on."""
        if not self._patterns.rule("not-this-tumor").pattern.search(self._text[: self._start]):
            return True
        ours = OURS.search(self._after)
        if ours is not None:
            self._from_here = ours.start()
        return ours is not None or AGREED.search(self._text, self._end) is not None

    def _respective(self) -> Iterator[Candidate]:
        """ "Ki-67 and p53: 3 % and 5 %, respectively"."""
        if "%" not in self._text:
            return
        start = self._unit.start + self._start
        told = of_respective(self._patterns, self._document.text.clean, start, self._unit.end)
        value = _percentage(quantity(told[0])) if told else None
        if told and value is not None:
            end = told[1] - self._unit.start
            yield self._candidate(value, self._start, end, self._patterns.rule("percent").id)

    def _figures(self) -> Generator[Candidate, None, bool]:
        """The percentages behind the marker; returns whether there was one, be it unreadable."""
        after, rule = self._after, self._patterns.rule("percent").id
        found, last, skipped, highest, reach = False, 0, False, 0.0, 0
        of_others = OTHER_CELLS.search(self._text, max(0, self._start - 70), self._start)
        for match in self._patterns.rule("percent").pattern.finditer(after):
            last, since = match.end(), last
            if match.start() < self._from_here or (of_others and not since):
                continue
            if self._is_passed_over(match, since):
                continue
            if self._is_unreadable(match):
                skipped = True
                continue
            value = self._value(match)
            if value is None:
                continue
            told = after[since : match.start()] + _PAUSE.split(after[match.end() : match.end() + _TOLD])[0]
            if found and value["comparator"] == "up_to" and (value["high"] or 0) > highest:
                # the greatest of several values is a value, where "up to" of one alone is a bound
                value = {"low": value["high"], "high": value["high"], "comparator": "="}
            top = value["high"] or value["low"]
            rising = (
                found and top > highest and self._patterns.rule("rising").pattern.search(told) is not None
            )
            bound = value["comparator"] in (">", ">=")
            highest = max(highest, value["low"] if bound else top)
            listed = found and LISTED.fullmatch(after, since, match.start()) is not None
            found, reach = True, reach if listed else match.start()
            yield self._candidate(
                value,
                self._start,
                self._end + match.end(),
                rule,
                distance=min(reach, 60) / 30,
                prose=float(self._unit.label is None),
                # Scanning put an addendum under the list of blocks.
                strength=1.0 * (self._unit.section == "blocks") + 1.5 * rising,
            )
        return found or skipped

    def _is_passed_over(self, match: re.Match[str], since: int) -> bool:
        """Whether a percentage is none of the index, or none that counts now."""
        after = self._after
        about = after[max(since, match.start() - 50) : match.start()]
        about += " " + _PAUSE.split(after[match.end() : match.end() + 22])[0]
        if self._patterns.rule("not-index").pattern.search(about) and not self._below_mark(match):
            return True
        if since and BESIDE_TUMOR.search(after[since : match.start()]):
            return True
        if told := self._instead(match, since):
            if REPLACED.search(told) and (old := quantity(match["value"])) is not None:
                self._replaced.add(old.high)
            return True
        often = OFTEN.search(after, 0, match.start())
        if often and (match["value"][:1] in ">≥" or (often["aside"] and match["value"][:1] in "<≤")):
            return True
        rest = after[match.end() :]
        return any(self._patterns.rule(name).pattern.match(rest) for name in ("aside", "in-general"))

    def _below_mark(self, match: re.Match[str]) -> re.Match[str] | None:
        """The bound of a class that a percentage is, where it tells the value and no other figure does."""
        mark = BELOW_MARK.search(self._after[: match.start()])
        if mark is None or any(
            BELOW_MARK.search(self._after[: other.start()]) is None
            for other in self._patterns.rule("percent").pattern.finditer(self._after)
        ):
            return None
        return mark

    def _instead(self, match: re.Match[str], since: int) -> str:
        """The words that put another figure in the place of this one, or nothing."""
        before = self._after[: match.start()]
        if CHANGED.search(before) and CHANGED_TO.fullmatch(match["value"]):
            return ""
        told = self._patterns.rule("instead").pattern.search(before[since:])
        if told is None or (told[0].strip() == "not" and not since):  # "not >4 %"
            return ""
        if SET_AGAINST.search(told[0]) and OF_TISSUE.match(self._after, match.end()):
            return ""  # "6 % in the primary, as against 22 % in the metastasis"
        return told[0]

    def _is_unreadable(self, match: re.Match[str]) -> bool:
        """Whether a percentage is print, torn by scanning, or withdrawn."""
        before = self._after[: match.start()]
        if self._patterns.rule("filled-in").pattern.search(before) is None and printed(
            self._text, self._end + match.start(), self._tables, self._unit.start
        ):
            return True
        if _TORN.search(before):
            return True
        return self._patterns.rule("withdrawn").pattern.search(self._after[match.end() :]) is not None

    def _value(self, match: re.Match[str]) -> dict[str, Any] | None:
        before = self._after[: match.start()]
        plain = _PARTED.sub("1", ZERO.sub("0", match["value"].replace("|", " ")))
        told = quantity(current_words(plain, self._after, match))
        if told and told.comparator == "=" and _TO_ONLY.fullmatch(before):
            told = Quantity(0.0, told.high, "up_to")
        if told and told.comparator == "=" and (mark := self._below_mark(match)):
            told = Quantity(told.low, told.high, "<" if mark["below"] else ">")
        value = _percentage(told)
        return top_of_series(value, before) if value is not None and value["low"] <= 100 else None

    def _misread(self) -> Iterator[Candidate]:
        rule = self._patterns.rule("percent-misread")
        torn = rule.pattern.search(self._text, self._start, self._end + len(self._after))
        if torn and (value := _percentage(quantity(torn["value"]))) is not None:
            yield self._candidate(value, self._start, torn.end(), rule.id, strength=-0.5)

    def _sign_first(self) -> Iterator[Candidate]:
        rule = self._patterns.rule("percent-first")
        if sign := rule.pattern.search(self._after):
            value = _percentage(quantity(f"{sign['bound'] or ''}{sign['figure'].replace('%', '')}"))
            if value is not None:
                yield self._candidate(value, self._start, self._end + sign.end(), rule.id)

    def _declared(self) -> Iterator[Candidate]:
        yield from declared_figures(self._document, self._patterns, self._unit, self._end)

    def _counted(self) -> Iterator[Candidate]:
        """A share of cells: "11 of 500"."""
        rules = (self._patterns.rule(name) for name in ("count", "count-last"))
        count = next((c for rule in rules if (c := rule.pattern.search(self._after))), None)
        value = share_of_cells(count["part"], count["whole"]) if count else None
        if count and value is not None:
            if count.groupdict().get("bound"):
                value = {"low": 0.0, "high": value["high"], "comparator": "<"}
            yield self._candidate(
                value, self._start, self._end + count.end(), self._patterns.rule("count").id
            )

    def _counted_before(self) -> Iterator[Candidate]:
        if (share := counted_before(self._patterns, self._text[: self._start])) is not None:
            yield self._candidate(share[0], share[1], self._end, self._patterns.rule("count-before").id)

    def _percent_before(self) -> Iterator[Candidate]:
        rule, before = self._patterns.rule("percent-before"), self._text[: self._start]
        told = rule.pattern.search(before)
        if told is None or CUT_OFF.search(before, 0, told.start()):
            return
        if "," in told[0] and self._other.search(before[: told.start()]):
            return
        if (value := _percentage(quantity(told["value"]))) is not None:
            yield self._candidate(value, told.start(), self._end, rule.id)

    def _status(self) -> Iterator[Candidate]:
        for status in _STATUSES:
            rule = self._patterns.rule(status.replace("_", "-"))
            if told := rule.pattern.search(self._after):
                yield self._candidate(None, self._start, self._end + told.end(), rule.id, status=status)
                return

    def _cells(self) -> Iterator[Candidate]:
        yield from row_cells(self._document, self._patterns, self._unit, self._end)

    def _bare(self) -> Iterator[Candidate]:
        """A number without a sign, behind the label."""
        unit, rule = self._unit, self._patterns.rule("bare-number")
        if unit.label is None or self._end > (unit.value or 0):
            return
        bare = rule.pattern.fullmatch(unit.value_text.strip(" :.|"))
        if bare and (value := _percentage(quantity(bare["value"]))) is not None:
            named = "%" in unit.label_text or "percent" in unit.label_text.lower()
            yield self._candidate(value, self._start, len(self._text), rule.id, no_unit=0.0 if named else 1.0)
