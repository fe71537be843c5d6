"""The command: exit codes, one clear line for what cannot be done, output a script can rely on."""

from __future__ import annotations

import csv
import io
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from extractor import catalog
from nenpath import __version__, cli
from nenpath.engine import text_sha256
from nenpath.store import Store
from nenpath.table import Table
from tests import stand_in

ROOT = Path(__file__).parent.parent
HOSTILE = 'Ki-67 3 % <script>alert("x")</script> \x1b[31mred\x1b]0;title\x07 & more'


@pytest.fixture(autouse=True)
def _stand_in(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("nenpath.worker.load_engine", stand_in.load)


@pytest.fixture
def source(tmp_path: Path) -> Path:
    path = tmp_path / "x.csv"
    with path.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["report_id", "text", "ward"])
        writer.writerows([["a", "Ki-67 3 %", "7b"], ["b", "nothing", "7c"], ["c", HOSTILE, ""]])
    return path


@pytest.fixture
def store(tmp_path: Path, source: Path, capfd: pytest.CaptureFixture[str]) -> Path:
    directory = tmp_path / "out"
    assert cli.command(["run", str(source), "-o", str(directory), "--keep", "ward", "--workers", "1"]) == 0
    capfd.readouterr()
    return directory


def output(capfd: pytest.CaptureFixture[str], *arguments: object) -> str:
    """Run a command that succeeds in silence, and give what it printed."""
    assert cli.command([str(argument) for argument in arguments]) == 0
    printed = capfd.readouterr()
    assert printed.err == ""
    return printed.out


def line(capfd: pytest.CaptureFixture[str], *arguments: object) -> str:
    """Run a command that cannot be done, and give the one line it says."""
    assert cli.command([str(argument) for argument in arguments]) == 2
    printed = capfd.readouterr()
    assert printed.out == ""
    assert printed.err.count("\n") == 1
    return printed.err.removesuffix("\n")


def test_run_prints_a_summary_and_nothing_on_standard_output(
    tmp_path: Path, source: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    assert cli.command(["run", str(source), "-o", str(tmp_path / "out"), "--workers", "1"]) == 0
    printed = capfd.readouterr()
    assert printed.out == ""
    rows = [row.split() for row in printed.err.splitlines()]
    assert ["ki67_percent", "2", "1", "0"] in rows
    assert ["indeterminate", "3"] in rows
    assert printed.err.endswith("This run: 3 reports (3 new), 0 failed\n")


def test_failures_give_exit_code_1_and_are_listed(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    source = tmp_path / "x.jsonl"
    source.write_text('{"report_id": "a", "text": "CRASH"}\n{"report_id": "b", "text": " "}\n')
    out = tmp_path / "out"
    for _ in range(2):
        assert cli.command(["run", str(source), "-o", str(out), "--workers", "1"]) == 1
        assert "2 failed\n" in capfd.readouterr().err
    failures = [json.loads(row) for row in output(capfd, "cat", out, "--failures").splitlines()]
    assert failures == [
        {"report_id": "a", "reason": "error: ValueError", "source": str(source), "row": 1},
        {"report_id": "b", "reason": "empty", "source": str(source), "row": 2},
    ]
    expected = f"report_id,reason,source,row\r\na,error: ValueError,{source},1\r\nb,empty,{source},2\r\n"
    assert output(capfd, "cat", out, "--failures", "--format", "csv") == expected


def test_cat_jsonl(store: Path, capfd: pytest.CaptureFixture[str]) -> None:
    records = [json.loads(row) for row in output(capfd, "cat", store).splitlines()]
    assert [record["report_id"] for record in records] == ["a", "b", "c"]
    assert records[0]["meta"] == {"ward": "7b"}
    assert [e["text"] for e in records[0]["fields"]["ki67_percent"]["evidence"]] == ["Ki-67 3"]


def test_cat_without_text_keeps_offsets(store: Path, capfd: pytest.CaptureFixture[str]) -> None:
    first = json.loads(output(capfd, "cat", store, "--no-text").splitlines()[0])
    assert first["fields"]["ki67_percent"]["evidence"] == [
        {"start": 0, "end": 7, "section": None, "part": None, "tissue": None, "rule": "stand-in/ki67"}
    ]


def expected_row(report_id: str, text: str, low: float | None, ward: str) -> dict[str, Any]:
    row: dict[str, Any] = dict.fromkeys(Table(["ward"]).columns)
    for room in catalog.fields():
        row |= {f"{room.name}_confidence": 1.0, f"{room.name}_status": "not_stated"}
    provenance = {"nenpath": "0", "patterns": "p1", "calibration": "c1", "text_sha256": text_sha256(text)}
    row |= {f"provenance_{name}": value for name, value in provenance.items()}
    row |= {"report_id": report_id, "risk_level": "indeterminate", "ward": ward}
    if low is not None:
        row |= {"ki67_percent_low": low, "ki67_percent_high": low, "ki67_percent_comparator": "="}
        row |= {"ki67_percent_confidence": 0.9, "ki67_percent_status": "stated"}
    return row


def test_cat_csv_and_parquet_have_the_same_cells(
    store: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    expected = [
        expected_row("a", "Ki-67 3 %", 3.0, "7b"),
        expected_row("b", "nothing", None, "7c"),
        expected_row("c", HOSTILE, 3.0, ""),
    ]
    target = tmp_path / "x.parquet"
    assert output(capfd, "cat", store, "--format", "parquet", "-o", target) == ""
    rows = pq.read_table(target).to_pylist()
    for row in expected:
        row["probability_high"] = rows[0]["probability_high"]
    assert rows == expected
    assert target.stat().st_mode & 0o777 == 0o600
    table = list(csv.DictReader(io.StringIO(output(capfd, "cat", store, "--format", "csv"))))
    assert table == [
        {name: "" if cell is None else str(cell) for name, cell in row.items()} for row in expected
    ]


def test_show_from_a_store(store: Path, capfd: pytest.CaptureFixture[str]) -> None:
    printed = output(capfd, "show", store, "--id", "a")
    assert printed.splitlines()[1] == "«Ki-67 3» %"
    assert "indeterminate, as far as this report tells" in printed
    assert "Supports, and does not replace, clinical judgement." in printed
    record = json.loads(output(capfd, "show", store, "--id", "a", "--json"))
    assert record == json.loads(output(capfd, "cat", store).splitlines()[0])


def test_show_a_file_and_standard_input(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "H1.txt"
    path.write_text("Ki-67 3 %")
    of_file = json.loads(output(capfd, "show", path, "--json"))
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"Ki-67 3 %")))
    of_input = json.loads(output(capfd, "show", "-", "--json"))
    assert of_file["report_id"] == "H1"
    assert of_input == {**of_file, "report_id": None}


def test_show_prints_nothing_that_could_steer_the_terminal(
    store: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    printed = output(capfd, "show", store, "--id", "c")
    assert "\x1b" not in printed
    assert "\x07" not in printed


def test_page_escapes_the_report(store: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    target = tmp_path / "c.html"
    assert output(capfd, "show", store, "--id", "c", "--html", target) == ""
    page = target.read_text(encoding="utf-8")
    assert (
        '<pre><mark title="ki67_percent">Ki-67 3</mark> % &lt;script&gt;alert(&#34;x&#34;)&lt;/script&gt; '
        "�[31mred�]0;title� &amp; more</pre>" in page
    )
    assert "<script" not in page
    assert "http" not in page.replace("http-equiv", "")


def test_store_without_texts_takes_the_source(
    tmp_path: Path, source: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"
    assert cli.command(["run", str(source), "-o", str(out), "--no-text", "--workers", "1"]) == 0
    capfd.readouterr()
    assert "«" not in output(capfd, "show", out, "--id", "a")
    assert "«Ki-67 3» %" in output(capfd, "show", out, "--id", "a", "--source", source)
    source.write_text("report_id,text\na,another text\n")
    said = line(capfd, "show", out, "--id", "a", "--source", source)
    assert said == f"nenpath: {source}: the text of this report, as it was read, is not there"


def test_what_cannot_be_done_is_one_line(
    tmp_path: Path,
    store: Path,
    source: Path,
    capfd: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    out, empty = tmp_path / "new", tmp_path / "empty.txt"
    empty.touch()
    cases: list[tuple[tuple[object, ...], str]] = [
        (("run", tmp_path / "no.csv", "-o", out), f"{tmp_path / 'no.csv'}: no such file or folder"),
        (
            ("run", source, "-o", out, "--text-column", "body"),
            f"{source}: no column 'body'; it has report_id, text, ward (see --id-column, --text-column)",
        ),
        (("run", source), "Missing option '-o'"),
        (("run", source, "-o", out, "--workers", "0"), "Invalid value for '--workers'"),
        (("run", source, "-o", out, "--patterns", tmp_path / "no"), "Invalid value for '--patterns'"),
        (("run", source, "-o", source), f"{source}: not a directory"),
        (("cat", out), f"{out}: not a result store (no manifest.json)"),
        (("cat", store, "--format", "xml"), "Invalid value for '--format'"),
        (("cat", store, "-o", tmp_path / "no" / "x"), f"{tmp_path / 'no' / 'x'}: No such file or directory"),
        (("show", store), f"{store}: name the report with --id"),
        (("show", store, "--id", "zz"), f"{store}: no report with this id"),
        (
            ("show", source),
            f"{source}: show reads one report (.txt, .pdf, .rtf, .docx, .hl7 with one message); "
            "for an archive use nenpath run",
        ),
        (("show", source, "--id", "a"), f"{source}: --id is for a result store, and this is none"),
        (("show", empty), f"{empty}: an empty report"),
        (("show", tmp_path), f"{tmp_path}: neither a report nor a result store"),
        (("nonsense",), "No such command 'nonsense'."),
    ]
    for arguments, said in cases:
        assert line(capfd, *arguments).startswith(f"nenpath: {said}")
    assert not out.exists()
    monkeypatch.setattr("nenpath.worker.load_engine", stand_in.load_broken)
    assert line(capfd, "run", source, "-o", out) == "nenpath: patterns are no good"


def test_exception_of_our_own_is_one_line_without_its_message(
    store: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise KeyError("words of the report")

    monkeypatch.setattr("nenpath.case.find", fail)
    said = line(capfd, "show", store, "--id", "a")
    assert said.startswith("nenpath: internal error KeyError at test_cli.py:")
    assert "words" not in said


def test_version_and_help(capfd: pytest.CaptureFixture[str]) -> None:
    assert output(capfd, "--version") == f"nenpath {__version__}\n"
    assert output(capfd) == output(capfd, "--help")
    for name in ("run", "cat", "show", "schema"):
        printed = output(capfd, name, "--help")
        assert f"Example: nenpath {name}" in printed


def environment() -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(ROOT)}


def test_help_is_instant() -> None:
    heavy = ("pandas", "pyarrow", "spacy", "medspacy", "pydantic", "numpy", "extractor", "classifier")
    code = (
        "import sys; from nenpath.cli import command; command(['--help']); "
        f"print([name for name in {heavy} if name in sys.modules], file=sys.stderr)"
    )
    best = 9.9
    for _ in range(3):
        start = time.perf_counter()
        done = subprocess.run(
            [sys.executable, "-c", code], env=environment(), capture_output=True, text=True, check=True
        )
        best = min(best, time.perf_counter() - start)
    assert done.stderr == "[]\n"
    assert best < 0.3


def test_reader_of_our_output_may_leave_early(store: Path) -> None:
    code = "import sys; from nenpath.cli import main; main()"
    process = subprocess.Popen(
        [sys.executable, "-c", code, "cat", str(store)],
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.close()
    assert process.stderr.read() == b""
    assert process.wait() == 0


def test_packages_of_another_project_are_refused(tmp_path: Path) -> None:
    (tmp_path / "extractor").mkdir()
    (tmp_path / "extractor" / "__init__.py").touch()
    paths = os.pathsep.join([str(tmp_path), str(ROOT)])
    said = (
        f"nenpath needs its own package 'extractor' from {ROOT.resolve()}, "
        f"but another was found in {tmp_path.resolve()}"
    )
    run = {"env": {**os.environ, "PYTHONPATH": paths}, "capture_output": True, "text": True, "cwd": tmp_path}
    command: Any = subprocess.run([sys.executable, "-m", "nenpath", "--version"], **run, check=False)  # type: ignore[call-overload]
    assert (command.returncode, command.stdout, command.stderr) == (2, "", f"nenpath: {said}\n")
    library: Any = subprocess.run([sys.executable, "-c", "import nenpath"], **run, check=False)  # type: ignore[call-overload]
    assert library.stderr.splitlines()[-1] == f"ImportError: {said}"


@pytest.mark.skipif(os.name == "nt", reason="needs POSIX signals")
@pytest.mark.parametrize("delay", [0.2, 0.5, 0.9])
def test_interrupt_of_a_beginning_run_says_nothing_of_its_own(tmp_path: Path, delay: float) -> None:
    source = tmp_path / "x.jsonl"
    source.write_text("\n".join(json.dumps({"report_id": f"r{n}", "text": "SLOW"}) for n in range(3000)))
    code = (
        "import signal\nsignal.signal(signal.SIGINT, signal.default_int_handler)\n"
        "from nenpath import cli, worker\nfrom tests import stand_in\nworker.load_engine = stand_in.load\n"
        "if __name__ == '__main__':\n    print('begun', flush=True)\n    cli.main()\n"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", code, "run", str(source), "-o", str(tmp_path / "out"), "--workers", "2"],
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    assert process.stdout is not None
    process.stdout.readline()
    time.sleep(delay)
    os.killpg(process.pid, signal.SIGINT)
    _, said = process.communicate()
    assert process.returncode == cli.INTERRUPTED
    assert "Traceback" not in said


def test_interrupt_ends_the_run_cleanly_and_soon(tmp_path: Path) -> None:
    source, out = tmp_path / "x.jsonl", tmp_path / "out"
    lines = [json.dumps({"report_id": f"r{n}", "text": f"Ki-67 {n} % SLOW"}) for n in range(3000)]
    source.write_text("\n".join(lines))
    code = (
        "from nenpath import cli, store, worker\nfrom tests import stand_in\n"
        "worker.load_engine = stand_in.load\nstore.PART_ROWS = 20\n"
        "if __name__ == '__main__':\n    cli.main()\n"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", code, "run", str(source), "-o", str(out), "--workers", "2"],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler) and None,
    )
    deadline = time.monotonic() + 30
    while not (out / "parts" / "part-000001.parquet").exists() and time.monotonic() < deadline:
        time.sleep(0.01)
    os.killpg(process.pid, signal.SIGINT)
    began = time.monotonic()
    _, said = process.communicate()
    assert process.returncode == cli.INTERRUPTED
    assert time.monotonic() - began < 2
    assert said.splitlines()[-1] == "Interrupted: run the same command again to continue"
    assert "Traceback" not in said
    assert 40 <= sum(1 for _ in Store(out).records()) < 3000
