"""Physical lines to logical ones: prose that wraps is joined, a line of a form or list stays its own."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from extractor.matching import shapes
from extractor.matching.beginnings import Beginnings

_LEADER = re.compile(r".{2,60}?(?:\s{3,}|\.{3,}|\s\|)")
#: A row of a table: a label, and its answer in a column of its own.
_ROW = re.compile(r"\s{0,9}[A-Z][A-Za-z][\w ,/()-]{2,45}?\s{6,}\S")
#: A row of counts in columns of their own.
_NUMBERS = re.compile(r"\s{0,9}[A-Za-z][\w ,/()-]{1,45}?\s{4,}\d{1,3}\s{3,}\d{1,3}\s*$")
#: A line that ends within a list or a denial, and one that goes on in small letters, with no label's colon.
_UNFINISHED = re.compile(
    r"\S {1,2}\S.*(?:\b(?:nor|or|and)|"
    r"\b(?:is|are|was|were|shows?|showed|with|and|but|ha[sd]|have|reveals?|found) (?:no|without))$"
)
_GOES_ON = re.compile(r"\s{0,3}[a-z]{3,}(?!\w*\))[^:|]{3,40}$|\s{0,3}[a-z]{3,}[^:|]{40}")
#: A line that ends with the first word of a sentence, and the small letters of the next one.
_BEGUN = re.compile(r"\w ?[.%)]\.? {1,4}(?:The |An? )?[A-Z][a-z]{3,}$")
_SMALL = re.compile(r"\s{0,3}[a-z]{3,}[ ,.]")
#: A line whose last word answers its question ("Vascular invasion: no"), and what goes on with that word.
_ANSWERED = re.compile(
    r"(?:\w(?::\s*|\s{1,2}[-=]\s*)|^\s*[\w/,()-]+(?: [\w/,()-]+){0,5}\s{3,})no$", re.IGNORECASE
)
_WITH_IT = re.compile(
    r"\s*(?:evidence|sign|definit|unequivocal|residual|identifi|such|malignan|tumou?r|"
    r"metasta|carcinoma|lymph node)",
    re.IGNORECASE,
)
#: An item answered by words, and a line of stages of its own ("Margins: uninvolved", "pN1 (2/3)").
_ITEM = re.compile(r"\s*[A-Za-z][\w /()-]{2,40}:\s+[a-z][a-z -]{1,30}$", re.IGNORECASE)
_STAGES = re.compile(r"\s*y?p[TNM] ?[0-4X]")
_CONJUNCTION = re.compile(r"\s{0,3}(?:and/or|and|or|nor)\s")
#: Before a label: the rest of a sentence, or the unit of a number on the line above ("HPF. Immunostains:").
_RESTS = re.compile(
    r"\s*(?:[a-z][^.:]{0,60}[a-z]{2}|"
    r"(?:HPFs?|HIGH[ -]POWER(?:ED)? FIELDS?|FIELDS|mm2?|cm|%|PER ?CENT)(?![\w-])[^.:]{0,40})"
    r"[.;]\s{1,3}[A-Z]"
)
#: Lines remembered at most.
_REMEMBERED = 1024


@dataclass(frozen=True, slots=True)
class _Pair:
    """A line and the one before it, in a text whose lines are about ``width`` long.

    ``stripped`` is the one before without its trailing blanks; ``bulleted``: it belongs to an item of a list.
    """

    previous: str
    stripped: str
    line: str
    width: int
    bulleted: bool
    blank_between: bool


class Lines:
    """Joins wrapped lines.

    Parameters
    ----------
    section_of
        Gives the section id of a heading's words, or None.
    labels
        Matches the labels the fields know (never anchored).
    """

    def __init__(self, section_of: Callable[[str], str | None], labels: Beginnings) -> None:
        self._section_of = section_of
        self._labels = labels
        # Each is asked of a line twice: as the line that follows, and as the one before.
        self._awaits_value = lru_cache(_REMEMBERED)(self._is_label_alone)
        self._begins_label = lru_cache(_REMEMBERED)(self._is_labelled)
        self._heading = lru_cache(_REMEMBERED)(self._is_heading)
        self._label_alone = Beginnings(labels.patterns, r"[A-Za-z ()/-]{0,20}")

    def read(self, clean: str, *, joined: bool = False) -> Iterator[tuple[int, str]]:
        """Physical lines with wrapped prose joined (breaks read as spaces).

        Where full lines were ``joined`` already, the length of a line tells nothing.
        """
        lines: list[tuple[int, int]] = []
        at = 0
        for line in clean.split("\n"):
            lines.append((at, at + len(line.rstrip())))
            at += len(line) + 1
        lengths = sorted(end - start for start, end in lines if end - start > 20)
        width = lengths[int(len(lengths) * 0.9)] if lengths else 80
        if joined:
            width = len(clean) + 1
        start = end = -1
        previous, bulleted = "", False
        for lo, hi in lines:
            line = clean[lo:hi]
            if not line.strip():
                if start >= 0 and not self._awaits_value(previous):
                    yield start, clean[start:end].replace("\n", " ")
                    start, previous = -1, ""
                continue
            if shapes.NOISE.fullmatch(line):
                continue
            blank = clean.count("\n", end, lo) > 1 if start >= 0 else False
            if start >= 0 and self._joins(previous, line, width, bulleted=bulleted, blank_between=blank):
                end = hi
            else:
                if start >= 0:
                    yield start, clean[start:end].replace("\n", " ")
                start, end = lo, hi
                bulleted = shapes.BULLETED.match(line) is not None
            previous = line
        if start >= 0:
            yield start, clean[start:end].replace("\n", " ")

    def question(self, line: str) -> bool:
        """Whether a line is a known label and nothing else."""
        return self._awaits_value(line)

    def _is_label_alone(self, line: str) -> bool:
        """A known label alone on its line."""
        words = line.strip().lstrip("-*•").strip()
        return shapes.CATEGORY.fullmatch(line) is not None or (
            len(words) <= 48
            and not shapes.ANSWER.search(words)
            and self._label_alone.fullmatch(words.rstrip(" :")) is not None
        )

    def _joins(self, previous: str, line: str, width: int, *, bulleted: bool, blank_between: bool) -> bool:
        """Whether a line goes on with the one before: the first of the questions that has an answer tells."""
        pair = _Pair(previous, previous.rstrip(), line, width, bulleted, blank_between)
        for question in (_cut_apart, self._of_item, self._of_question, self._of_label, self._of_bracket):
            answer = question(pair)
            if answer is not None:
                return answer
        return not self._begins_anew(pair) and _runs_on(pair)

    def _of_item(self, pair: _Pair) -> bool | None:
        """A long item of a list goes on below its bullet."""
        stripped = pair.stripped
        if not pair.bulleted or shapes.BULLETED.match(pair.line) or stripped.endswith((":", ".")):
            return None
        room = len(stripped) >= 0.6 * pair.width and not pair.blank_between
        return True if room and ":" not in stripped and not shapes.STARTS_ITEM.match(pair.line) else None

    def _of_question(self, pair: _Pair) -> bool | None:
        """A label alone on its line is answered by the line below."""
        line = pair.line
        if not self._awaits_value(pair.previous):
            return None
        if _CONJUNCTION.match(line) and not pair.blank_between and not pair.stripped.endswith(":"):
            return True
        answers = not self._begins_label(line) and not _ROW.match(line) and len(line.strip()) <= 90
        return answers and not self._awaits_value(line)

    def _of_label(self, pair: _Pair) -> bool | None:
        """A known label, or the title of stages, begins a line of its own."""
        line, stripped = pair.line, pair.stripped
        if self._begins_label(line) and self._labels.match(line.lstrip()):
            return False
        if self._awaits_value(line) and self._stands_alone(stripped, line):
            return False
        if shapes.STAGE_TITLE.match(line) and not shapes.open_ended(stripped):
            return False
        return None

    def _of_bracket(self, pair: _Pair) -> bool | None:
        """A bracket left open, or a word that calls for another, goes on."""
        line, stripped = pair.line, pair.stripped
        bracketed = stripped.rfind("(") > stripped.rfind(")")
        if bracketed and line.rstrip().endswith(":") and self._heading(line):
            return False  # a bracket that lost its end ("Right renal tumor (f") goes on over no heading
        open_end = shapes.OPEN_END.search(stripped, max(0, len(stripped) - 4))
        return True if not pair.blank_between and (bracketed or open_end) else None

    def _begins_anew(self, pair: _Pair) -> bool:
        """Whether a line is an item, a heading, a row or a finding of its own."""
        line, stripped = pair.line, pair.stripped
        if pair.blank_between or stripped.endswith(":") or self._begins_label(line):
            return True
        if shapes.STARTS_ITEM.match(line) or "|" in line or "\t" in line:
            return True
        if self._heading(line) or (self._heading(stripped) and not shapes.TRAIL.search(stripped)):
            return True
        if shapes.DOTTED.match(line.strip()) or (_STAGES.match(line) and _ITEM.match(stripped)):
            return True
        if shapes.TABLE_ROW.match(line) and shapes.TABLE_ROW.match(stripped):
            return True
        return shapes.FINDING.fullmatch(stripped) is not None and not shapes.GOES_ON.match(line)

    @staticmethod
    def _stands_alone(previous: str, line: str) -> bool:
        """Whether a label alone on its line asks for the line below, whatever the line before is."""
        if shapes.open_ended(previous):
            return False
        words = line.strip()
        return shapes.CATEGORY.fullmatch(line) is not None or (words[:1].isupper() and not words.isupper())

    def _is_labelled(self, line: str) -> bool:
        words = line[shapes.BULLET.match(line).end() :]  # type: ignore[union-attr]
        label = shapes.label(words)
        if label and _RESTS.match(label[0]):
            return False  # the rest of a sentence, and then a label: "HPF. Immunostains: ..."
        if label and len(label[0].split()) <= shapes.LABEL_WORDS:
            return True
        return self._labels.match(words) is not None and _LEADER.match(words) is not None

    def _is_heading(self, line: str) -> bool:
        words = shapes.heading_words(line)
        return shapes.looks_like_heading(words, labelled=False) and self._section_of(words) is not None


def _cut_apart(pair: _Pair) -> bool | None:
    """Whether the end of a line cuts a statement, or parts two rows or answered lines."""
    stripped, line = pair.stripped, pair.line
    if (shapes.DIFFERENTIATED.match(line) and shapes.DEGREE.search(stripped)) or (
        shapes.ANSWER_NOT.search(stripped) and shapes.NOT_SO.match(line)
    ):
        return not pair.blank_between
    if _NUMBERS.match(line) or (_ROW.match(line) and _ROW.match(stripped)):
        return False
    if _ANSWERED.search(stripped) and not _WITH_IT.match(line):
        return False
    if not pair.blank_between and _BEGUN.search(stripped) and _SMALL.match(line):
        return True
    return True if not pair.blank_between and _UNFINISHED.search(stripped) and _GOES_ON.match(line) else None


def _runs_on(pair: _Pair) -> bool:
    """Whether prose runs on: a sentence left open, or a full line."""
    stripped = pair.stripped
    continues = shapes.CONTINUES.match(pair.line) is not None
    if shapes.open_ended(stripped) or continues:
        return continues or not stripped.endswith((".", ":"))
    first = pair.line.split(maxsplit=1)[0]
    full = len(stripped) + 1 + len(first) >= 0.85 * pair.width
    return full and not stripped.endswith(".") and len(stripped) > 40
