"""The summary of one report for a person: level, reasons with quotes, scores, contradictions, gaps."""

from __future__ import annotations

import io
import re
from html import unescape
from pathlib import Path

import pytest
from rich.console import Console

import nenpath
from nenpath.page import page
from nenpath.terminal import print_view
from nenpath.view import View, view

SAMPLE = Path(__file__).parent.parent / "corpora" / "samples" / "pancreas_synoptic.txt"


@pytest.fixture(scope="module")
def shown() -> View:
    text = SAMPLE.read_text(encoding="utf-8").replace("pT2 pN1", "pT2 pN0")
    return view(nenpath.load().read(text, "p"), text)


def words(text: str) -> str:
    return re.sub(r" (?=[,.;])", "", " ".join(unescape(re.sub(r"<[^>]+>", " ", text)).split()))


def on_terminal(shown: View) -> str:
    stream = io.StringIO()
    print_view(shown, Console(file=stream, width=4000))
    return words(stream.getvalue())


def test_terminal_and_page_say_the_same(shown: View) -> None:
    printed, paged = (
        on_terminal(shown),
        words(page(shown).split("<body>")[1].split('<section class="detail">')[0]),
    )
    for said in (
        "high, as far as this report tells",
        "Tumor size 32 mm is above 20 mm.",
        "3.2 x 2.6 x 2.1 cm",
        "pN0 does not fit 1 positive lymph nodes.",
        "pN0 (synoptic)",
        "One of fourteen regional lymph nodes (diagnosis)",
        "distant metastasis would be counted; what is known is high already",
        "zaidi-rrs: between 4 and 5",
        "not applicable, because tumor_size_mm is 32",
        "no group, for M is not stated",
        "Supports, and does not replace, clinical judgement.",
    ):
        assert said in printed
        assert said in paged


def test_the_print_is_the_summary_alone(shown: View) -> None:
    html = page(shown)
    before, after = html.split('<section class="detail">')
    style = before.split("@media print")[1].split("\n")[0]
    assert ".detail" in style
    assert "display: none" in style
    assert "<mark" in after
    assert "<mark" not in before
