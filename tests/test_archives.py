"""Archives: every form is read whole, in order, and what is wrong is said in one line."""

from __future__ import annotations

import csv
import gzip
import json
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from nenpath.archives import ArchiveError, Columns, Fault, Report, open_archive

TEXTS = {
    "a": 'Ki-67 3 %\r\nsecond line\n\nlast, with "quotes"',
    "b": "Größe 2 µm; Ki-67 < 1 %",
    "c": "\ufeffbegins with a mark",
}


def read(path: Path, columns: Columns | None = None) -> list[Report | Fault]:
    return list(open_archive(path, columns or Columns()))


def reports(path: Path, columns: Columns | None = None) -> dict[str | None, str]:
    return {
        item.report_id: item.text if isinstance(item, Report) else item.reason for item in read(path, columns)
    }


def write_csv(path: Path, encoding: str = "utf-8", delimiter: str = ",") -> Path:
    with path.open("w", encoding=encoding, newline="") as file:
        writer = csv.writer(file, delimiter=delimiter)
        writer.writerow(["report_id", "text"])
        writer.writerows(TEXTS.items())
    return path


def write_jsonl(path: Path) -> Path:
    lines = [json.dumps({"report_id": name, "text": text}) for name, text in TEXTS.items()]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def write_parquet(path: Path) -> Path:
    pq.write_table(pa.table({"report_id": list(TEXTS), "text": list(TEXTS.values())}), path)
    return path


def write_folder(path: Path) -> Path:
    path.mkdir()
    for name, text in TEXTS.items():
        (path / f"{name}.txt").write_bytes(text.encode("utf-8"))
    (path / ".hidden.txt").write_text("no")
    (path / "notes.md").write_text("no")
    return path


@pytest.mark.parametrize("form", ["csv", "tsv", "jsonl", "parquet", "folder"])
def test_every_form_gives_the_texts_as_they_are(tmp_path: Path, form: str) -> None:
    path = tmp_path / ("folder" if form == "folder" else f"reports.{form}")
    if form == "csv":
        write_csv(path)
    elif form == "tsv":
        write_csv(path, delimiter="\t")
    else:
        {"jsonl": write_jsonl, "parquet": write_parquet, "folder": write_folder}[form](path)
    assert reports(path) == TEXTS
    assert list(reports(path)) == ["a", "b", "c"]


@pytest.mark.parametrize("form", ["csv", "jsonl"])
def test_gzip_reads_as_the_file_inside(tmp_path: Path, form: str) -> None:
    plain = {"csv": write_csv, "jsonl": write_jsonl}[form](tmp_path / f"x.{form}")
    packed = tmp_path / f"y.{form}.gz"
    packed.write_bytes(gzip.compress(plain.read_bytes()))
    assert reports(packed) == TEXTS


def test_single_text_file_has_its_stem_as_id(tmp_path: Path) -> None:
    path = tmp_path / "H1.2.txt"
    path.write_bytes(b"one\r\ntwo")
    assert read(path) == [Report("H1.2", "one\r\ntwo", {}, str(path), 1)]


def test_columns_are_taken_over(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text("nr,body,mrn,seen,ward,other\n17,words,0042,2024-01-05,7b,x\n", encoding="utf-8")
    columns = Columns("nr", "body", "mrn", "seen", ("ward",))
    meta = {"patient_id": "0042", "report_date": "2024-01-05", "ward": "7b"}
    assert read(path, columns) == [Report("17", "words", meta, str(path), 1)]


def test_numbers_and_dates_in_parquet_become_plain(tmp_path: Path) -> None:
    path = tmp_path / "x.parquet"
    table = {
        "report_id": pa.array([1.0, 2.0, None]),
        "text": pa.array(["x", None, "y"]),
        "when": pa.array([0, 1, 2], pa.timestamp("s")),
    }
    pq.write_table(pa.table(table), path)
    assert read(path, Columns(date="when")) == [
        Report("1", "x", {"report_date": "1970-01-01"}, str(path), 1),
        Fault("2", "empty", str(path), 2),
        Fault(None, "missing_id", str(path), 3),
    ]


def test_byte_order_mark_before_a_csv_header_is_no_part_of_the_name(tmp_path: Path) -> None:
    assert reports(write_csv(tmp_path / "x.csv", "utf-8-sig")) == TEXTS
    assert reports(write_csv(tmp_path / "y.csv", "utf-16")) == TEXTS


@pytest.mark.parametrize(("delimiter", "name"), [(";", "semicolon"), ("|", "bar")])
def test_other_delimiters_are_found_and_named(tmp_path: Path, delimiter: str, name: str) -> None:
    path = write_csv(tmp_path / "x.csv", delimiter=delimiter)
    archive = open_archive(path, Columns())
    assert {item.report_id for item in archive} == set(TEXTS)
    assert archive.notes == [f"{path} read as separated by {name}"]


def test_guessed_encoding_is_named(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_bytes("report_id,text\n1,Größe 25 mm – Ki-67 3 %\n".encode("cp1252"))
    archive = open_archive(path, Columns())
    assert [item.text for item in archive if isinstance(item, Report)] == ["Größe 25 mm – Ki-67 3 %"]
    assert archive.notes == [f"{path} read as cp1252"]


def test_folder_names_guessed_encodings_with_counts(tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / f"{name}.txt").write_bytes("Größe 25 mm".encode("cp1252"))
    archive = open_archive(tmp_path, Columns())
    assert [item.text for item in archive if isinstance(item, Report)] == ["Größe 25 mm"] * 2
    assert archive.notes == [f"{tmp_path}: 2 read as cp1252"]


def test_what_is_wrong_with_one_report_is_a_fault(tmp_path: Path) -> None:
    folder = tmp_path / "f"
    folder.mkdir()
    (folder / "empty.txt").write_bytes(b"")
    (folder / "blank.txt").write_bytes(b"\xef\xbb\xbf \r\n\t")
    (folder / "binary.txt").write_bytes(b"\x89PNG\r\n\x00\x00\x01")
    (folder / "control.txt").write_bytes(b"\x01\x02words\x03\x00")
    (folder / "good.txt").write_bytes(b"good")
    (folder / "zero.txt").write_bytes(b"a word\0 more")
    (folder / "zeros.txt").write_bytes("a word".encode("utf-16-le"))
    assert reports(folder) == {
        "binary": "binary",
        "blank": "empty",
        "control": "binary",
        "empty": "empty",
        "good": "good",
        "zero": "a word\0 more",
        "zeros": "a word",
    }

    lines = tmp_path / "x.jsonl"
    lines.write_text(
        '{"report_id": "1", "text": "ok"}\nnot json\n{"report_id": "2", "text": 5}\n\n{"text": "no id"}\n'
        '{"report_id": "3", "text": "\\ud800"}\n{"report_id": "4", "text": "\\u0001\\u0000b"}\n[1]\n'
    )
    assert read(lines) == [
        Report("1", "ok", {}, str(lines), 1),
        Fault(None, "not_json", str(lines), 2),
        Fault("2", "not_text", str(lines), 3),
        Fault(None, "missing_id", str(lines), 5),
        Fault("3", "bad_unicode", str(lines), 6),
        Fault("4", "binary", str(lines), 7),
        Fault(None, "not_json", str(lines), 8),
    ]

    table = tmp_path / "x.csv"
    table.write_text("report_id,text\n1,fine\n2,cut, by a comma\n3\n\n4,fine\n")
    assert read(table) == [
        Report("1", "fine", {}, str(table), 1),
        Fault("2", "malformed_row", str(table), 2),
        Fault(None, "malformed_row", str(table), 3),
        Report("4", "fine", {}, str(table), 4),
    ]


def bad_parquet(path: Path) -> None:
    write_parquet(path)
    path.write_bytes(path.read_bytes()[:-20])


def numbers_parquet(path: Path) -> None:
    pq.write_table(pa.table({"report_id": ["a"], "text": [1]}), path)


BAD = {
    "missing.csv": (None, "no such file or folder"),
    "empty.csv": (b"", "an empty file"),
    "empty.jsonl": (b"", "an empty file"),
    "empty.parquet": (b"", "an empty file"),
    "binary.csv": (
        b"\x89PNG\r\n\x1a\n\x00\x00",
        "a binary file, not text",
    ),
    "zeros.csv": (b"\x00\x01\x02\n", "a binary file, not text"),
    "zeros.jsonl": (b"\x00\x01\x02\n", "a binary file, not text"),
    "words.jsonl": (b"just words\nand more\n", "the first line is no JSON object"),
    "columns.csv": (
        b"id,body\n1,x\n",
        "no column 'report_id', 'text'; it has id, body (see --id-column, --text-column)",
    ),
    "columns.jsonl": (
        b'{"report_id": 1, "body": "x"}',
        "no column 'text'; it has report_id, body (see --id-column, --text-column)",
    ),
    "headless.csv": (
        b"H17-1234,Pancreas: a tumor of Mrs. Example\n",
        "no column 'report_id', 'text'; its first line may be a report's and is not repeated here"
        " (see --id-column, --text-column)",
    ),
    "truncated.parquet": (bad_parquet, "not a complete parquet file (truncated, or not parquet)"),
    "numbers.parquet": (numbers_parquet, "column 'text' holds int64, not text"),
    "words.parquet": (b"just words", "not a complete parquet file (truncated, or not parquet)"),
    "messages.hl7": (b"PID|1||x\r", "no HL7 v2 message (MSH, FHS or BHS expected first)"),
    "packed.zip": (b"PK", "not a whole zip file (truncated, or not zip)"),
    "damaged.csv.zst": (
        pa.compress(b"report_id,text\n" + b"1,x\n" * 5000, "zstd", asbytes=True)[:-9],
        "cannot be read to its end (truncated or damaged)",
    ),
    "not.jsonl.zst": (b"{}\n", "cannot be read to its end (truncated or damaged)"),
    "report.xyz": (
        b"x",
        "not a format this program reads; use .parquet .csv .tsv .jsonl .txt .hl7 .pdf .rtf .docx .zip, "
        "these in .gz or .zst, or a folder of them",
    ),
    "damaged.csv.gz": (
        gzip.compress(b"report_id,text\n" + b"1,x\n" * 5000)[:-40],
        "cannot be read to its end (truncated or damaged)",
    ),
    "not.csv.gz": (b"report_id,text\n", "cannot be read to its end (truncated or damaged)"),
}


@pytest.mark.parametrize("name", BAD)
def test_an_input_that_cannot_be_read_is_said_in_one_line(tmp_path: Path, name: str) -> None:
    content, line = BAD[name]
    path = tmp_path / name
    if isinstance(content, bytes):
        path.write_bytes(content)
    elif content is not None:
        content(path)
    with pytest.raises(ArchiveError) as caught:
        open_archive(path, Columns())
    assert str(caught.value) == f"{path}: {line}"


def test_folder_without_reports(tmp_path: Path) -> None:
    with pytest.raises(ArchiveError, match=r"a folder without files this program reads$"):
        open_archive(tmp_path, Columns())


def test_quote_that_never_closes_is_no_report(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text('report_id,text\n1,fine\n2,"opens\n3,swallowed\n')
    rows = iter(open_archive(path, Columns()))
    assert next(rows) == Report("1", "fine", {}, str(path), 1)
    with pytest.raises(ArchiveError) as caught:
        next(rows)
    assert str(caught.value) == (
        f"{path}: the quote opened in row 2 never closes; the rows from there on were not read"
    )


def test_a_quote_inside_a_word_is_no_open_quote(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text('report_id,text\n1,a 5" hose\n2,"last\nline"\n')
    assert reports(path) == {"1": 'a 5" hose', "2": "last\nline"}


def test_bad_bytes_far_into_a_file_are_found_before_the_run(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_bytes(b"report_id,text\n" + b"1,plain words\n" * 200_000 + "2,größe\n".encode("cp1252"))
    archive = open_archive(path, Columns())
    assert archive.notes == [f"{path} read as cp1252"]


@pytest.mark.parametrize(
    "line",
    [
        "Smith,Anna",
        "Patient Anna Smith",
        "Anna Smith,Report",
        "Ms. Smith,date of birth 4 May,ward",
        "Ward: 3,x",
    ],
)
def test_a_first_line_that_is_no_header_is_not_repeated(tmp_path: Path, line: str) -> None:
    path = tmp_path / "x.csv"
    path.write_text(f"{line}\nmore,words\n")
    with pytest.raises(ArchiveError) as caught:
        open_archive(path, Columns())
    assert str(caught.value) == (
        f"{path}: no column 'report_id', 'text'; its first line may be a report's and is not repeated here"
        " (see --id-column, --text-column)"
    )


def test_names_of_columns_are_repeated(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text("AccessionNumber,Final text,BEFUND_NR,x\n1,2,3,4\n")
    with pytest.raises(ArchiveError, match="it has AccessionNumber, Final text, BEFUND_NR, x"):
        open_archive(path, Columns())
