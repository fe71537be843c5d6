"""HL7 v2: reports come out of messages whole, once, in their newest version, and as the sender wrote them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from nenpath import index
from nenpath.archives import ArchiveError, Columns, Report, open_archive, open_archives
from nenpath.archives.hl7_message import Delimiters, unescape
from nenpath.archives.hl7_text import _sections
from nenpath.case import find
from nenpath.engine import text_sha256
from nenpath.parts import Row
from nenpath.store import Store, Writer
from tests import stand_in

if TYPE_CHECKING:
    from extractor.extract import Extractor

HEAD = "MSH|^~\\&|LAB|North^1.2.3^ISO|||{time}||ORU^R01|1|P|2.5.1"


def message(
    *results: str, number: str = "S24-1^LAB", status: str = "F", time: str = "20240301", head: str = HEAD
) -> str:
    """Write a message: results are the fields from OBX-2 on."""
    obx = [f"OBX|{n}|{result}" for n, result in enumerate(results, start=1)]
    lines = [
        head.format(time=time),
        "PID|1||X9^^^H^PI~0042^^^H^MR||EXAMPLE^ANNA",
        f"OBR|1|P7|{number}|11529-5^Surgical pathology^LN|||20240229||||||||||||||||||{status}",
        *obx,
    ]
    return "\r".join(lines) + "\r"


def line(text: str, code: str = "11529-5^Surgical pathology^LN", kind: str = "TX", status: str = "F") -> str:
    return f"{kind}|{code}||{text}||||||{status}"


def write(path: Path, *messages: str, encoding: str = "utf-8") -> Path:
    path.write_bytes("".join(messages).encode(encoding))
    return path


def read(path: Path) -> list[tuple[str | None, str]]:
    items = open_archive(path, Columns())
    return [(item.report_id, item.text if isinstance(item, Report) else item.reason) for item in items]


def test_one_line_per_obx_with_meta(tmp_path: Path) -> None:
    path = write(tmp_path / "x.hl7", message(line("Pancreas: net, G1."), line("Ki-67 2 %")))
    meta = {
        "patient_id": "0042",
        "report_date": None,
        "specimen_date": "2024-02-29",
        "report_number": "S24-1",
        "facility": "North",
    }
    text = "Pancreas: net, G1.\nKi-67 2 %"
    assert list(open_archive(path, Columns())) == [Report("S24-1", text, meta, str(path), 1, versioned=True)]


def test_sections_get_their_heading_once_unless_they_bring_it(tmp_path: Path) -> None:
    path = write(
        tmp_path / "x.hl7",
        message(
            line("Mass in the tail", "22636-5^Relevant history^LN"),
            line("Gross description: received fresh.", "22634-0^Gross^LN"),
            line("Small white nodule.", "22634-0^Gross^LN"),
            line("A. Tail: tumor", "DX^Final Diagnosis^L"),
            line("B. Spleen: none", "DX^Final Diagnosis^L"),
            line("see note", "X^^L^22638-1^Comment^LN"),
        ),
    )
    assert read(path) == [
        (
            "S24-1",
            "CLINICAL HISTORY:\nMass in the tail\n\n"
            "Gross description: received fresh.\nSmall white nodule.\n\n"
            "FINAL DIAGNOSIS:\nA. Tail: tumor\nB. Spleen: none\n\nCOMMENT:\nsee note",
        )
    ]


def test_headings_are_sections_to_the_extractor(extractor: Extractor) -> None:
    found = {}
    for code, section in _sections()[0].items():
        text = f"{section.heading}:\nPancreas, tail: neuroendocrine tumor, G2, Ki-67 index 5 %."
        found[code] = extractor(text).fields["ki67_percent"].evidence[0].section
    assert found == {
        "22633-2": "specimens",
        "22634-0": "gross",
        "22635-7": "microscopic",
        "22636-5": "history",
        "22637-3": "diagnosis",
        "22638-1": "comment",
        "22639-9": "addendum",
    }


@pytest.mark.parametrize(
    ("escaped", "plain"),
    [
        (r"a\.br\b", "a\nb"),
        (r"a\X0D\b\X0D0A\c\X0d\\X0a\d\X0A\e", "a\nb\nc\nd\ne"),
        (r"\F\ \S\ \T\ \R\ \E\ ", "| ^ & ~ \\ "),
        (r"\H\bold\N\ \.sp2\x\.in+4\y\.sk3\z\.ce\c", "bold \n\nxy   z\nc"),
        (r"5\X C2B5\m, \XC2B5\m, \XB5\m", r"5\X C2B5\m, µm, µm"),
        (r"3\10 fields, C:\path\, a\b\c", r"3\10 fields, C:\path\, a\b\c"),
        (r"\Z local\x\C2842\y\.sp999999999\z", r"xy\.sp999999999\z"),
        ("no escapes", "no escapes"),
        ("one \\ alone", "one \\ alone"),
    ],
)
def test_escape_sequences(escaped: str, plain: str) -> None:
    assert unescape(escaped, Delimiters()) == plain


def test_repetitions_and_values(tmp_path: Path) -> None:
    path = write(
        tmp_path / "x.hl7",
        message(
            line("first~second", kind="FT"),
            line("2", "1^Ki-67 index^LN", "NM").replace("|2||", "|2|%|"),
            line("<^3", "2^Mitoses^L", "SN"),
            line("G1^Grade 1^L", "3^Grade^L", "CWE"),
            line("positive", "4^Synaptophysin^L", "ST"),
            line("a ^ b & c", "5^Words^L"),
        ),
    )
    text = "first\nsecond\nKi-67 index: 2 %\nMitoses: <3\nGrade: Grade 1\nSynaptophysin: positive\na ^ b & c"
    assert read(path) == [("S24-1", text)]


def test_own_encoding_characters(tmp_path: Path) -> None:
    text = (
        "MSH$%*!@$LAB$North$$$20240301$$ORU%R01$1$P$2.3\r"
        "PID$1$$7%%%H%MR\r"
        "OBR$1$$S9%LAB\r"
        "OBX$1$TX$22637-3%Dx%LN$$100 | !T! ^ ~ !F!*more$$$$$$F\r"
    )
    assert read(write(tmp_path / "x.hl7", text)) == [("S9", "FINAL DIAGNOSIS:\n100 | @ ^ ~ $\nmore")]


@pytest.mark.parametrize("end", ["\r", "\n", "\r\n"])
def test_line_ends_frames_and_batches(tmp_path: Path, end: str) -> None:
    first, second = message(line("one")), message(line("two"), number="S24-2")
    framed = f"\x0b{first}\x1c\r\x0b{second}\x1c\r"
    batch = f"FHS|^~\\&|A\rBHS|^~\\&|A\r{first}{second}BTS|2\rFTS|1\r"
    for name, content in (("framed", framed), ("batch", batch), ("plain", first + "\r\r" + second)):
        path = write(tmp_path / f"{name}.hl7", content.replace("\r", end))
        archive = open_archive(path, Columns())
        assert [(item.report_id, item.row) for item in archive] == [("S24-1", 1), ("S24-2", 2)], name
        assert read(path) == [("S24-1", "one"), ("S24-2", "two")]
        assert archive.notes == []


def test_bare_line_breaks_inside_a_field_belong_to_the_text(tmp_path: Path) -> None:
    path = write(tmp_path / "x.hl7", message(line("one\ntwo\n\nNEC\nPIDGIN x")))
    assert read(path) == [("S24-1", "one\ntwo\n\nNEC\nPIDGIN x")]


def test_several_orders_in_a_message_are_several_reports(tmp_path: Path) -> None:
    body = message(line("one"))
    body += "OBR|2||S24-2^LAB\rOBX|1|TX|||two||||||F\r"
    body += "OBR|3||S24-1^LAB\rOBX|1|TX|||one again||||||F\r"
    body += "OBR|4||\rOBX|1|TX|||and more||||||F\r"
    body += "OBR|5||S24-3^LAB\r"
    body += "ORC|RE||S24-4^LAB\rOBR|6||\rOBX|1|TX|||four||||||F\r"
    assert read(write(tmp_path / "x.hl7", body)) == [
        ("S24-1", "one\none again\nand more"),
        ("S24-2", "two"),
        ("S24-4", "four"),
    ]


def test_withdrawn_results_are_left_out(tmp_path: Path) -> None:
    path = write(
        tmp_path / "x.hl7", message(line("wrong patient", status="W"), line("kept"), line("gone", status="D"))
    )
    assert read(path) == [("S24-1", "kept")]


FINAL, LATER = message(line("Ki-67 2 %")), message(line("Ki-67 4 %"), time="20240302")
CORRECTED = message(line("Ki-67 3 %"), status="C")
OBX_CORRECTED = message(line("Ki-67 3 %", status="C"))


@pytest.mark.parametrize(
    ("messages", "expected"),
    [
        ([FINAL, CORRECTED], [("S24-1~1", "Ki-67 2 %"), ("S24-1", "Ki-67 3 %")]),
        ([FINAL, OBX_CORRECTED], [("S24-1~1", "Ki-67 2 %"), ("S24-1", "Ki-67 3 %")]),
        ([CORRECTED, FINAL], [("S24-1", "Ki-67 3 %"), ("S24-1~1", "Ki-67 2 %")]),
        ([FINAL, LATER], [("S24-1~1", "Ki-67 2 %"), ("S24-1", "Ki-67 4 %")]),
        ([LATER, FINAL], [("S24-1", "Ki-67 4 %"), ("S24-1~1", "Ki-67 2 %")]),
        (
            [FINAL, CORRECTED, LATER],
            [("S24-1~1", "Ki-67 2 %"), ("S24-1~2", "Ki-67 3 %"), ("S24-1", "Ki-67 4 %")],
        ),
        ([FINAL, FINAL], [("S24-1", "Ki-67 2 %"), ("S24-1", "Ki-67 2 %")]),
        (
            [FINAL, message(line("Ki-67 9 %")), FINAL],
            [("S24-1", "Ki-67 2 %"), ("S24-1~1", "Ki-67 9 %"), ("S24-1", "Ki-67 2 %")],
        ),
    ],
)
def test_the_newest_version_supersedes(
    tmp_path: Path, messages: list[str], expected: list[tuple[str, str]]
) -> None:
    assert read(write(tmp_path / "x.hl7", *messages)) == expected


def test_another_laboratory_with_the_same_number_supersedes_nothing(tmp_path: Path) -> None:
    other = message(line("Ki-67 5 %"), head=HEAD.replace("North", "South"))
    path = write(tmp_path / "x.hl7", FINAL, other)
    assert read(path) == [("S24-1", "Ki-67 2 %"), ("S24-1", "Ki-67 5 %")]
    result = stand_in.run([path], tmp_path / "out")
    assert result.failures == {"duplicate_id": 1}


def test_superseded_versions_stay_readable(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    day1, day2 = write(tmp_path / "1.hl7", FINAL), write(tmp_path / "2.hl7", CORRECTED)
    stand_in.run([day1], tmp_path / "out")
    for inputs in ([day1, day2], [day1, day2], [tmp_path / "[0-9].hl7"]):
        result = stand_in.run(inputs, tmp_path / "out")
        store = Store(tmp_path / "out")
        assert [record["report_id"] for record in store.records()] == ["S24-1"]
        assert [record["fields"]["ki67_percent"]["value"]["low"] for record in store.records()] == [3.0]
        assert list(store.failures()) == []
        assert result.failures == {}
        assert store.find("S24-1").text == "Ki-67 3 %"
    monkeypatch.setattr("nenpath.worker.load_engine", stand_in.load)
    case = find(str(tmp_path / "out"), "S24-1~1", None, Columns(), None, None)
    assert (case.text, case.record["fields"]["ki67_percent"]["value"]["low"]) == ("Ki-67 2 %", 2.0)


def versions(directory: Path) -> dict[str | None, tuple[str | None, str | None]]:
    return {
        row["report_id"]: (row["text"], row["reason"])
        for row in Store(directory).rows("report_id", "text", "reason")
    }


def test_versions_of_earlier_runs_are_kept(tmp_path: Path) -> None:
    days = [write(tmp_path / f"{n}.hl7", sent) for n, sent in enumerate([FINAL, CORRECTED, LATER])]
    out = tmp_path / "out"
    for day in days:
        stand_in.run([day], out)
    expected = {
        "S24-1": ("Ki-67 4 %", None),
        "S24-1~1": ("Ki-67 2 %", "superseded"),
        "S24-1~2": ("Ki-67 3 %", "superseded"),
    }
    assert versions(out) == expected
    for inputs in ([days[0]], [days[1]], days, [days[2], days[0]], [days[2], days[1]], [days[2]]):
        result = stand_in.run(inputs, out)
        assert versions(out) == expected
        assert result.failures == {}
        assert [record["report_id"] for record in Store(out).records()] == ["S24-1"]


def test_a_run_that_ended_after_keeping_a_version_keeps_it_once(tmp_path: Path) -> None:
    first, second = write(tmp_path / "1.hl7", FINAL), write(tmp_path / "2.hl7", CORRECTED)
    out = tmp_path / "out"
    stand_in.run([first], out)
    with Writer(out) as writer:
        writer.begin({"nenpath": "0", "patterns": "p1", "calibration": "c1"}, (), True)
        sha = text_sha256("Ki-67 2 %")
        digest = index.digest(Report("S24-1~1", "Ki-67 2 %", superseded=True), {})
        row = Row("S24-1~1", str(first), 1, "superseded", sha, digest=digest, text="Ki-67 2 %")
        writer.put(1, row)
        writer.flush()
    stand_in.run([second], out)
    assert versions(out) == {"S24-1": ("Ki-67 3 %", None), "S24-1~1": ("Ki-67 2 %", "superseded")}


def test_superseded_version_of_a_store_without_texts_is_read_from_its_source(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write(tmp_path / "x.hl7", FINAL, CORRECTED)
    stand_in.run([path], tmp_path / "out", texts=False)
    monkeypatch.setattr("nenpath.worker.load_engine", stand_in.load)
    assert find(str(tmp_path / "out"), "S24-1~1", path, Columns(), None, None).text == "Ki-67 2 %"


def test_corrections_are_found_over_all_inputs_of_a_run(tmp_path: Path) -> None:
    paths = [write(tmp_path / "1.hl7", CORRECTED), write(tmp_path / "2.hl7", FINAL)]
    found = [item.report_id for archive in open_archives(paths, Columns()) for item in archive]
    assert found == ["S24-1", "S24-1~1"]


def test_notes_say_what_was_not_read_and_how(tmp_path: Path) -> None:
    admission = HEAD.format(time="2024").replace("ORU^R01", "ADT^A08") + "\rPID|1||7\r"
    path = tmp_path / "x.hl7"
    latin = message(line("Größe"), number="S24-2").encode("cp1252")
    path.write_bytes((admission + FINAL + CORRECTED).encode() + latin)
    archive = open_archive(path, Columns())
    assert [item.report_id for item in archive] == ["S24-1~1", "S24-1", "S24-2"]
    assert archive.notes == [
        f"{path}: 1 read as cp1252",
        f"{path}: 1 messages that are no results (ADT) left out",
        f"{path}: earlier versions superseded by corrected or later ones: 1;"
        " each kept under its report's id with ~1, ~2 ...",
    ]


def test_charset_of_the_header_is_used(tmp_path: Path) -> None:
    head = HEAD + "|||||8859/2"
    head = head.replace("2.5.1", "2.5.1|||||")[: -len("|||||8859/2")] + "|8859/2"
    path = write(tmp_path / "x.hl7", message(line("łagodny"), head=head), encoding="iso8859-2")
    assert read(path) == [("S24-1", "łagodny")]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_marked_encodings(tmp_path: Path, encoding: str) -> None:
    path = write(tmp_path / "x.hl7", message(line("Größe")), encoding=encoding)
    assert read(path) == [("S24-1", "Größe")]


FAULTS = {
    "no OBR": (HEAD.format(time="2024") + "\rPID|1||7\r", (None, "no_obr")),
    "body in other delimiters": (HEAD.format(time="2024") + "\rOBR#1##S1\rOBX#1#TX###x\r", (None, "no_obr")),
    "delimiters missing": ("MSH||LAB|||||||ORU^R01\rOBR|1||S1\r", (None, "bad_delimiters")),
    "delimiters that are letters": ("MSH|abc|LAB|||||||ORU^R01\rOBR|1||S1\r", (None, "bad_delimiters")),
    "delimiters twice": ("MSH|^^^^|LAB|||||||ORU^R01\rOBR|1||S1\r", (None, "bad_delimiters")),
    "no number": (message(line("x"), number="").replace("|P7|", "||"), (None, "missing_id")),
    "no text": (message(line("")), ("S24-1", "empty")),
    "no results": (message(), ("S24-1", "empty")),
    "not text": (message(line("\x01\x02\x03")), ("S24-1", "binary")),
    "a picture": (message("ED|PDF^Report^L||^IM^JPEG^Base64^AAAA||||||F"), ("S24-1", "attachment")),
    "a broken document": (message("ED|PDF^Report^L||^AP^PDF^Base64^AAAA||||||F"), ("S24-1", "unreadable")),
}


@pytest.mark.parametrize("name", FAULTS)
def test_what_is_wrong_with_a_message_harms_no_other(tmp_path: Path, name: str) -> None:
    content, fault = FAULTS[name]
    path = write(tmp_path / "x.hl7", content, message(line("fine"), number="S24-9"))
    assert read(path) == [fault, ("S24-9", "fine")]


def test_a_message_that_is_too_long_is_a_fault(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("nenpath.archives.hl7_stream.LONGEST", 2000)
    path = write(tmp_path / "x.hl7", message(line("words " * 50_000)), message(line("fine"), number="S24-9"))
    assert read(path) == [(None, "too_long"), ("S24-9", "fine")]


def test_truncated_gzip_keeps_what_came_before(tmp_path: Path) -> None:
    import gzip

    path = tmp_path / "x.hl7.gz"
    many = "".join(message(line(f"text {n} {n * n}"), number=f"S{n}") for n in range(3000))
    path.write_bytes(gzip.compress(many.encode())[:-200])
    rows = iter(open_archive(path, Columns()))
    assert isinstance(next(rows), Report)
    with pytest.raises(ArchiveError, match=r"x\.hl7\.gz: damaged after message \d+$"):
        list(rows)
