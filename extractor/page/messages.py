r"""Segments of an HL7 v2 message within a text: "OBX|3|TX|code^name||Margins: free.\.br\pT1||||||F".

Files of messages are read by the application. Texts of a table may hold segments too, often not well formed:
without line ends between them, without a code, cut off.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from extractor.matching.edits import Edit

#: Where the text of a result begins.
_RESULT = re.compile(
    r"(?P<before>^|[\s|]{1,3})OBX\|\d{0,4}\|(?P<kind>[A-Z]{2,3})\|(?:(?P<code>[^|\n]{0,90})\|[\w.]{0,8}\|)?",
    re.MULTILINE,
)
_NOTE = re.compile(r"^NTE\|\d{0,4}\|[A-Z]{0,2}\|", re.MULTILINE)
#: What follows a text: empty fields, the status and what comes behind it; and a value: its units first.
_REST = r"(?:\|[CDFIPRSUWX]\b(?:\|[^|\n]{0,60}){0,15})?[ \t]*$"
_TAIL = re.compile(rf"\|(?:\|[^|\n]{{0,12}}){{2,5}}{_REST}|\|{{3,}}[ \t]*$", re.MULTILINE)
_UNITS = re.compile(rf"\|(?P<units>[^|\n]{{0,20}})(?:\|[^|\n]{{0,30}}){{2,5}}{_REST}", re.MULTILINE)
#: Segments that are about the message, not of the report; the first ones may run into the next.
_OTHER = re.compile(
    r"^(?:MSH|PID|PD1|PV1|PV2|EVN|ORC|OBR|SPM|FT1|DG1|GT1|IN1|NK1|Z[A-Z]{2})\|"
    r"(?:[^\n|]|\|(?!OBX\|)){0,2000}?(?=\n|\s+(?:[A-Z]{3}|PV1)\||\|OBX\||\Z)",
    re.MULTILINE,
)
#: What parts the lines of a result.
_REPEATS = re.compile(r"(?<!\^)(?<!\bKi)~(?!\\)")
#: Where a segment begins.
_SEGMENT = re.compile(r"^[A-Z][A-Z\d]{2}\|", re.MULTILINE)
_ESCAPE = re.compile(
    r"\\\.(?P<command>br|sp|ce|sk|in|ti|fi|nf)(?P<count>[+-]?\d{0,3})\\|"
    r"\\(?P<letter>[FSTREHN])\\|\\X(?P<hex>(?:[0-9A-F]{2}){1,40})\\",
    re.IGNORECASE,
)
_BREAK = re.compile(r"\\\.(?:br|sp)\d{0,3}\\", re.IGNORECASE)
_LETTERS = {"F": "|", "S": "^", "T": "&", "R": "~", "E": "\\", "H": "", "N": ""}
_PROSE = frozenset({"TX", "FT"})
#: Where the status of a result stands behind its text, and what it is called: posted wrong or deleted; not
#: final yet; final, or corrected after that.
_STATUS = 6
_VOID, _EARLY, _FINAL = frozenset("WD"), frozenset("PRS"), frozenset("FCU")
#: The section a result's code names, where its text names none.
_SECTIONS = tuple(
    (re.compile(pattern, re.IGNORECASE), heading)
    for pattern, heading in (
        (r"clinical|history", "CLINICAL HISTORY"),
        (r"gross|macro", "GROSS DESCRIPTION"),
        (r"synop", "SYNOPTIC REPORT"),
        (r"addend|supplement", "ADDENDUM"),
        (r"final|diagnos", "FINAL DIAGNOSIS"),
        (r"micro", "MICROSCOPIC DESCRIPTION"),
        (r"comment", "COMMENT"),
    )
)
_HEADED = re.compile(r"\s*[A-Z][A-Za-z /()-]{2,50}:")
_LONGEST_VALUE = 80
#: A message of more results to one sign that parts lines has a result for each line, and that sign is none.
_LINES_EACH = 6


def edits(text: str) -> Iterator[Edit]:
    """Leave of the segments what they say, a result's lines on lines of their own."""
    segments = "OBX|" in text and _RESULT.search(text) is not None
    message = segments or text.startswith("MSH|")
    if message and text.count("~") * _LINES_EACH >= text.count("OBX|"):
        for match in _REPEATS.finditer(text):
            yield Edit(match.start(), match.end(), "\n")
    if segments:
        yield from _unpacked(text)
    if "\\" in text and (message or _BREAK.search(text)):
        for match in _ESCAPE.finditer(text):
            yield Edit(match.start(), match.end(), _escaped(match))


def _unpacked(text: str) -> Iterator[Edit]:
    for match in (*_OTHER.finditer(text), *_NOTE.finditer(text)):
        yield Edit(match.start(), match.end(), "")
    results = list(_RESULT.finditer(text))
    named = {heading for result in results if (heading := _heading(result))}
    current = None
    placed = [_placed(text, *pair) for pair in zip(results, [*results[1:], None], strict=True)]
    replaced = _replaced(results, [_status(tail) for _, tail in placed])
    for result, (last, tail), void in zip(results, placed, replaced, strict=True):
        if void:
            yield Edit(result.start(), tail.end() if tail else last, "\n")
            continue
        prose = result["kind"] in _PROSE
        lead = "\n" if result["before"].strip("\n") or "\n" in result["before"] else ""
        heading = _heading(result)
        if heading != current and len(named) > 1:
            current = heading
            if heading and not _HEADED.match(text, result.end()):
                lead += f"\n{heading}:\n"
        name = (result["code"] or "").split("^")[1:2]
        value = text[result.end() : tail.start() if tail else last]
        if not prose and name and name[0] and 0 < len(value) <= _LONGEST_VALUE:
            lead += f"{name[0]}: "
        yield Edit(result.start(), result.end(), lead)
        if result["kind"] == "SN":  # "<^3": a comparison, a number, a sign, a number
            parts = (result.end() + at for at, sign in enumerate(value) if sign == "^")
            yield from (Edit(at, at + 1, "") for at in parts)
        if tail:
            units = None if prose else tail["units"]
            yield Edit(tail.start(), tail.end(), f" {units}" if units else "")


def _placed(
    text: str, result: re.Match[str], following: re.Match[str] | None
) -> tuple[int, re.Match[str] | None]:
    """Where a result's line ends, and what follows its text."""
    end = following.start() if following else len(text)
    # The text of a result ends with its line, or where the next result stands on it.
    line = text.find("\n", result.end(), end)
    last = end if line < 0 else line
    prose = result["kind"] in _PROSE
    tail = (_TAIL if prose else _UNITS).search(text, result.end(), last)
    if tail is None and prose and line >= 0:
        # A text of several lines: what follows it stands on the last one.
        segment = _SEGMENT.search(text, line, end)
        stop = len(text[: segment.start() if segment else end].rstrip())
        tail = _TAIL.search(text, text.rfind("\n", line, stop) + 1, stop) if stop > line else None
    return last, tail


def _status(tail: re.Match[str] | None) -> str:
    """The status of a result, as its letter."""
    fields = tail[0].split("|") if tail else []
    return fields[_STATUS].strip() if len(fields) > _STATUS else ""


def _replaced(results: list[re.Match[str]], statuses: list[str]) -> list[bool]:
    """Which results hold no more: wrong or deleted ones, early ones beside final ones, values corrected."""
    final = any(status in _FINAL for status in statuses)
    codes: dict[str, list[int]] = {}
    for at, result in enumerate(results):
        if result["kind"] not in _PROSE and result["code"]:
            codes.setdefault(result["code"], []).append(at)
    corrected = {
        pair[0]
        for pair in codes.values()
        if len(pair) == 2 and statuses[pair[0]] in ("F", "P") and statuses[pair[1]] == "C"
    }
    return [
        status in _VOID or (final and status in _EARLY) or at in corrected
        for at, status in enumerate(statuses)
    ]


def _heading(result: re.Match[str]) -> str | None:
    """The section a result's code names in words."""
    name = (result["code"] or "").partition("^")[2]
    return next((heading for pattern, heading in _SECTIONS if pattern.search(name)), None)


def _escaped(match: re.Match[str]) -> str:
    if match["letter"]:
        return _LETTERS[match["letter"].upper()]
    if match["hex"]:
        data = bytes.fromhex(match["hex"])
        try:
            read = data.decode("utf-8")
        except UnicodeDecodeError:
            read = data.decode("cp1252", "replace")
        return read.replace("\r\n", "\n").replace("\r", "\n")
    command, times = match["command"].lower(), min(int(match["count"].lstrip("+-") or 1), 9)
    return {"br": "\n", "ce": "\n", "sp": "\n" * times, "sk": " " * times}.get(command, "")
