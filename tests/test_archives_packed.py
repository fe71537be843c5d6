"""Inputs inside others: gzip, Zstandard, zip, folders and patterns; and documents, with what they refuse."""

from __future__ import annotations

import gzip
import io
import json
import zipfile
import zlib
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from nenpath.archives import ArchiveError, Columns, Report, open_archive, read_report
from tests import stand_in

TEXTS = {"a": 'Ki-67 3 %\r\nlast, with "quotes"', "b": "Größe 2 µm"}
ROWS = [{"report_id": name, "text": text} for name, text in TEXTS.items()]


def parquet() -> bytes:
    sink = io.BytesIO()
    pq.write_table(pa.Table.from_pylist(ROWS), sink, row_group_size=1)
    return sink.getvalue()


def table(delimiter: str) -> bytes:
    quoted = [f'{name}{delimiter}"{text.replace(chr(34), chr(34) * 2)}"' for name, text in TEXTS.items()]
    return "\n".join([f"report_id{delimiter}text", *quoted, ""]).encode()


def hl7() -> bytes:
    messages = (
        f"MSH|^~\\&|L|N|||2024||ORU^R01|1|P|2.3\rOBR|1||{name}\rOBX|1|TX|||{text}||||||F\r"
        for name, text in TEXTS.items()
    )
    return "".join(messages).replace("\r\nlast", "\\.br\\last").encode()


def pdf(*lines: str) -> bytes:
    """Write the smallest PDF that shows lines of text."""
    shown = " ".join(f"({line}) Tj T*" for line in lines)
    content = f"BT /F1 12 Tf 14 TL 40 700 Td {shown} ET".encode()
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Contents 5 0 R/Resources<</Font<</F1 4 0 R>>>>>>",
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
        b"<</Length %d>>stream\n%s\nendstream" % (len(content), content),
    ]
    data, places = b"%PDF-1.4\n", []
    for number, body in enumerate(objects, start=1):
        places.append(len(data))
        data += b"%d 0 obj%s endobj\n" % (number, body)
    table_ = b"".join(b"%010d 00000 n \n" % place for place in places)
    return data + (
        b"xref\n0 6\n0000000000 65535 f \n%strailer<</Size 6/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF"
        % (table_, len(data))
    )


def docx(*lines: str) -> bytes:
    import docx as library

    document = library.Document()
    for line in lines:
        document.add_paragraph(line)
    cells = document.add_table(rows=1, cols=2).rows[0].cells
    cells[0].text, cells[1].text = "Ki-67", "3 %"
    document.add_paragraph("end")
    sink = io.BytesIO()
    document.save(sink)
    return sink.getvalue()


RTF = rb"{\rtf1\ansi\ansicpg1252{\fonttbl{\f0 Arial;}}\f0 Gr\'f6\'dfe 2 cm\par Ki-67 3 %\par}"

TABLES = {
    "x.parquet": parquet(),
    "x.csv": table(","),
    "x.tsv": table("\t"),
    "x.jsonl": "".join(json.dumps(row) + "\n" for row in ROWS).encode(),
    "x.hl7": hl7(),
}
PACK = {".gz": gzip.compress, ".zst": lambda data: pa.compress(data, "zstd", asbytes=True)}


def pack(path: Path, members: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        for name, data in members.items():
            file.writestr(name, data)
    return path


def zipped(members: dict[str, bytes]) -> bytes:
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED) as file:
        for name, data in members.items():
            file.writestr(name, data)
    return sink.getvalue()


def read(path: Path) -> list[tuple[str | None, str]]:
    items = open_archive(path, Columns())
    return [(item.report_id, item.text if isinstance(item, Report) else item.reason) for item in items]


def expected(name: str) -> list[tuple[str, str]]:
    change = ("\r\n", "\n") if ".hl7" in name else ("", "")
    return [(name_, text.replace(*change)) for name_, text in TEXTS.items()]


@pytest.mark.parametrize("name", TABLES)
@pytest.mark.parametrize("packing", [".gz", ".zst", ".zip", ".gz in .zip", ".zst in .zip", ".zip in .zip"])
def test_every_table_is_read_in_every_packing(tmp_path: Path, name: str, packing: str) -> None:
    data = TABLES[name]
    if packing in PACK:
        path = tmp_path / (name + packing)
        path.write_bytes(PACK[packing](data))
    elif packing == ".zip":
        path = pack(tmp_path / "p.zip", {name: data})
    elif packing == ".zip in .zip":
        path = pack(tmp_path / "p.zip", {"inner.zip": zipped({name: data})})
    else:
        inner = packing.split()[0]
        path = pack(tmp_path / "p.zip", {f"{name}{inner}": PACK[inner](data)})
    assert read(path) == expected(name)
    assert read(path) == expected(name)  # an archive may be opened again


@pytest.mark.parametrize("packing", PACK)
def test_single_reports_in_gz_and_zst(tmp_path: Path, packing: str) -> None:
    path = tmp_path / f"H1.2.txt{packing}"
    path.write_bytes(PACK[packing](b"one\r\ntwo"))
    assert read(path) == [("H1.2", "one\r\ntwo")]


def test_several_zstandard_frames_and_gzip_members_are_one_file(tmp_path: Path) -> None:
    lines = TABLES["x.jsonl"].splitlines(keepends=True)
    for packing, compress in PACK.items():
        path = tmp_path / f"x.jsonl{packing}"
        path.write_bytes(b"".join(compress(line) for line in lines))
        assert read(path) == expected("x.jsonl")


def test_a_zip_is_read_in_stored_order_and_names_its_members(tmp_path: Path) -> None:
    path = pack(
        tmp_path / "p.zip",
        {
            "z/two.txt": b"two",
            "__MACOSX/z/._two.txt": b"no",
            "z/.hidden.txt": b"no",
            "z/picture.png": b"no",
            "more.csv": "report_id;text\n5;fünf\n".encode("cp1252"),
            "one.txt": "Größe 25 mm, frei".encode("cp1252"),
        },
    )
    archive = open_archive(path, Columns())
    found = [(item.report_id, item.source, item.row) for item in archive]
    assert found == [("two", str(path), 1), ("5", f"{path}/more.csv", 1), ("one", str(path), 3)]
    assert archive.notes == [
        f"{path}: 1 read as cp1252",
        f"{path}/more.csv read as cp1252",
        f"{path}/more.csv read as separated by semicolon",
    ]


def test_a_folder_holds_all_forms(tmp_path: Path) -> None:
    folder = tmp_path / "f"
    (folder / "below").mkdir(parents=True)
    (folder / "1.txt").write_text("one")
    (folder / "2.txt.gz").write_bytes(gzip.compress(b"two"))
    (folder / "3.csv").write_text("report_id,text\n3,three\n")
    (folder / "4.hl7").write_text("MSH|^~\\&|L|N|||2024||ORU\rOBR|1||4\rOBX|1|TX|||four")
    (folder / "5.hl7").write_text("no message")
    (folder / "below" / "6.txt").write_text("six")
    (folder / "notes.md").write_text("no")
    assert read(folder) == [
        ("1", "one"),
        ("2", "two"),
        ("3", "three"),
        ("4", "four"),
        (None, "unreadable"),
        ("6", "six"),
    ]
    assert open_archive(folder, Columns()).total is None
    assert open_archive(folder / "below", Columns()).total == 1


def test_a_pattern_names_many_files(tmp_path: Path) -> None:
    for name in ("2019/b.txt", "2019/a.txt", "2020/c.txt", "2021/d.txt"):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(path.stem)
    assert read(tmp_path / "20[12][90]" / "*.txt") == [("a", "a"), ("b", "b"), ("c", "c")]
    assert read(tmp_path / "20[12][90]") == [("a", "a"), ("b", "b"), ("c", "c")]
    assert read(tmp_path / "**" / "*.txt") == [(x, x) for x in "abcd"]
    with pytest.raises(ArchiveError, match=r"a pattern without files this program reads$"):
        open_archive(tmp_path / "*.csv", Columns())


def test_names_that_lead_out_of_a_zip_are_refused(tmp_path: Path) -> None:
    names = ["../up.txt", "/root.txt", "C:/drive.txt", "a/../../b.csv", "..\\back.txt", "fine.txt"]
    path = pack(tmp_path / "p.zip", dict.fromkeys(names, b"words"))
    assert read(path) == [(None, "unsafe_name")] * 5 + [("fine", "words")]
    assert sorted(tmp_path.iterdir()) == [path]


def test_zips_nested_too_deep_are_refused(tmp_path: Path) -> None:
    data = b"words"
    for depth in range(5):
        data = zipped({f"{depth}.zip" if depth else "x.txt": data, f"{depth}.txt": b"here"})
    path = tmp_path / "p.zip"
    path.write_bytes(data)
    assert read(path) == [(None, "nested_too_deep"), ("3", "here"), ("4", "here")]


def test_decompression_bombs_are_refused(tmp_path: Path) -> None:
    zeros = bytes(20 << 20)
    bombs = {
        "b.txt.gz": gzip.compress(zeros),
        "b.csv.gz": gzip.compress(b"report_id,text\n1," + zeros),
        "b.jsonl.gz": gzip.compress(b"\n" * len(zeros)),
        "b.csv.zst": pa.compress(b"report_id,text\n1,\n" + b"\n" * len(zeros), "zstd", asbytes=True),
        "b.zip": zipped({"a.csv": zeros}),
        "b2.zip": zipped({"b.zip": zipped({"a.csv": zeros})}),
        "b3.zip": zipped({"a.csv.zst": pa.compress(b"report_id,text\n" * (2 << 20), "zstd", asbytes=True)}),
    }
    for name, data in bombs.items():
        path = tmp_path / name
        path.write_bytes(data)
        if name == "b.txt.gz":
            assert read(path) == [("b", "unreadable")]
            continue
        with pytest.raises(ArchiveError) as caught:
            read(path)
        assert str(caught.value).startswith(str(path))
        assert str(caught.value).endswith("times its size; refused as a decompression bomb"), name


def test_encrypted_zips_are_said(tmp_path: Path) -> None:
    both = pack(tmp_path / "both.zip", {"a.txt": b"secret", "b.txt": b"open"})
    one = pack(tmp_path / "one.zip", {"a.txt": b"secret"})
    for path in (both, one):
        data = bytearray(path.read_bytes())
        data[6] |= 1
        data[data.index(b"PK\x01\x02") + 8] |= 1
        path.write_bytes(data)
    assert read(both) == [(None, "encrypted"), ("b", "open")]
    with pytest.raises(ArchiveError, match=r"one\.zip: encrypted; unpack it first$"):
        open_archive(one, Columns())


def test_a_damaged_member_is_a_fault_and_harms_no_other(tmp_path: Path) -> None:
    path = pack(tmp_path / "p.zip", {"a.txt": b"words " * 50, "b.txt": b"fine"})
    data = bytearray(path.read_bytes())
    data[45] ^= 0xFF
    path.write_bytes(data)
    assert read(path) == [("a", "unreadable"), ("b", "fine")]


def test_a_damaged_table_in_a_zip_ends_the_input(tmp_path: Path) -> None:
    path = pack(tmp_path / "p.zip", {"a.csv": b"report_id,text\n" + zlib.compress(bytes(900)) + b"\n"})
    with pytest.raises(ArchiveError, match=r"p\.zip/a\.csv: "):
        read(path)


def test_documents(tmp_path: Path) -> None:
    (tmp_path / "a.pdf").write_bytes(pdf("Pancreas: tumor 2 cm", "Ki-67 3 %"))
    (tmp_path / "b.rtf").write_bytes(RTF)
    (tmp_path / "c.docx").write_bytes(docx("Pancreas: tumor", "G1"))
    (tmp_path / "d.pdf").write_bytes(pdf())
    (tmp_path / "e.pdf").write_bytes(b"%PDF-1.4 words and no more")
    (tmp_path / "f.docx").write_bytes(zipped({"x": b"y"}))
    (tmp_path / "g.rtf").write_bytes(b"words and no more")
    expected_ = [
        ("a", "Pancreas: tumor 2 cm\nKi-67 3 %\n"),
        ("b", "Größe 2 cm\nKi-67 3 %\n"),
        ("c", "Pancreas: tumor\nG1\nKi-67\t3 %\nend"),
        ("d", "no_text_layer"),
        ("e", "unreadable"),
        ("f", "unreadable"),
        ("g", "unreadable"),
    ]
    assert read(tmp_path) == expected_
    files = {path.name: path.read_bytes() for path in sorted(tmp_path.iterdir())}
    assert read(pack(tmp_path / "all.zip", files)) == expected_
    assert read_report(tmp_path / "c.docx").text == "Pancreas: tumor\nG1\nKi-67\t3 %\nend"
    with pytest.raises(ArchiveError, match=r"d\.pdf: a scan without a text layer$"):
        read_report(tmp_path / "d.pdf")


def test_encrypted_pdf_is_said(tmp_path: Path) -> None:
    import pypdf

    writer = pypdf.PdfWriter(io.BytesIO(pdf("words")))
    writer.encrypt("secret", algorithm="RC4-128")
    writer.write(tmp_path / "a.pdf")
    assert read(tmp_path / "a.pdf") == [("a", "encrypted")]


@pytest.mark.parametrize("kind", ["pdf", "rtf", "docx"])
def test_without_the_extra_one_line_says_so(
    tmp_path: Path, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    path = tmp_path / f"a.{kind}"
    path.write_bytes(b"x")
    for target in (path, tmp_path):
        with pytest.raises(ArchiveError) as caught:
            open_archive(target, Columns())
        assert str(caught.value) == (
            f"{path}: to read .{kind} install the documents extra: pip install 'nenpath[documents]'"
        )


def test_a_document_that_keeps_its_parser_busy_is_a_timeout(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def endless(data: bytes) -> str:
        while True:
            pass

    monkeypatch.setattr("nenpath.archives.documents._pdf", endless)
    monkeypatch.setattr("nenpath.archives.documents.SECONDS", 0.05)
    (tmp_path / "a.pdf").write_bytes(b"x")
    assert read(tmp_path / "a.pdf") == [("a", "timeout")]


def test_reading_what_is_no_single_report_is_said(tmp_path: Path) -> None:
    path = tmp_path / "x.hl7"
    path.write_bytes(TABLES["x.hl7"])
    with pytest.raises(ArchiveError, match=r"x\.hl7: holds more than one report; use nenpath run$"):
        read_report(path)


def test_a_run_over_every_form_records_every_report_once(tmp_path: Path) -> None:
    for number, (name, data) in enumerate(TABLES.items()):
        (tmp_path / f"{number}{name}").write_bytes(data)
    pack(tmp_path / "all.zip", TABLES)
    inputs = [
        path for path in sorted(tmp_path.iterdir()) if ".hl7" not in path.name and path.suffix != ".zip"
    ]
    result = stand_in.run(inputs, tmp_path / "out")
    assert {verdict.value: count for verdict, count in result.verdicts.items()} == {"new": 2, "repeated": 6}
    assert result.failures == {}


def test_a_field_or_line_without_end_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in ("item", "delimited"):
        monkeypatch.setattr(f"nenpath.archives.{module}.LONGEST", 1000)
    monkeypatch.setattr("nenpath.archives.jsonl._LONGEST_LINE", 2000)
    long = "x" * 5000
    table_ = tmp_path / "x.csv"
    table_.write_text(f"report_id,text\n1,fine\n2,{long}\n")
    with pytest.raises(ArchiveError, match=r"row 2 is longer than 1,000 characters \(an open quote\?\)$"):
        read(table_)
    table_.write_text('report_id,text\n1,fine\n2,"' + "opens\n" * 900)
    with pytest.raises(ArchiveError, match=r"row 2 is longer than 1,000 characters \(an open quote\?\)$"):
        read(table_)
    lines = tmp_path / "x.jsonl"
    lines.write_text(
        "".join(json.dumps({"report_id": n, "text": t}) + "\n" for n, t in ((1, long), (2, "b")))
    )
    assert read(lines) == [(None, "too_long"), ("2", "b")]
    text = tmp_path / "x.txt"
    text.write_text(long)
    assert read(text) == [("x", "too_long")]


def test_one_text_that_is_not_utf_8_harms_no_other_row(tmp_path: Path) -> None:
    path = tmp_path / "x.parquet"
    texts = pa.array([b"fine", b"Gr\xf6\xdfe", b"fine too"], pa.binary()).view(pa.string())
    for kind in (pa.string(), pa.binary(), pa.large_binary(), pa.dictionary(pa.int32(), pa.binary())):
        column = texts if kind == pa.string() else pa.array([b"fine", b"Gr\xf6\xdfe", b"fine too"]).cast(kind)
        pq.write_table(pa.table({"report_id": ["1", "2", "3"], "text": column}), path)
        assert read(path) == [("1", "fine"), ("2", "unknown_encoding"), ("3", "fine too")]
