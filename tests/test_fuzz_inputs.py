"""Malformed inputs of every form: one clear line or clean entries, never a traceback, never a hang."""

from __future__ import annotations

import gzip
import io
import random
import re
import signal
import time
import warnings
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pyarrow as pa
import pytest

from nenpath.archives import ArchiveError, Columns, Fault, Report, open_archive
from nenpath.cli import command
from nenpath.store import Store
from tests import stand_in
from tests.test_archives_packed import PACK, RTF, TABLES, docx, pdf, zipped

SECRET = "Xanthippe"
SECONDS = 5.0
TEXT = f"Patient {SECRET} Example.\nIleum: neuroendocrine tumor, G1. Ki-67 2 %, 18 mm, größer."
REASONS = {
    "attachment",
    "bad_delimiters",
    "bad_unicode",
    "binary",
    "empty",
    "encrypted",
    "malformed_row",
    "missing_id",
    "nested_too_deep",
    "no_obr",
    "no_text_layer",
    "not_hl7",
    "not_json",
    "not_text",
    "too_long",
    "unknown_encoding",
    "unreadable",
    "unsafe_name",
}


def sound() -> dict[str, bytes]:
    """Write a sound file of every form."""
    files = {name: data.replace(b"last,", TEXT.replace("\n", " ").encode()) for name, data in TABLES.items()}
    files["x.txt"] = TEXT.encode()
    files["x.pdf"] = pdf("Patient Xanthippe", "Ki-67 2 %")
    files["x.rtf"] = RTF
    files["x.docx"] = docx(TEXT)
    files["x.zip"] = zipped(dict(files))
    files |= {f"{name}{end}": pack(data) for name, data in files.items() for end, pack in PACK.items()}
    return files


def truncated(data: bytes, chance: random.Random) -> bytes:
    return data[: chance.randrange(len(data))]


def flipped(data: bytes, chance: random.Random) -> bytes:
    changed = bytearray(data)
    for _ in range(chance.choice([1, 3, 20])):
        changed[chance.randrange(len(changed))] = chance.randrange(256)
    return bytes(changed)


def cut_out(data: bytes, chance: random.Random) -> bytes:
    start = chance.randrange(len(data))
    return data[:start] + data[start + chance.randrange(1, 60) :]


def repeated(data: bytes, chance: random.Random) -> bytes:
    start = chance.randrange(len(data))
    return data[:start] + data[start : start + 40] * chance.randrange(2, 300) + data[start:]


def inserted(data: bytes, chance: random.Random) -> bytes:
    junk = [b"\xff\xfe\xfa", b"\xc3\x28", b"\0" * 7, b'"', b"\r", b"\xed\xa0\x80", b"\x1c\r\x0b", b"\x85\x9d"]
    start = chance.randrange(len(data))
    return data[:start] + chance.choice(junk) + data[start:]


def other_delimiters(data: bytes, chance: random.Random) -> bytes:
    old = chance.choice([b",", b"\t", b"|", b"^", b"\r", b"\n", b'"', b":", b"{", b"\\"])
    return data.replace(old, chance.choice([b"", b"#", b"|", b";", b"\x00", b"A", b"\n"]))


def garbage(data: bytes, chance: random.Random) -> bytes:
    return data[: chance.choice([0, 4, 40])] + chance.randbytes(chance.choice([0, 1, 10, 3000]))


def huge_line(data: bytes, chance: random.Random) -> bytes:
    start = chance.randrange(len(data))
    return data[:start] + chance.choice([b"x", b'"', b"\\", b"[", b"^", b"\xc3"]) * 300_000 + data[start:]


SPOILERS: list[Callable[[bytes, random.Random], bytes]] = [
    truncated,
    flipped,
    cut_out,
    repeated,
    inserted,
    other_delimiters,
    garbage,
    huge_line,
]


def spoiled() -> Iterator[tuple[str, bytes]]:
    """Spoil every form in every way; and what is spoiled inside a sound packing."""
    files = sound()
    for name, data in files.items():
        for spoil in SPOILERS:
            chance = random.Random(f"{name} {spoil.__name__}")
            yield f"{spoil.__name__}-{name}", spoil(data, chance)
            if "." not in name[2:]:
                again = spoil(data, chance)
                yield f"inside-{spoil.__name__}-{name}.gz", gzip.compress(again)
                yield f"inside-{spoil.__name__}-{name}.zip", zipped({name: again, "good.txt": b"good"})


def misnamed() -> Iterator[tuple[str, bytes]]:
    """Give every form the name of another one."""
    files = sound()
    for name in TABLES:
        for other in ("x.txt", "x.pdf", "x.parquet", "x.hl7", "x.zip", "x.csv.gz", "x.jsonl.zst"):
            yield f"is-{other}.{name}", files[other]


def built() -> Iterator[tuple[str, bytes]]:
    """Build what only a bad sender would."""
    zeros = bytes(18 << 20)
    yield "bomb.csv.gz", gzip.compress(b"report_id,text\n1," + zeros)
    yield "bomb.zip", zipped({"a.csv": zeros})
    yield "bomb.jsonl.zst", pa.compress(b"\n" * len(zeros), "zstd", asbytes=True)
    yield "bomb-of-bombs.zip", zipped({f"{n}.zip": zipped({"a.txt": zeros}) for n in range(3)})
    deep = b"words"
    for depth in range(40):
        deep = zipped({f"{depth}.zip" if depth else "x.txt": deep})
    yield "deep.zip", deep
    for number, name in enumerate(
        ["../a.txt", "/etc/a.txt", "C:\\a.txt", "a/../../../a.csv", "..\\..\\a.hl7"]
    ):
        yield f"outside-{number}.zip", zipped({name: b"words", "good.txt": b"good"})
    for bit in range(16):
        data = bytearray(zipped({"a.txt": b"some words", "b.csv": b"report_id,text\n1,x\n"}))
        place = data.index(b"PK\x01\x02") + 8
        data[place + bit // 8] ^= 1 << bit % 8
        yield f"flag-{bit}.zip", bytes(data)
    for method in (1, 9, 12, 14, 99):
        data = bytearray(zipped({"a.txt": b"some words"}))
        data[8] = data[data.index(b"PK\x01\x02") + 10] = method
        yield f"method-{method}.zip", bytes(data)
    many = io.BytesIO()
    with zipfile.ZipFile(many, "w") as file, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for _ in range(3):
            file.writestr("a.txt", b"words")
    yield "same-name.zip", many.getvalue()
    yield (
        "nested.jsonl",
        b'{"report_id": "1", "text": ' + b"[" * 100_000 + b"\n" + b'{"text":"","report_id":1}',
    )
    yield "number.jsonl", b'{"report_id": ' + b"9" * 10_000 + b', "text": "x"}\n{"report_id":"2","text":"x"}'
    for number, head in enumerate(
        [
            "MSH",
            "MSH|",
            "MSH|^",
            "MSH|||",
            "MSH|^~\\&",
            "MSH|^~\\&|",
            "MSH|||||",
            "MSHA",
            "MSH\t^~",
            "FHS|^~\\&",
        ]
    ):
        body = f"\rPID|1||7\rOBR|1||S1\rOBX|1|TX|||{TEXT}\rOBX\rOBX|2\r\rBTS|x\rFTS"
        yield f"head-{number}.hl7", (head + body).encode()
    for number, field in enumerate(
        ["\\X" + "41" * 5000 + "\\", "\\.sp9999\\" * 900, "\\" * 9999, "~" * 9999]
    ):
        head = "MSH|^~\\&|a|b|||2024||ORU^R01\rOBR|1||S1\r"
        yield f"field-{number}.hl7", f"{head}OBX|1|FT|||{field}\r".encode()
    yield "endless.rtf", b"{\\rtf1 " + b"{" * 50_000 + b"\\bin99999999999 x"
    yield "fields.rtf", b"{\\rtf1 " + b"{\\field{\\*\\fldinst{HYPERLINK " * 200
    yield "loop.pdf", pdf("x").replace(b"/Kids[3 0 R]", b"/Kids[2 0 R]")
    yield "prev.pdf", pdf("x").replace(b"/Root 1 0 R", b"/Root 1 0 R/Prev 9")
    yield "pages.pdf", pdf("x").replace(b"/Count 1", b"/Count 999999999")


@contextmanager
def watched(name: str) -> Iterator[None]:
    """Fail a test whose input takes too long."""

    def late(*_: object) -> None:
        raise AssertionError(f"{name} hangs")

    before = signal.signal(signal.SIGALRM, late)
    begun = time.monotonic()
    signal.setitimer(signal.ITIMER_REAL, 4 * SECONDS)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
    assert time.monotonic() - begun < SECONDS, name


@pytest.fixture(scope="module")
def inputs(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    folder = tmp_path_factory.mktemp("inputs")
    paths = []
    for number, (name, data) in enumerate([*spoiled(), *misnamed(), *built()]):
        path = folder / f"{number:03d}-{name}"
        path.write_bytes(data)
        paths.append(path)
    return paths


def read(path: Path) -> list[Report | Fault] | str:
    """Read an input to its end: what it holds, or the line that says why it cannot be read."""
    try:
        return list(open_archive(path, Columns()))
    except ArchiveError as error:
        return str(error)


def test_every_malformed_input_gives_a_line_or_clean_entries(inputs: list[Path]) -> None:
    found: Counter[str] = Counter()
    for path in inputs:
        with watched(path.name):
            outcome = read(path)
        found["line" if isinstance(outcome, str) else "entries"] += 1
        if isinstance(outcome, str):
            assert outcome.startswith(f"{path}"), path.name
            assert re.fullmatch(r"[^\n\r\0]{1,400}", outcome), path.name
            assert SECRET not in outcome, path.name
            continue
        for item in outcome:
            if isinstance(item, Report):
                assert item.report_id, path.name
                assert item.text.encode("utf-8").strip(), path.name
            else:
                assert item.reason in REASONS, path.name
    assert len(inputs) >= 300
    assert min(found["line"], found["entries"]) >= 100


def test_what_can_be_opened_goes_through_a_run(inputs: list[Path], tmp_path: Path) -> None:
    sound_ = [path for path in inputs if not isinstance(read(path), str)]
    result = stand_in.run(sound_, tmp_path / "out", workers=2)
    assert result.error is None
    store = Store(tmp_path / "out")
    failed = Counter(row["reason"] for row in store.failures())
    assert set(failed) <= REASONS | {"duplicate_id"}
    records = sum(1 for _ in store.records())
    assert records > 0
    earlier = sum(row["reason"] == "superseded" for row in store.rows("reason"))
    assert records + failed.total() + earlier == sum(1 for _ in store.rows("report_id"))


def test_the_command_ends_with_one_line(
    inputs: list[Path], tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    lines = [path for path in inputs if isinstance(read(path), str)]
    for path in random.Random(1).sample(lines, 25):
        try:
            open_archive(path, Columns())
        except ArchiveError as error:
            expected = f"nenpath: {error}\n"
        else:
            continue  # damaged further on: a run keeps what came before
        capfd.readouterr()
        assert command(["run", str(path), "-o", str(tmp_path / "out")]) == 2
        captured = capfd.readouterr()
        assert (captured.out, captured.err) == ("", expected)
