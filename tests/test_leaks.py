"""No word of a report, no id and no name of a patient leaves by any other door than those asked for."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
MARK = "Qzmarkowska"
TEXT = f"Patient {MARK}. Pancreas: neuroendocrine tumor, G2, Ki-67 4 %, 2.1 cm. {MARK}"
STAND_IN = (
    "from nenpath import cli, worker\nfrom tests import stand_in\nworker.load_engine = stand_in.load\n"
    "if __name__ == '__main__':\n    cli.main()\n"
)
REAL = "from nenpath.cli import main\nif __name__ == '__main__':\n    main()\n"


def marked(path: Path) -> list[str]:
    """The files below a directory that hold the mark, in their name or their bytes."""
    files = [file for file in path.rglob("*") if file.is_file()]
    return sorted(
        str(file.relative_to(path))
        for file in files
        if MARK in file.name or MARK.encode() in file.read_bytes()
    )


class Session:
    """Runs commands in a private place, with every warning and debugging aid on."""

    def __init__(self, place: Path, code: str) -> None:
        self.work, self.temporary, self._code = place / "work", place / "tmp", code
        self.work.mkdir()
        self.temporary.mkdir()

    def __call__(self, *arguments: object, code: int = 0) -> str:
        """Run a command; nothing it says on standard error and nothing it leaves may hold the mark."""
        done = subprocess.run(
            [sys.executable, "-X", "dev", "-W", "always", "-c", self._code, *map(str, arguments)],
            env={
                **os.environ,
                "PYTHONPATH": str(ROOT),
                "TMPDIR": str(self.temporary),
                "LOGURU_LEVEL": "TRACE",
                "PYTHONDONTWRITEBYTECODE": "1",
            },
            cwd=self.work,
            input=TEXT,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == code, done.stderr
        assert MARK not in done.stderr
        assert list(self.temporary.rglob("*")) == []
        assert marked(self.work) == []
        return done.stdout


@pytest.fixture(params=[pytest.param(STAND_IN, id="careless"), pytest.param(REAL, id="real")])
def session(request: pytest.FixtureRequest, tmp_path: Path) -> Session:
    return Session(tmp_path, request.param)


def write_inputs(place: Path, careless: bool) -> list[Path]:
    folder = place / "folder"
    folder.mkdir()
    texts = {"": TEXT, "-empty": " "}
    if careless:
        texts |= {"-shout": f"{TEXT} SHOUT", "-crash": f"{TEXT} CRASH", "-die": f"{TEXT} DIE"}
        texts |= {"-hang": f"{TEXT} HANG"}
    for name, text in texts.items():
        (folder / f"{MARK}{name}.txt").write_text(text)
    (folder / f"{MARK}-binary.txt").write_bytes(TEXT.encode() + bytes(range(32)))
    table = place / "table.csv"
    table.write_text(
        f'report_id,text,ward\n{MARK}-1,"{TEXT}",{MARK}\n{MARK}-1,other,{MARK}\n{MARK}-2,a,b,c\n'
    )
    lines = place / "lines.jsonl"
    lines.write_text(f'{{"report_id": "{MARK}-3", "text": "{TEXT}"}}\n{{"{MARK}": broken\n')
    return [folder, table, lines]


def test_marked_reports_through_every_command(session: Session, tmp_path: Path) -> None:
    careless = session._code == STAND_IN
    inputs = write_inputs(tmp_path, careless)
    out = tmp_path / "out"
    run = ("run", *inputs, "-o", out, "--workers", 1, "--time-limit", 1 if careless else 60)
    assert session(*run, code=1) == ""
    assert session(*run, "--only-failures", code=1) == ""
    assert session("run", inputs[1], "-o", out, "--keep", "ward", "--workers", 1, code=1) == ""
    assert MARK in session("cat", out)
    assert f'"{MARK}-empty"' in session("cat", out, "--failures")
    session("cat", out, "--format", "csv")
    assert session("cat", out, "--format", "parquet", "-o", tmp_path / "x.parquet") == ""
    assert MARK in session("show", out, "--id", MARK, "--why")
    session("show", out, "--id", f"{MARK}-empty", code=2)
    session("show", out, "--id", f"{MARK}-unknown", code=2)
    assert session("show", out, "--id", MARK, "--html", tmp_path / "x.html") == ""
    assert MARK in session("show", inputs[0] / f"{MARK}.txt")
    assert "Ki-67 4" in session("show", "-", "--json")
    if careless:
        for name in ("shout", "crash"):
            session("show", inputs[0] / f"{MARK}-{name}.txt", code=0 if name == "shout" else 2)
    session("schema")


def test_messages_about_bad_tables_repeat_no_cells(tmp_path: Path) -> None:
    session = Session(tmp_path, STAND_IN)
    out = tmp_path / "out"
    headless = tmp_path / "headless.csv"
    headless.write_text(f'{MARK}-1,"{TEXT}"\n{MARK}-2,"{TEXT}"\n')
    semicolons = tmp_path / "semicolons.csv"
    semicolons.write_text(f"{MARK}-1;{TEXT}\n")
    short = tmp_path / "short.tsv"
    short.write_text(f"H123-77\tseen by Dr {MARK}, fine\n")
    array = tmp_path / "array.jsonl"
    array.write_text(f'["{MARK}", "{TEXT}"]\n')
    for path in (headless, semicolons, short, array):
        session("run", path, "-o", out, code=2)
