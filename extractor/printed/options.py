"""What a form prints for every case: the options nobody chose, and what the grades of a scale mean."""

from __future__ import annotations

import re

from extractor.matching import shapes
from extractor.unit import Unit


def mark_options(units: list[Unit]) -> None:
    """Mark the options of printed forms that were not chosen."""
    _mark_numbered(units)
    options = [u for u in units if shapes.ANY_OPTION.match(u.text) and not shapes.TABLE_ROW.match(u.text)]
    for family, enough in shapes.FAMILIES:
        _mark_family(units, options, family, enough)
    for unit in units:
        if "specify" in unit.text.lower() and shapes.OTHER_SPECIFY.match(unit.text):
            _mark_list_before(units, unit.index)


def mark_legends(units: list[Unit], clean: str) -> None:
    """Mark what grades mean, printed for all of them."""
    lower = clean.lower()
    legends = list(shapes.LEGEND.finditer(clean)) if "poor" in lower or "high" in lower else []
    defined = []
    if ("g1" in lower and "g3" in lower) or "grade 1" in lower:
        defined = list(shapes.GRADES_DEFINED.finditer(clean))
    for legend in legends + defined:
        for unit in units:
            covered = min(unit.end, legend.end()) - max(unit.start, legend.start())
            # what stands before a definition in brackets is the value: "NET, G2 (G1: ...; G2: ...)"
            least = len(unit.text) // 2 if legend in defined else 0
            if covered > least:
                unit.template = True


def _mark_list_before(units: list[Unit], end: int) -> None:
    """Short lines above a bare "Other (specify):" are options, unless one of them is ticked."""
    start = end
    while start > max(0, end - shapes.OPTIONS):
        above = units[start - 1]
        if len(above.text) > shapes.OPTION_LENGTH or (above.label and above.value_text.strip()):
            break
        start -= 1
    listed = units[start:end]
    if len(listed) >= 2:
        for unit in listed:
            unit.template = unit.template or shapes.TICKED.match(unit.text) is None


def _mark_family(units: list[Unit], options: list[Unit], family: re.Pattern[str], enough: int) -> None:
    """Several different codes or answers of one item in a row are its printed options, unless ticked."""
    run: list[int] = []
    seen: list[str] = []
    asked: set[str] = set()

    def end() -> None:
        # a column of answers to many items repeats itself, or names them
        if enough <= len(set(seen)) == len(seen) and len(asked) < 2:
            for index in range(run[0], run[-1] + 1):
                units[index].template = shapes.TICKED.match(units[index].text) is None
        run.clear()
        seen.clear()
        asked.clear()

    for unit in options:
        option = family.match(unit.text)
        if option is None:
            continue
        if run and unit.index - run[-1] > shapes.OPTION_GAP:
            end()
        run.append(unit.index)
        seen.append(option["option"].upper())
        if finding := option.groupdict().get("finding"):
            asked.add(re.sub(r"[^A-Z]", "", finding.upper()))
    end()


def _mark_numbered(units: list[Unit]) -> None:
    """Numbered options below a label whose value is a number (or what OCR left of one) are a printed form."""
    at = 0
    while at < len(units):
        label = units[at]
        at += 1
        chosen = label.value_text.strip(" .") if label.label else ""
        if not (chosen.isdigit() or len(chosen) == 1):
            continue
        first = shapes.OPTION.match(units[at].text) if at < len(units) else None
        if first is None or first[1] != "1":
            continue
        while at < len(units) and (option := shapes.OPTION.match(units[at].text)):
            unit = units[at]
            unit.template = option[1] != chosen or shapes.INLINE_OPTION.search(unit.text) is not None
            unit.under = label.label_text
            at += 1
