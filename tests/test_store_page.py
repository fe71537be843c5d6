"""The page about the store: its queries run and give what the store holds."""

from __future__ import annotations

import json
import re
from pathlib import Path

import duckdb
import pytest

from tests import stand_in

PAGE = (Path(__file__).parent.parent / "docs" / "store.md").read_text(encoding="utf-8")


def blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", PAGE, re.DOTALL)


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    texts = {"a": "Ki-67 3 %", "b": "Ki-67 7 % DOUBT", "c": "none", "d": "CRASH", "e": "Ki-67 9 % DOUBT"}
    source = tmp_path / "x.jsonl"
    source.write_text("".join(json.dumps({"report_id": i, "text": t}) + "\n" for i, t in texts.items()))
    stand_in.run([source], tmp_path / "out")
    monkeypatch.chdir(tmp_path)
    return tmp_path / "out"


def test_queries(store: Path) -> None:
    grades, doubtful, missing = (duckdb.sql(query).fetchall() for query in blocks("sql"))
    assert grades == [(None, None, 4)]
    assert doubtful == [("b", "7", 0.5, "Ki-67 7"), ("e", "9", 0.5, "Ki-67 9")]
    assert missing == [("d", "error: ValueError", str(store.parent / "x.jsonl"), 4)]


def test_pandas(store: Path) -> None:
    (code,) = blocks("python")
    names: dict[str, object] = {}
    exec(code, names)
    assert list(names["reports"]["report_id"]) == ["a", "b", "c", "e"]  # type: ignore[index]
    per_field = names["per_field"].to_dict("index")  # type: ignore[attr-defined]
    assert per_field == {"ki67_percent": {"size": 3, "mean": pytest.approx((0.9 + 0.5 + 0.5) / 3)}}
