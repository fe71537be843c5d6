"""A report as units: logical lines and sentences, each with its section, part and label.

Lines that prose wraps over are joined; a line of its own in a form or table is a hard boundary.
A unit's text equals its slice of the clean text except that line breaks read as spaces, so offsets
inside a unit are offsets in the report.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

#: Longest unit, in characters; longer ones are cut at a space. Bounds the cost of any one unit.
MAX_UNIT = 480


@dataclass(slots=True)
class Unit:
    """One logical line or sentence.

    ``label`` and ``value`` are offsets within ``text`` for a label-value line, else None.
    ``under`` is the label of a value-less line this one stands below ("Margins:" then a list).
    ``template`` marks an option of a printed, numbered list that was not the one chosen.
    """

    start: int
    text: str
    section: str
    part: str | None
    heading: str
    under: str = ""
    label: tuple[int, int] | None = None
    value: int | None = None
    index: int = 0
    template: bool = False

    @property
    def end(self) -> int:
        """Offset in the clean text just after the unit."""
        return self.start + len(self.text)

    @property
    def label_text(self) -> str:
        """The label's words, empty if the unit is prose."""
        return self.text[self.label[0] : self.label[1]] if self.label else ""

    @property
    def value_text(self) -> str:
        """The words after the label; the whole text of prose."""
        return self.text[self.value :] if self.value is not None else self.text


def _mark_options(units: list[Unit]) -> None:
    """Numbered options below a label whose value is a number (or what OCR left of one) are a printed form."""
    at = 0
    while at < len(units):
        label = units[at]
        at += 1
        if not (label.label and len(label.value_text.strip(" .")) <= 2 and label.value_text.strip()):
            continue
        chosen = label.value_text.strip(" .")
        while at < len(units) and (option := _OPTION.match(units[at].text)):
            unit = units[at]
            unit.template = option[1] != chosen or len(_INLINE_OPTION.findall(unit.text)) > 0
            unit.under = label.label_text
            at += 1


_OPTION = re.compile(r"\(?(\d{1,2})\s?[.,)]\s")
_INLINE_OPTION = re.compile(r"\s\d{1,2}\s?[.,]\s")
_BULLET = re.compile(r"\s*(?:[-*>+~|•_]+\s*|\(?(?:[A-Za-z]|\d{1,2}|[ivx]{1,4})[.):](?=\s|[A-Z])\s*|#\s*)?")
_STARTS_ITEM = re.compile(
    r"\s*(?:[-*>+|•]\s*\S|\(?(?:[A-Z]|\d{1,2})[.)]\s|\(?[a-z][.)]\s|(?:PART|Part|SPECIMEN)\s+[A-Z0-9]{1,2}\b)"
)
_LABEL = re.compile(r"[A-Za-z(][^:|\n\t]{1,78}?(?=\s*:(?!\d)|(?<=[A-Za-z)])\s{0,2}:)")
#: Where a new label is glued to the value before it: "Moderately differentiatedTumor extent: ...".
_GLUED = re.compile(r"(?<=[a-z0-9)])(?=[A-Z][a-z]{2,}(?: [A-Za-z()]{2,15}){0,4}\s{0,2}:)")
_CONNECTOR = re.compile(
    r"(?:[,(/&+-]|\b(?:and|or|of|the|a|an|with|without|in|into|by|to|for|from|is|are|was|were|no|not|at|on|than|"
    r"measuring|measures|up|per|x|be|has|have|as|that|which|its|this|through|beyond|identified as))\s*$",
    re.IGNORECASE,
)
_OPEN_END = re.compile(r"(?:\(|\b(?:of|the|for|with|in|was|is|a))$", re.IGNORECASE)
_CONTINUES = re.compile(r"\s*(?:[a-z(%&,;)]|(?:IN|OF|AND|WITH|TO|INTO|BY|FROM|FOR|OR|AT|ON|WITHOUT|THE)\b|x\s*\d|[0-9.]+\s*(?:cm|mm|%|x)\b.{0,30}\b(?:in|and|from|greatest)\b)")
_SENTENCE_END = re.compile(r"(?<!\.)[.;!?](?!\.)[\"')\]]?(?=\s+[\"'(\[]?[A-Z0-9<>*~-])|;(?=\s)|\.(?=\s{2,}\S)|(?<=[a-z)]{2}[.])(?=[A-Z][a-z])")
_ABBREVIATION = re.compile(
    r"(?:\b(?:Dr|Drs|Mr|Mrs|Ms|No|Nos|no|vs|cf|ca|approx|max|min|e\.g|i\.e|etc|incl|resp|Fig|St|gm|gms|pos|neg|ret|dim|"
    r"diam|mic|sq|av|ant|post|inf|sup|lat|med)|(?:^|\s)[A-Za-z]|(?:^|[\s(])\d{1,2}|\bvol)\.$"
)
_ANSWER = re.compile(
    r"\b(?:present|absent|not|no|none|identified|negative|positive|seen|free|involved|uninvolved|pending|low|high)\b",
    re.IGNORECASE,
)
_BULLETED = re.compile(r"\s*[-*>+•]\s*\S")
_RECEIVED = re.compile(r"\b(?:received|specimen (?:is|consists)|labell?ed)\b", re.IGNORECASE)
_PART_INSIDE = re.compile(r"(?<=\s)(?=[A-Z]\.\s+[A-Z][A-Z ,]{4,70}:)")
_NOISE = re.compile(r"[Il1|i!\s.,:;_-]{14,}|[^A-Za-z0-9]*")
_PART = re.compile(
    r"\s*[-*]?\s*(?:(?:PARTS?|SPECIMENS?|SPEC|Parts?|Specimens?|part|P\.?4RT)\s*[#:]?\s*)?\(?(?P<part>[A-Z]|\d{1,2})\)?(?:\s*(?:AND|and|&)\s*\d{1,2})?\s*(?:[.:)/-]|\s-)\s*(?=[A-Z\"'(a-z])"
)
_BLOCK = re.compile(r"\s*[-*]?\s*\(?[A-Z]?\d{0,2}[A-Z]?\d{0,3}\)?\s*[:.,-]")
#: Sections that often hold one line only.
#: A history longer than this is a report whose next heading was lost.
LONGEST_ASIDE = 1500
_ASIDES = frozenset({"history", "intraoperative", "outside"})
_FORM = re.compile(
    r"(?:histologic(?:al)? (?:type|grade)|lympho-?vascular|angio-?lymphatic|perineural|venous|pathologic(?:al)? stag|p?TNM\b|"
    r"mitotic|ki-?67|primary tumou?r \(|regional lymph nodes? \()",
    re.IGNORECASE,
)
_SPELLED_PART = re.compile(r"\s*[-*]?\s*(?:PARTS?|SPECIMENS?|Parts?|Specimens?|P\.?4RT)\s*[#:]?\s*\(?[A-Z0-9]{1,2}\b")
_PARTED_SECTIONS = {"diagnosis", "specimens", "gross", "unknown", "synoptic", "addendum", "amendment"}
_TRAIL = re.compile(r"\s{3,}|\s\[|\s~")
_HEADING_MAX = 72


class Layout:
    """Cuts reports into units.

    Parameters
    ----------
    section_of
        Gives the section id of a heading's words, or None.
    labels
        Matches the labels the fields know (never anchored).
    """

    def __init__(self, section_of: Callable[[str], str | None], labels: re.Pattern[str]) -> None:
        self._section_of = section_of
        self._labels = labels
        self._label_alone = re.compile(rf"(?:{labels.pattern})[A-Za-z ()/-]{{0,20}}", re.IGNORECASE)
        self._inline = re.compile(
            rf"(?<=[\s,;.(/])(?:[A-Za-z/-]+\s){{0,2}}?(?:{labels.pattern})[A-Za-z /()-]{{0,30}}\s?:", re.IGNORECASE
        )

    def read(self, clean: str) -> list[Unit]:
        """Units of a clean text, in order."""
        units: list[Unit] = []
        section, part, heading, under = "unknown", None, "", ""
        resumes: str | None = None  # the section an aside on one line ("Frozen section: benign") interrupts
        at_end = since = 0
        nested = False
        for start, text in self._logical_lines(clean):
            apart = clean.count("\n", at_end, start) > 1
            at_end = start + len(text)
            indent = _BULLET.match(text)
            at = indent.end() if indent else 0
            words = text[at:]
            label = _LABEL.match(words)
            head = _TRAIL.split(label[0] if label else words)[0].strip(" *-_=:.")
            found = self._heading(head, labelled=label is not None)
            if found is None and at:
                found = self._heading(text.strip(" *-_=:.#"), labelled=False)
            if section in _ASIDES and found is None and (self._labels.match(words) or (resumes and apart)):
                section, resumes = resumes or "unknown", None
            elif section == "comment" and resumes and found is None and _PART.match(text):
                section, resumes = resumes, None  # a note between two parts of a diagnosis
            if section in _ASIDES and start - since > LONGEST_ASIDE:
                section = "unknown"
            if found is not None and not (found == "specimens" and section in {"synoptic", "diagnosis"} and label):
                inline = label is not None and bool(words[label.end() :].strip(" :"))
                if inline and (found in _ASIDES or (found == "comment" and section == "diagnosis")):
                    resumes = section if section not in _ASIDES else resumes
                else:
                    resumes = None
                section, part, under, since, nested = found, None, "", start, False
                if label is None:
                    heading = head
                    rest = _TRAIL.search(words)
                    if rest is None or len(re.findall(r"[A-Za-z]{2,}", words[rest.end() :])) < 2:
                        continue
                    # Words on the heading's own line, set apart from it.
                    start, text, at = start + at + rest.end(), words[rest.end() :], 0
                elif not words[label.end() :].strip(" :"):
                    heading = head
                    continue
            if section in ("blocks", "specimens", "intraoperative", "history") and _RECEIVED.search(text):
                section = "gross"
            elif section == "blocks" and len(text) > 140 and not _BLOCK.match(text):
                section = "gross"
            elif section == "specimens" and (
                len(text) > 160 or self._labels.match(words) or (_BULLETED.match(text) and len(words.split()) > 3)
            ):
                section = "unknown"  # a list of specimens has short lines; this is the report itself
            elif section in ("gross", "blocks") and label is not None and _FORM.match(words):
                section = "synoptic"  # a form that begins without a heading of its own
            for unit in self._cut(start, text, at):
                if section in _PARTED_SECTIONS and (named := _PART.match(unit.text)):
                    spelled = _SPELLED_PART.match(unit.text) is not None
                    if spelled or not nested:  # below "PART 2: ..." a letter counts its findings
                        part, heading, under, nested = named["part"], unit.text[named.end() :].strip(), "", spelled
                unit.section, unit.part, unit.heading = section, part, heading
                if unit.label and not unit.value_text.strip():
                    under = unit.label_text
                elif unit.label:
                    under = ""
                unit.under = under if unit.label is None else ""
                unit.index = len(units)
                units.append(unit)
        _mark_options(units)
        return units

    def _heading(self, head: str, *, labelled: bool) -> str | None:
        """Section id of a heading: short, capitalized as one, and not the end of a wrapped sentence."""
        if len(head) > _HEADING_MAX or not head[:1].isupper() and not head[:1].isdigit():
            return None
        if not labelled and not head.isupper() and any(w.islower() for w in re.findall(r"[A-Za-z]{5,}", head)[1:]):
            # "Gross description" is a heading, "Frozen section lab will" is not: at most one plain word after the first.
            if len(head.split()) > 3:
                return None
        return self._section_of(head)

    def _logical_lines(self, clean: str) -> Iterator[tuple[int, str]]:
        """Physical lines with wrapped prose joined (breaks read as spaces)."""
        lines: list[tuple[int, int]] = []
        at = 0
        for line in clean.split("\n"):
            lines.append((at, at + len(line.rstrip())))
            at += len(line) + 1
        lengths = sorted(end - start for start, end in lines if end - start > 20)
        width = lengths[int(len(lengths) * 0.9)] if lengths else 80
        start = end = -1
        previous, bulleted = "", False
        for lo, hi in lines:
            line = clean[lo:hi]
            if not line.strip():
                if start >= 0 and not self._awaits_value(previous):
                    yield start, clean[start:end].replace("\n", " ")
                    start, previous = -1, ""
                continue
            if _NOISE.fullmatch(line):
                continue
            blank = clean.count("\n", end, lo) > 1 if start >= 0 else False
            if start >= 0 and self._joins(previous, line, width, bulleted=bulleted, blank_between=blank):
                end = hi
            else:
                if start >= 0:
                    yield start, clean[start:end].replace("\n", " ")
                start, end = lo, hi
                bulleted = _BULLETED.match(line) is not None
            previous = line
        if start >= 0:
            yield start, clean[start:end].replace("\n", " ")

    def _awaits_value(self, line: str) -> bool:
        """A known label alone on its line."""
        words = line.strip().lstrip("-*•").strip()
        return len(words) <= 48 and not _ANSWER.search(words) and self._label_alone.fullmatch(words.rstrip(" :")) is not None

    def _joins(self, previous: str, line: str, width: int, *, bulleted: bool, blank_between: bool) -> bool:
        stripped = previous.rstrip()
        begins_label = self._begins_label(line)
        if bulleted and not _BULLETED.match(line) and not stripped.endswith((":", ".")):
            room = len(stripped) >= 0.6 * width and not blank_between
            if room and ":" not in stripped and not _STARTS_ITEM.match(line):
                return True
        if self._awaits_value(previous):
            return not begins_label and len(line.strip()) <= 90 and not self._awaits_value(line)
        if _OPEN_END.search(stripped) and not blank_between:
            return True
        if blank_between or stripped.endswith(":") or begins_label or _STARTS_ITEM.match(line):
            return False
        if self._heading(stripped.strip(" *-_=:."), labelled=False) or self._heading(
            _TRAIL.split(line.strip())[0].strip(" *-_=:."), labelled=False
        ):
            return False
        if "|" in line or "\t" in line:
            return False
        if _CONNECTOR.search(stripped) or _CONTINUES.match(line):
            return not stripped.endswith((".", ":")) or _CONTINUES.match(line) is not None
        first = line.split(maxsplit=1)[0]
        full = len(stripped) + 1 + len(first) >= 0.85 * width
        return full and not stripped.endswith(".") and len(stripped) > 40

    def _begins_label(self, line: str) -> bool:
        words = line[_BULLET.match(line).end() :]  # type: ignore[union-attr]
        label = _LABEL.match(words)
        if label and len(label[0].split()) <= 9:
            return True
        return self._labels.match(words) is not None and re.match(r".{2,60}?(?:\s{3,}|\.{3,}|\s\|)", words) is not None

    def _cut(self, start: int, text: str, at: int) -> Iterator[Unit]:
        """Sentences and label-value pairs of one logical line."""
        cuts = [0]
        for match in _SENTENCE_END.finditer(text):
            if not _ABBREVIATION.search(text[max(0, match.start() - 8) : match.start() + 1]):
                cuts.append(match.end())
        for match in self._inline.finditer(text) if text.find(":", at + 3) >= 0 else ():
            lead = text[max(at, max((c for c in cuts if c <= match.start()), default=0)) : match.start()]
            if len(lead.split()) > 4 or re.search(r"[:.;,)\d]", lead):  # else it belongs to the label
                cuts.append(match.start())
        cuts += [m.start() for m in _GLUED.finditer(text)]
        cuts += [m.start() for m in _PART_INSIDE.finditer(text)]
        cuts = sorted({*cuts, len(text)})
        for lo, hi in zip(cuts, cuts[1:], strict=False):
            while hi - lo > MAX_UNIT:
                cut = text.rfind(" ", lo + MAX_UNIT // 2, lo + MAX_UNIT)
                cut = cut if cut > lo else lo + MAX_UNIT
                yield self._unit(start, text, lo, cut)
                lo = cut
            if text[lo:hi].strip():
                yield self._unit(start, text, lo, hi)

    def _unit(self, start: int, text: str, lo: int, hi: int) -> Unit:
        piece = text[lo:hi]
        trimmed = piece.lstrip()
        lo += len(piece) - len(trimmed)
        piece = trimmed.rstrip()
        unit = Unit(start + lo, piece, "unknown", None, "")
        bullet = _BULLET.match(piece)
        at = bullet.end() if bullet else 0
        words = piece[at:]
        label = _LABEL.match(words)
        if label and len(label[0].split()) <= 9:
            value = at + re.match(r"\s*:\s*", words[label.end() :]).end() + label.end()  # type: ignore[union-attr]
            unit.label, unit.value = (at, at + label.end()), value
            return unit
        known = self._labels.match(words)
        if known:
            gap = re.compile(r"[A-Za-z /()-]{0,25}?\s*(?:\.{3,}|\s\||\t+|\s{2,}|=|\s-(?=\s)|\s-(?=[A-Za-z]))[\s|.]*").match(words, known.end())
            if gap and words[gap.end() :].strip(" |"):
                unit.label, unit.value = (at, at + known.end()), at + gap.end()
        return unit
