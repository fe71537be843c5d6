"""A report as units: logical lines and sentences, each with its section, part and label.

A unit's text equals its slice of the clean text except that line breaks read as spaces, so offsets
inside a unit are offsets in the report.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from extractor.layout.lines import Lines
from extractor.matching import shapes
from extractor.matching.beginnings import Beginnings
from extractor.matching.expressions import Expression, Group
from extractor.printed.options import mark_legends, mark_options
from extractor.unit import MAX_UNIT, Unit

#: Sections whose heading may end with a full stop instead of a colon.
_STOPPED = {"history", "gross", "microscopic", "diagnosis", "ihc"}
#: Sections that often hold one line only.
_ASIDES = frozenset({"history", "intraoperative", "outside"})
#: A history longer than this is a report whose next heading was lost.
LONGEST_ASIDE = 1500
#: So many questions alone on their lines make a form that answers each on the line below.
_QUESTIONS = 4
#: A known label inside a line, with the words that lead to it.
_INLINE = r"(?<=[\s,;.(/])(?:[A-Za-z/-]+\s){{0,2}}?(?:{})[A-Za-z /()-]{{0,30}}\s?:"
_COLON = re.compile(":")
#: The end of a sentence before the heading of a section run on to it ("... no tumor. FINAL DIAGNOSIS:").
_RUN_ON = re.compile(
    r"[.)\]]\s+(?=(?:final\s(?:pathologic(?:al)?\s)?diagnos[ei]s|(?:gross|microscopic)\sdescription|addendum)"
    r"\s?:\s*$)",
    re.IGNORECASE,
)
#: Words before a label that do not belong to it end so.
#: An answer before a label; one that begins no label ("No perineural invasion: ...") even at a line's begin.
_LEAD_ANSWER = re.compile(
    r"\s*(?:(?P<sure>absent|present|(?:not )?identified|yes|n/a|not applicable|no involvement|"
    r"not (?:involved|seen))|"
    r"no|none|negative|positive)\s+(?=(?-i:[A-Z]))",
    re.IGNORECASE,
)
_PARTED_FROM_LABEL = re.compile(r"[:.;,)\d]|\s{3}$")
#: The first of several findings that one label asks for ("Lymphatic, venous, | perineural: no, no, yes").
_ASKED_FIRST = re.compile(
    r"[\W\d]{0,6}(?:(?:[a-z-]{3,}(?:ic|ar|ous|al|vessels?|veins?|nerves?)(?: vessels?)?|"
    r"LVS?I|PNI|EMVI), ?){1,3}",
    re.IGNORECASE,
)
#: What labels of their own belong to ("Lymph nodes, | peripancreatic:", "Ki-67 index | by site:").
_OWN_LABEL = re.compile(r"\b(?:lymph ?nodes?,|Ki-? ?67|MIB-? ?1)\s*$", re.IGNORECASE)
#: What a form answers to "Gross:".
_GROWTH = re.compile(
    r"[\s:]*(?:exophytic|endophytic|ulcerat\w+|fungating|polypoid|verrucous|infiltrat\w+)(?:\W{1,5}[a-z]{3,12}){0,2}[\s.;]*",
    re.IGNORECASE,
)
_PARTED = frozenset({"diagnosis", "specimens", "gross", "unknown", "synoptic", "addendum", "amendment"})


@dataclass(slots=True)
class _Place:
    """Where in the report a line stands.

    ``resumes`` is the section an aside on one line ("Frozen section: benign") interrupts; ``since`` is where
    the section began; ``nested`` tells that below "PART 2: ..." a letter counts findings, not parts.
    """

    section: str = "unknown"
    part: str | None = None
    heading: str = ""
    under: str = ""
    resumes: str | None = None
    since: int = 0
    nested: bool = False


class Layout:
    """Cuts reports into units.

    Parameters
    ----------
    section_of
        Gives the section id of a heading's words, or None.
    labels
        Expressions of the labels the fields know, not anchored, the longest first.
    """

    def __init__(self, section_of: Callable[[str], str | None], labels: Sequence[str]) -> None:
        self._section_of = section_of
        self.labels = Beginnings(labels)
        self._lines = Lines(section_of, self.labels)
        self._inline = Group((label, Expression(_INLINE.format(label), re.IGNORECASE)) for label in labels)

    def read(self, clean: str, *, joined: bool = False) -> list[Unit]:
        """Units of a clean text, in order; ``joined`` tells that its broken lines were joined already."""
        units: list[Unit] = []
        place = _Place()
        at_end = 0
        below: list[tuple[Unit, int]] = []
        for start, text in _headed(self._lines.read(clean, joined=joined)):
            apart = clean.count("\n", at_end, start) > 1
            at_end = start + len(text)
            rest = self._enter(place, start, text, apart=apart)
            if rest is None:
                continue  # a heading and nothing else
            first = clean.find("\n", start, start + len(text)) - start
            for unit in self._cut(start + rest, text[rest:]):
                if first > 0 and unit.label is None and unit.start < start + first < unit.end:
                    below.append((unit, start + first))
                self._settle(place, unit)
                unit.index = len(units)
                units.append(unit)
        asked = [(unit, end) for unit, end in below if self._lines.question(clean[unit.start : end])]
        if len(asked) >= _QUESTIONS:  # a form that answers on the line below
            for unit, end in asked:
                _answered_below(unit, clean, end)
        mark_options(units)
        mark_legends(units, clean)
        return units

    def _enter(self, place: _Place, start: int, text: str, *, apart: bool) -> int | None:
        """Follow the sections through a line; where its own words begin, or None if it is a heading only."""
        at = _bullet_end(text)
        words = text[at:]
        label = shapes.label(words)
        head = shapes.heading_words(label[0] if label else words)
        found = self._section(head, labelled=label is not None)
        if found is None and at:
            found = self._section(text.strip(" *-_=:.#"), labelled=False)
        if found is None and label is not None and head.endswith(")") and "(" in head:
            found = self._section(head[: head.rfind("(")].strip(), labelled=True)  # "GROSS (unchanged):"
        if found == "gross" and label is not None and _GROWTH.fullmatch(words[label.end() :]):
            found = None  # how a tumor grows, an item of a form
        stopped = shapes.STOPPED.match(words) if found is None and not at else None
        if stopped and (named := self._section(stopped["words"], labelled=True)) in _STOPPED:
            found = named
        else:
            stopped = None
        if found is None or (found == "specimens" and place.section in ("synoptic", "diagnosis") and label):
            self._leave(place, start, text, words, apart=apart, labelled=label is not None)
            return 0
        value = words[stopped.end() :] if stopped else words[label.end() :].strip(" :") if label else ""
        aside = found in _ASIDES or (found == "comment" and place.section == "diagnosis")
        if value and aside:
            place.resumes = place.section if place.section not in _ASIDES else place.resumes
        else:
            place.resumes = None
        place.section, place.part, place.under, place.since, place.nested = found, None, "", start, False
        if stopped:
            return stopped.end()
        if value:
            if found in ("gross", "microscopic", "diagnosis", "history"):
                place.heading = ""  # that of a part of the section before
            self._leave(place, start, text, words, apart=False, labelled=True)
            return 0
        place.heading = head
        trail = shapes.TRAIL.search(words) if label is None else None
        if trail is None or len(re.findall(r"[A-Za-z]{2,}", words[trail.end() :])) < 2:
            return None
        return at + trail.end()  # words on the heading's own line, set apart from it

    def _section(self, words: str, *, labelled: bool) -> str | None:
        if not shapes.looks_like_heading(words, labelled=labelled):
            return None
        return self._section_of(words)

    def _leave(
        self, place: _Place, start: int, text: str, words: str, *, apart: bool, labelled: bool
    ) -> None:
        """Sections end without a heading where the report plainly speaks of something else."""
        known = self.labels.match(words) is not None
        section = place.section
        if section in _ASIDES and start > place.since and (known or (place.resumes and apart)):
            place.section, place.resumes = place.resumes or "unknown", None
        elif section == "comment" and place.resumes and shapes.PART.match(text):
            place.section, place.resumes = place.resumes, None  # a note between two parts of a diagnosis
        elif section in _ASIDES and start - place.since > LONGEST_ASIDE:
            place.section = "unknown"
        section = place.section
        if (
            section in {"blocks", "specimens", "intraoperative", "history"} and shapes.RECEIVED.search(text)
        ) or (section == "blocks" and len(text) > 140 and not shapes.BLOCK.match(text)):
            place.section = "gross"
        elif section == "specimens" and (
            len(text) > 160 or known or (shapes.BULLETED.match(text) and len(words.split()) > 3)
        ):
            place.section = "unknown"  # a list of specimens has short lines; this is the report itself
        elif section == "blocks" and labelled and shapes.DESCRIBED.match(words):
            place.section = "gross"
        elif section in ("gross", "blocks") and labelled and shapes.FORM.match(words):
            place.section = "synoptic"  # a form that begins without a heading of its own

    def _settle(self, place: _Place, unit: Unit) -> None:
        """Give a unit its place, and the place what the unit says of it."""
        if place.section in _PARTED and (named := shapes.PART.match(unit.text)):
            spelled = shapes.SPELLED_PART.match(unit.text) is not None
            if spelled or not place.nested:
                place.part, place.heading = named["part"], unit.text[named.end() :].strip()
                place.under, place.nested = "", spelled
        unit.section, unit.part, unit.heading = place.section, place.part, place.heading
        if unit.label is not None:
            place.under = "" if unit.value_text.strip() else unit.label_text
        else:
            unit.under = place.under

    def _cut(self, start: int, text: str) -> Iterator[Unit]:
        """Sentences and label-value pairs of one logical line."""
        at = _bullet_end(text)
        cuts = [0]
        cuts += [
            match.end()
            for match in shapes.SENTENCE_END.finditer(text)
            if not shapes.ABBREVIATION.search(text[max(0, match.start() - 8) : match.start() + 1])
        ]
        cuts += [match.end() for match in shapes.GLUED_SENTENCE.finditer(text)]
        for found in self._labels_inside(text) if text.find(":", at + 3) >= 0 else ():
            start_of_label = _behind_answer(text, found)
            lead = text[max(at, max((c for c in cuts if c <= start_of_label), default=0)) : start_of_label]
            if _OWN_LABEL.search(lead):
                continue
            parted = _PARTED_FROM_LABEL.search(lead) and not _ASKED_FIRST.fullmatch(lead)
            if len(lead.split()) > 4 or parted:  # else it belongs to the label
                cuts.append(start_of_label)
            for begin in (start_of_label - len(lead), start_of_label):
                if (end := _answer_end(text, begin)) is not None:
                    cuts.append(end)
        if ":" in text:
            cuts += [m.start() for m in shapes.GLUED.finditer(text)]
            cuts += [m.start() for m in shapes.PART_INSIDE.finditer(text)]
        cuts = sorted({*cuts, len(text)})
        for lo, hi in pairwise(cuts):
            while hi - lo > MAX_UNIT:
                cut = text.rfind(" ", lo + MAX_UNIT // 2, lo + MAX_UNIT)
                cut = cut if cut > lo else lo + MAX_UNIT
                yield self._unit(start, text, lo, cut)
                lo = cut
            if text[lo:hi].strip():
                yield self._unit(start, text, lo, hi)

    def _labels_inside(self, text: str) -> Iterator[int]:
        """Where known labels begin in a line; each ends with the next colon."""
        possible = self._inline.possible(text)
        at = 0
        for colon in _COLON.finditer(text) if possible else ():
            found = [match for _, label in possible if (match := label.search(text, at, colon.end()))]
            if found:
                yield min(match.start() for match in found)
            at = colon.end()

    def _unit(self, start: int, text: str, lo: int, hi: int) -> Unit:
        piece = text[lo:hi]
        trimmed = piece.lstrip()
        lo += len(piece) - len(trimmed)
        piece = trimmed.rstrip()
        unit = Unit(start + lo, piece, "unknown", None, "")
        at = _bullet_end(piece)
        words = piece[at:]
        label = shapes.label(words)
        if label and len(label[0].split()) <= shapes.LABEL_WORDS:
            value = at + re.match(r"\s*:\s*", words[label.end() :]).end() + label.end()  # type: ignore[union-attr]
            unit.label, unit.value = (at, at + label.end()), value
            return unit
        known = self.labels.match(words)
        if known:
            gap = shapes.LEADER.match(words, known.end())
            if gap and words[gap.end() :].strip(" |"):
                unit.label, unit.value = (at, at + known.end()), at + gap.end()
        elif (dotted := shapes.DOTTED.match(words)) is not None:
            unit.label, unit.value = (at, at + dotted.end("label")), at + dotted.end()
        return unit


def _headed(lines: Iterable[tuple[int, str]]) -> Iterator[tuple[int, str]]:
    """Lines, with the headings that are run on to the sentence before them as lines of their own."""
    for start, text in lines:
        if text.rstrip().endswith(":") and (run_on := _RUN_ON.search(text)) is not None:
            yield start, text[: run_on.start() + 1]
            yield start + run_on.end(), text[run_on.end() :]
        else:
            yield start, text


def _answer_end(text: str, begin: int) -> int | None:
    """Where words end that answer the label before another one ("PNI: Yes LVI: No")."""
    answer = _LEAD_ANSWER.match(text, begin)
    if answer is None or not (answer["sure"] or text[:begin].rstrip().endswith(":")):
        return None
    return answer.end()


def _behind_answer(text: str, start: int) -> int:
    """Where a label begins whose first word, as found, closes another answer ("LVI: not seen PNI:")."""
    colon = text.rfind(":", 0, start)
    answer = _LEAD_ANSWER.match(text, colon + 1) if colon >= 0 else None
    return start if answer is None else max(start, answer.end())


def _answered_below(unit: Unit, clean: str, end: int) -> None:
    """Give a unit of two lines its label: a question alone on the first line."""
    at = _bullet_end(unit.text)
    rest = unit.text[end - unit.start :]
    unit.label = at, len(clean[unit.start : end].rstrip(" :"))
    unit.value, unit.under = end - unit.start + len(rest) - len(rest.lstrip()), ""


def _bullet_end(text: str) -> int:
    bullet = shapes.BULLET.match(text)
    return bullet.end() if bullet else 0
