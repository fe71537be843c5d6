"""The tables of ``docs/omop.md``, made from the data themselves: a test compares the two."""

from __future__ import annotations

from nenpath.exports.omop.schema import known, terms


def measurements() -> str:
    """Write one line per field that becomes MEASUREMENT rows."""
    lines = ["| field | unit_source_value | code for your look-up | note |", "|---|---|---|---|"]
    for field, unit in terms().measurements.items():
        concept = known()["measurement_concept_id", field]
        code = f"{concept.vocabulary} {concept.code}".strip()
        lines.append(f"| `{field}` | {unit} | {code} | {concept.source} |")
    return "\n".join(lines)


def operators() -> str:
    """Write one line per comparator: the rows it becomes."""
    lines = ["| comparator of the record | rows: operator, value_as_number |", "|---|---|"]
    for sign, rows in terms().operators.items():
        lines.append(f"| `{sign}` | {'; '.join(f'`{operator}` {bound}' for operator, bound in rows)} |")
    return "\n".join(lines)


def concepts() -> str:
    """Write one line per concept the data name, but for those of measurements."""
    lines = [
        "| column | value | concept_id | code | candidate, not written | source |",
        "|---|---|---|---|---|---|",
    ]
    for concept in known().values():
        if concept.column != "measurement_concept_id":
            code = f"{concept.vocabulary} {concept.code}".strip()
            cells = (concept.column, f"`{concept.value}`", str(concept.concept_id), code)
            lines.append(f"| {' | '.join(cells)} | {concept.candidate or ''} | {concept.source} |")
    return "\n".join(lines)


def not_there() -> str:
    """Write one line per field with values that set ``term_exists`` to N."""
    lines = ["| field | values with term_exists N |", "|---|---|"]
    lines += [f"| `{field}` | {', '.join(values)} |" for field, values in terms().not_there.items()]
    return "\n".join(lines)
