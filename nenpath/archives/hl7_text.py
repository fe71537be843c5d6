"""The text of a report in HL7 v2: its OBX segments joined, sections under their headings."""

from __future__ import annotations

import base64
import binascii
import re
import tomllib
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib import resources

from nenpath.archives import documents
from nenpath.archives.hl7_message import Segment

#: OBX-11 of results that were taken back: deleted, or sent for the wrong patient.
_WITHDRAWN = ("D", "W")
_PROSE = ("TX", "FT", "ST", "")
_CODED = ("CE", "CWE", "CNE", "CF")
_LONGEST_VALUE = 80
_KINDS = {"PDF": ".pdf", "RTF": ".rtf", "DOCX": ".docx"}


@dataclass(frozen=True, slots=True)
class Section:
    """A section of a report: the heading it gets, and how it may begin on its own."""

    heading: str
    begins: re.Pattern[str]


@dataclass(frozen=True, slots=True)
class Result:
    """One OBX: its section, if it has one, what it is called, and its text."""

    code: str
    name: str
    section: Section | None
    text: str
    prose: bool
    problem: str | None = None


def text_of(segments: Iterable[Segment]) -> tuple[str, str | None]:
    """Join OBX segments into a text; and the reason why some of it is missing, if so."""
    results = [result_of(segment) for segment in segments if segment.first(11).upper() not in _WITHDRAWN]
    counts = Counter(result.code for result in results)
    lines: list[str] = []
    current: Section | None = None
    for result in results:
        if result.problem is not None:
            continue
        if result.section is not current:
            if lines:
                lines.append("")
            if result.section is not None and not result.section.begins.match(result.text):
                lines.append(f"{result.section.heading}:")
            current = result.section
        lines.append(_line(result, alone=counts[result.code] == 1 and len(results) > 1))
    problems = [result.problem for result in results if result.problem is not None]
    return "\n".join(lines), problems[0] if problems else None


def result_of(segment: Segment) -> Result:
    """Read one OBX segment."""
    identifier = segment.parts(segment.repetitions(3)[0]) + [""] * 6
    section = _section_of(identifier)
    kind = segment.first(2).upper()
    name = identifier[1] or identifier[4]
    if kind in ("ED", "RP"):
        text, problem = _attached(segment) if kind == "ED" else ("", "attachment")
        return Result(identifier[0], name, section, text, prose=True, problem=problem)
    if kind in _PROSE:
        text = "\n".join(segment.plain(repetition) for repetition in segment.repetitions(5))
        return Result(identifier[0], name, section, text.rstrip(), prose=kind in ("TX", "FT"))
    values = [_value(kind, segment.parts(repetition)) for repetition in segment.repetitions(5)]
    text = ", ".join(value for value in values if value)
    units = segment.first(6)
    return Result(identifier[0], name, section, f"{text} {units}" if text and units else text, prose=False)


def _line(result: Result, *, alone: bool) -> str:
    """The text of a result; a value that says nothing without its name gets it as a label."""
    value = not result.prose and result.section is None and "\n" not in result.text
    if value and alone and result.name and 0 < len(result.text) <= _LONGEST_VALUE:
        return f"{result.name}: {result.text}"
    return result.text


def _value(kind: str, parts: list[str]) -> str:
    if kind in _CODED:
        return next((part for part in (*parts[1:2], *parts[8:9], *parts[:1]) if part), "")
    return "".join(parts) if kind == "SN" else parts[0]


def _attached(segment: Segment) -> tuple[str, str | None]:
    """The text of a document sent within the message, or why there is none."""
    parts = segment.raw(5).split(segment.component)
    kind = _KINDS.get(
        next((part.upper() for part in (parts[2:3] + parts[1:2]) if part.upper() in _KINDS), "")
    )
    if kind is None or len(parts) < 5 or parts[3].lower() != "base64":
        return "", "attachment"
    try:
        data = base64.b64decode(segment.plain(parts[4]), validate=False)
        documents.require(kind, "attachment")
        return documents.text_of(kind, data).rstrip(), None
    except documents.UnreadableError as error:
        return "", error.reason
    except (binascii.Error, ValueError):
        return "", "attachment"


def _section_of(identifier: list[str]) -> Section | None:
    """The section an OBX-3 names: by its LOINC code, else by the text of its codes."""
    codes, names = _sections()
    for code, system in ((identifier[0], identifier[2]), (identifier[3], identifier[5])):
        if code in codes and system.upper() in ("LN", "LNC", "LOINC", ""):
            return codes[code]
    for name in (identifier[1], identifier[4]):
        found = names.get(" ".join(name.lower().split()).rstrip(":"))
        if found is not None:
            return found
    return None


@cache
def _sections() -> tuple[dict[str, Section], dict[str, Section]]:
    content = (resources.files("nenpath.archives") / "hl7_sections.toml").read_text(encoding="utf-8")
    codes: dict[str, Section] = {}
    names: dict[str, Section] = {}
    for entry in tomllib.loads(content)["section"]:
        begins = rf"[^\w\n]*(?:{'|'.join(entry['begins'])})[ \t]*(?:[:.\-]|$)"
        section = Section(entry["heading"], re.compile(begins, re.IGNORECASE | re.MULTILINE))
        codes |= dict.fromkeys(entry["loinc"], section)
        names |= dict.fromkeys(entry["names"], section)
    return codes, names
