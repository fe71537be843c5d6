"""A report in another page form reads as its plain lines, and evidence is the text as read."""

from __future__ import annotations

from typing import Any

import pytest

from extractor.page import plain_page

LINES = [
    "FINAL DIAGNOSIS:",
    "Ileum, segmental resection:",
    "Well differentiated neuroendocrine tumor, WHO grade 1, which",
    "reaches the subserosa.",
    "Tumor size: 2.4 cm",
    "Ki-67: <3 %",
    "No lymphovascular invasion is",
    "identified.",
    "",
    "GROSS DESCRIPTION:",
    "A. Received in formalin is a segment of ileum of 14 cm that",
    "holds a firm nodule.",
    "B. Two lymph nodes.",
]
PLAIN = "\n".join(LINES)


def _each(form: str) -> str:
    return "\n".join(form.format(n=n, line=line) for n, line in enumerate(LINES, start=1))


def _filled(form: str) -> str:
    return "\n".join(form.format(n=n, line=line) if line else "" for n, line in enumerate(LINES, start=1))


HTML = PLAIN.replace("<", "&lt;").replace("is\n", "<b>is</b>\n")
RTF = PLAIN.replace("\n", "\\par\n")
FORMS = {
    "heads of pages": "\n".join(
        f"{line}\n\nPage {n} of 9   Case 12-{n}\nSURGICAL PATHOLOGY\n" if n in (3, 7, 11) else line
        for n, line in enumerate(LINES)
    ),
    "carriage returns and line feeds": PLAIN.replace("\n", "\r\n"),
    "carriage returns": PLAIN.replace("\n", "\r"),
    "vertical tabs": PLAIN.replace("\n", "\v"),
    "doubled": PLAIN.replace("\n", "\n\n"),
    "doubled, of spaces": PLAIN.replace("\n", "\n  \n"),
    "numbered": _each("{n}. {line}"),
    "numbered in brackets, full lines only": _filled("({n}) {line}"),
    "numbered with zeros": _each("{n:04d} {line}"),
    "numbered with bars": _each("{n:3d}| {line}"),
    "numbered by name": _each("L{n}> {line}"),
    "numbered and quoted": _each("> {n}: {line}"),
    "bulleted": _filled("- {line}"),
    "bulleted with stars": _each("* {line}"),
    "quoted": _each("> {line}"),
    "named": _each("RPT: {line}"),
    "breaks of markup": "<p>" + HTML.replace("\n", "<br>\n") + "</p>",
    "breaks of markup on one line": "<html><body>" + HTML.replace("\n", "<br/>") + "</body></html>",
    "paragraphs of markup": "".join(f"<p class='x'>{line}</p>\r\n" for line in HTML.split("\n")),
    "blocks of markup": "".join(f"<div>{line or '<br>'}</div>" for line in HTML.split("\n")),
    "markup escaped": ("<p>" + HTML.replace("\n", "<br>") + "</p>")
    .replace("&", "&amp;")
    .replace("<", "&lt;"),
    "markup with a style": "<head><style>p {color: red}</style></head><p>"
    + HTML.replace("\n", "<br>")
    + "</p>",
    "control words": RTF,
    "rich text": "{\\rtf1\\ansi{\\fonttbl{\\f0 Arial;}}{\\*\\generator W;}\\f0\\fs20 "
    + RTF.replace("is\\par", "{\\b is}\\par").replace("%", "\\'25")
    + "}",
    "segments": _each("OBX|{n}|TX|22634-0^Path report||{line}||||||F"),
    "segments with a head": "MSH|^~\\&|LAB|X|||2020||ORU|1|P|2.3\nPID|1||77||Doe\nOBR|1||S1|88307^LIVER\n"
    + _each("OBX|{n}|FT|||{line}||||||F|||2020"),
    "one segment": "OBX|1|FT|22634-0||" + PLAIN.replace("\n", "\\.br\\") + "||||||F",
    "repeats": "OBX|1|TX|22634-0||" + PLAIN.replace("\n", "~") + "||||||F",
    "breaks of a message": PLAIN.replace("\n", "\\.br\\"),
    "tildes": PLAIN.replace("\n", "~"),
    "pilcrows": PLAIN.replace("\n", "¶"),
    "breaks written out": PLAIN.replace("\n", "\\n"),
    "breaks written out with returns": PLAIN.replace("\n", "\\r\\n"),
}


@pytest.mark.parametrize("form", FORMS)
def test_the_form_is_undone(form: str) -> None:
    page = plain_page(FORMS[form])
    assert [line.strip() for line in page.clean.strip().split("\n")] == LINES
    at = page.clean.index("2.4 cm")
    start, end = page.span(at, at + 6)
    assert FORMS[form][start:end] == "2.4 cm"


@pytest.mark.parametrize("form", FORMS)
def test_the_values_are_the_same(form: str, extractor: Any) -> None:
    plain, read = extractor(PLAIN).fields, extractor(FORMS[form]).fields
    for name, reading in read.items():
        assert reading.value == plain[name].value, name
        for evidence in reading.evidence:
            assert evidence.text == FORMS[form][evidence.start : evidence.end]


LIST = [f"- {line}" for line in ("no necrosis", "no mitoses", "grade 1", "margins free", "size 2 cm", "pT1")]
COUNTER_EXAMPLES: dict[str, str] = {
    "a few lines with bullets": "DIAGNOSIS:\nPancreas:\n" + "\n".join(LIST) + "\nGROSS:\nA firm nodule.",
    "a list of items": "\n".join(LIST * 2),
    "parts, numbered and wrapped": "\n".join(
        f"{n}. Lymph node, station {n}, excision:\nno tumor in two nodes" for n in range(1, 9)
    ),
    "parts numbered again": "\n".join(f"{n % 4 + 1}. Lymph node, excision: no tumor" for n in range(12)),
    "paragraphs": "\n\n".join(f"Paragraph {n} ends with its line." for n in range(12)),
    "paragraphs and larger gaps": "\n\n\n".join(
        ["One.\n\nTwo.", "Three.\n\nFour.", "Five.", "Six.", "Seven."] * 2
    ),
    "noise of a scan": "Tumor ~ize: 2 cm\nmar~ins fr~e\nG~ade 2\n<l> & R&D; <5 % of ce~ls\n" * 3,
    "an estimate": "Ki-67 ~3 %, about (~ 2 mitoses), size ~4 cm.\nMargins are free.",
    "names in angle brackets": "Signed <Dr. A. Nobody> on <date>. Ki-67 <3 %, G1 if <2 mitoses.",
    "a table": "| Size | 2 cm |\n| Grade | G1 |\nMargins | free\nNodes | 0/3\npT | 1\nLVI | no\nPNI | no",
    "a path": "scanned to C:\\new\\reports, see \\\\host\\path; margins free",
    "one page's number": "Ileum shows no\n\nPage 2 of 3\n\nInvasion: none\n\nSpecimen of 2\n",
    "page numbers in lines": "Tumor.\n\nPage 1 of 3 Margins: free\n\nNodes.\n\nPage 2 of 3 Size: 2\n\nEnd",
    "returns that end no line": "Ileum\t\r resection\nMargins\t\r free\n",
    "returns between all words": "Ileum\t\r \t\r resection\t\r of\t\r 12\t\r cm\t\r \t\r long\nfree\n",
}


@pytest.mark.parametrize("case", COUNTER_EXAMPLES)
def test_other_pages_stay(case: str) -> None:
    text = COUNTER_EXAMPLES[case]
    assert plain_page(text).clean == text


def test_a_tables_row_is_a_label_and_its_value() -> None:
    row = "<tr><td>{}</td><td>{}</td></tr>"
    text = "<table>" + row.format("Tumor size", "2 cm") + row.format("<b>Grade:</b>", "G1") + "</table>"
    text += "<table><tr><th>Stain</th><th>Result</th><th>Clone</th></tr></table><ul><li>Margins free</ul>"
    assert plain_page(text).clean.split("\n") == [
        "Tumor size: 2 cm",
        "Grade: G1",
        "Stain | Result | Clone",
        "- Margins free",
        "",
    ]
    rich = "{\\rtf1 \\trowd\\pard\\intbl Tumor size\\cell 2 cm\\cell\\row \\pard Nerves\\u58?\\~free\\par}"
    assert plain_page(rich).clean.split("\n") == ["Tumor size: 2 cm", "Nerves: free", ""]


def test_segments_name_sections_and_values() -> None:
    text = (
        "OBX|1|TX|1^GROSS||Ileum of 12 cm.||||||F\nOBX|2|TX|2^FINAL DIAGNOSIS||NET G1\\T\\free||||||F\n"
        "OBX|3|NM|3^Ki-67||2|%|||||F\nNTE|1||Seen by two."
    )
    assert plain_page(text).clean.split("\n") == [
        "",
        "GROSS DESCRIPTION:",
        "Ileum of 12 cm.",
        "",
        "FINAL DIAGNOSIS:",
        "NET G1&free",
        "Ki-67: 2 %",
        "Seen by two.",
    ]


@pytest.mark.parametrize(
    "piece", ["<!--", "<p", "&amp;", "{\\rtf1", "OBX|1|TX|", "|||", "\\.br", "~", "\n\n", "1. \n", "- "]
)
def test_hostile_pages_take_no_longer(piece: str) -> None:
    plain_page("<p><p>OBX|1|TX|a||" + piece * 20_000)


LISTED = [
    "Diagnosis",
    "no lymphovascular invasion",
    "perineural invasion present",
    "margins positive",
    "Comment",
]


@pytest.mark.parametrize(
    ("text", "field", "value"),
    [
        (
            "OBX|1|SN|29593-1^Ki-67^LN||<^3|%|||||F\nOBX|2|TX|1^Diagnosis||Ileum: NET||||||F",
            "ki67_percent",
            3.0,
        ),
        ("<p>Ileum: NET</p><p>Grade: <del>G3</del> G1</p>", "grade", "G1"),
        (f"{'ILEUM, RESECTION: NEUROENDOCRINE TUMOR. ' * 4}CALLED AT 4:20 PM 1 SLIDE.", "pM", None),
        ("\n".join(f"- {line}" for line in (*LISTED, *LISTED)), "perineural_invasion", "present"),
        ("\n".join(f"{n}. {line}" for n, line in enumerate((*LISTED, *LISTED), 1)), "margins", "positive"),
        ("\n\n".join((*LISTED, *LISTED)), "perineural_invasion", "present"),
        (
            "NET of ileum\n\nKi-67: 4 %\nPage 1 of 2\n\nend\n\nKi-67: 1 %\nPage 2 of 2\n\nx",
            "ki67_percent",
            4.0,
        ),
    ],
)
def test_what_looks_like_another_page_form(extractor: Any, text: str, field: str, value: Any) -> None:
    read = extractor(text).fields[field].value
    assert (read["high"] if isinstance(read, dict) else read) == value
