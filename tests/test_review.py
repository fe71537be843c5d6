"""The review page below the browser: who may talk to it, what decisions become, and that none is lost."""

from __future__ import annotations

import json
import re
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi.testclient import TestClient

from nenpath import gold
from nenpath.errors import NenpathError
from nenpath.evaluation.decisions import decide as compare
from nenpath.evaluation.decisions import match
from nenpath.record import Record
from nenpath.review import database
from nenpath.review.app import Review, application
from nenpath.review.coded import doubts
from nenpath.review.decision import RefusedError, current
from nenpath.review.desk import decide
from nenpath.review.pieces import has_double_breaks, pieces
from nenpath.review.queue import Doubt
from nenpath.review.server import open_review, reviewer
from nenpath.review.shelf import Volume
from nenpath.review.values import typed
from nenpath.review.weights import read_weights
from nenpath.store import Store
from tests.review_store import Served, make_store, served, text_of

ORIGIN = "http://127.0.0.1:8000"


class Browser:
    """A reviewer's browser, below its screen."""

    def __init__(self, review: Review) -> None:
        self.review = review
        app: Any = application(review, "the token", 8000)
        self.client = TestClient(app, base_url=ORIGIN, headers={"Origin": ORIGIN}, follow_redirects=True)
        self.client.get("/?token=the%20token")
        self.seen = 0

    def at(self, address: str = "/") -> int:
        """Open a page; gives the position of the report it shows."""
        return int(str(self.client.get(address).url).rpartition("/")[2].partition("?")[0])

    def press(self, position: int, action: str, given: Any = None, field: str = "ki67_percent") -> Any:
        """Decide; gives the answer, or the reason of a refusal."""
        key = {"field": field, "action": action, "given": given, "seen": self.seen}
        answer = self.client.post(f"/report/{position}/decide", json=key)
        if answer.status_code != 200:
            return answer.json()["message"]
        self.seen = answer.json()["seen"]
        return answer.json()["open"]

    def sign(self, position: int, whole: bool = False) -> Any:
        """Sign off."""
        answer = self.client.post(f"/report/{position}/sign", json={"seen": self.seen, "whole": whole})
        return answer.json()["message"]

    def post(self, address: str) -> Any:
        """Press a button."""
        answer = self.client.post(address, json={})
        return answer.json()["message"]


def opened(store: Path, user: str = "Anna", **more: Any) -> Browser:
    return Browser(open_review(Store(store), store / "review.sqlite", user, **more))


@pytest.fixture
def store(tmp_path: Path) -> Path:
    return make_store(tmp_path / "store", [text_of(number) for number in range(4)])


def lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def interval(low: float, high: float | None, comparator: str) -> dict[str, Any]:
    return {"low": low, "high": high, "comparator": comparator}


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("ki67_percent", "5", interval(5, 5, "=")),
        ("ki67_percent", "<3 %", interval(0, 3, "<")),
        ("ki67_percent", "> 20", interval(20, 100, ">")),
        ("ki67_percent", "2-3", interval(2, 3, "range")),
        ("ki67_percent", "up to 10", interval(0, 10, "up_to")),
        ("ki67_percent", "~4,5", interval(4.5, 4.5, "~")),
        ("mitoses_per_2mm2", "3", {**interval(3, 3, "="), "field_area": "stated"}),
        ("mitoses_per_2mm2", "4/10 HPF", {**interval(4, 4, "="), "field_area": "assumed"}),
        ("mitoses_per_2mm2", "<1 per 50 hpf", {**interval(0, 0.2, "<"), "field_area": "assumed"}),
        ("mitoses_per_2mm2", ">20", {**interval(20, None, ">"), "field_area": "stated"}),
        ("tumor_size_mm", "3.4 cm", 34.0),
        ("tumor_size_mm", "7", 7.0),
        ("nodes_examined", "12", 12),
        ("margins", "neg", "negative"),
        ("grade", "g2", "G2"),
        ("primary_site", "small bowel", "small_bowel"),
        ("metastasis_sites", "liver, bone; liver", ["liver", "bone"]),
        ("tnm_prefix", "p, y", ["p", "y"]),
        ("pT", "3a", "3a"),
        ("pT", "ypT3A", "3a"),
        ("pT", "x", "X"),
        ("pT", "pTis", "is"),
        ("pN", "N1mi", "1mi"),
        ("pN", "N0(i+)", "0(i+)"),
        ("pM", "M1a", "1a"),
        ("icd_o_3_topography", "c25.2", "C25.2"),
        ("icd_o_3_morphology", "8240/3", "8240/3"),
    ],
)
def test_a_typed_value_becomes_one_of_the_field(name: str, text: str, value: Any) -> None:
    assert typed(name, text) == value


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("ki67_percent", "low"),
        ("ki67_percent", "120"),
        ("ki67_percent", "5-2"),
        ("ki67_percent", "<2-3"),
        ("tumor_size_mm", "3 inches"),
        ("tumor_size_mm", "-3"),
        ("tumor_size_mm", "0"),
        ("tumor_size_mm", "101 cm"),
        ("pT", "banana"),
        ("pT", "N1"),
        ("pN", "T2"),
        ("pM", "2"),
        ("icd_o_3_topography", "C25"),
        ("icd_o_3_morphology", "8240"),
        ("nodes_examined", "2.5"),
        ("margins", "no"),
        ("grade", "g"),
        ("tnm_prefix", "q"),
        ("mitoses_per_2mm2", "3/0 HPF"),
        ("mitoses_per_2mm2", "3/10"),
        ("histology", " "),
        ("histology", "x" * 501),
        ("nonsense", "1"),
    ],
)
def test_a_value_the_field_cannot_have_is_refused(name: str, text: str) -> None:
    with pytest.raises(ValueError, match=r".\.$"):
        typed(name, text)


def test_the_queue_begins_with_the_greatest_expected_cost_of_error(tmp_path: Path) -> None:
    texts = ["No index.", text_of(1), text_of(2), text_of(3)]
    found = {"R3": {"margins": Doubt("1", "positive", True, "opposite", 0.9)}}
    browser = opened(make_store(tmp_path / "store", texts), coded=(found, "key"))
    # R3: 0.5 x 8 for Ki-67 as the others, and 0.9 x 4 for the margins; R0 has nothing to review.
    assert [browser.at(), browser.at("/next?after=3"), browser.at("/next?after=1")] == [3, 1, 2]
    entry = browser.review.queue.entry(3)
    assert entry is not None
    assert (entry.fields, entry.cost, entry.rank) == (("ki67_percent", "margins"), 0.5 * 8 + 0.9 * 4, 0)
    assert browser.at("/next?after=2") == 3  # after the last comes the first
    assert asdict(browser.review.queue.progress()) == {"queue": 3, "signed": 0, "decisions": 0}


def test_a_coded_value_is_offered_first(tmp_path: Path) -> None:
    coded = Doubt("41", interval(41, 41, "="), True, "factor of 10", 0.9)
    browser = opened(
        make_store(tmp_path / "store", [text_of(2)]), coded=({"R0": {"ki67_percent": coded}}, "k")
    )
    page = browser.client.get("/report/0").text
    assert re.findall(r"<kbd>(\d)</kbd> (.*?)(?: <span class=\"note\">(.*?)</span>)?</button>", page) == [
        ("1", "41", "coded"),
        ("2", "not stated", "50%"),
    ]
    assert "Coded: 41 (factor of 10)" in page
    assert browser.press(0, "pick", 1) == 0
    assert browser.review.database.history(browser.review.entry(0).target)[0].state.value == coded.value


def test_coded_data_brings_codes_that_are_likely_wrong(tmp_path: Path) -> None:
    store = make_store(tmp_path / "store", ["Ki-67 30 percent.", "Ki-67 4 percent."])
    coded = tmp_path / "coded.csv"
    coded.write_text("report_id,ki67_percent\nR0,3\nR1,4\n")
    found, key = doubts(store, coded, None)
    assert list(found) == ["R0"]
    doubt = found["R0"]["ki67_percent"]
    assert (doubt.shown, doubt.value, doubt.is_value) == ("3", interval(3, 3, "="), True)
    browser = opened(store, coded=(found, key))
    assert browser.at() == 0
    assert browser.press(0, "pick", 1) == 0
    assert browser.sign(0) == "Signed off."
    assert browser.client.get("/next").url.path == "/next"  # nothing is left
    coded.write_text("report_id,ki67_percent\nR7,3\n")
    with pytest.raises(NenpathError):
        doubts(store, coded, None)


def test_one_uncertain_field_takes_two_requests_and_becomes_record_and_gold(store: Path) -> None:
    browser = opened(store)
    position = browser.at()
    assert browser.press(position, "accept") == 0
    assert browser.sign(position) == "Signed off."
    [record] = lines(store / "review.corrected.jsonl")
    Record.model_validate(record)
    before = next(record for record in Store(store).records() if record["report_id"] == "R0")
    reading = before["fields"]["ki67_percent"]
    settled = {**reading, "confidence": 1.0, "review": False, "alternatives": []}
    assert record["fields"] == {**before["fields"], "ki67_percent": settled}
    assert record["grade"] != before["grade"]  # follows from a value that is now certain
    assert lines(store / "review.gold.jsonl") == [
        {"id": "R0", "ki67_percent": {"low": 2.0, "high": 2.0}, "note": ""}
    ]


def test_every_action_and_its_evidence(store: Path) -> None:
    browser = opened(store)
    target = browser.review.entry(0).target
    text = text_of(0)

    def now() -> tuple[Any, list[str], bool]:
        state = current(browser.review.database.history(target))["ki67_percent"]
        return state.value, [text[start:end] for start, end in state.evidence], state.settled

    two = interval(2, 2, "=")
    start = text.index("Neuro")
    assert browser.press(0, "evidence", [start - 2, start + 14]) == 1
    assert now() == (two, ["Neuroendocrine"], False)
    assert browser.press(0, "value", "4-5") == 0
    assert now() == (interval(4, 5, "range"), ["Neuroendocrine"], True)
    assert browser.press(0, "not_stated") == 0
    assert now() == (None, [], True)
    assert browser.press(0, "accept") == 0
    assert now() == (two, ["Ki-67 2"], True)
    assert browser.press(0, "pick", 1) == 0
    assert now() == (None, [], True)
    assert browser.press(0, "value", "7") == 0
    assert now() == (interval(7, 7, "="), ["Ki-67 2"], True)
    history = browser.review.database.history(target)
    assert [(decision.user, decision.state.action) for decision in history] == [
        ("Anna", "evidence"),
        ("Anna", "value"),
        ("Anna", "not_stated"),
        ("Anna", "accept"),
        ("Anna", "pick"),
        ("Anna", "value"),
    ]
    assert history[0].proposed == {"value": two, "confidence": 0.5}


def test_a_length_needs_its_unit_where_the_report_has_it_in_centimeters(tmp_path: Path) -> None:
    browser = opened(make_store(tmp_path / "store", ["Ki-67 4 percent, DOUBT. Tumor 2.1 x 1.5 cm."]))
    browser.press(0, "evidence", [30, 36], field="tumor_size_mm")
    assert (
        browser.press(0, "value", "2,1", field="tumor_size_mm") == "The report has 2,1 in cm; type the unit."
    )
    browser.press(0, "value", "2.1 cm", field="tumor_size_mm")
    history = browser.review.database.history(browser.review.entry(0).target)
    assert [decision.state.value for decision in history] == [None, 21.0]


def test_a_typed_grade_needs_words_that_say_it(tmp_path: Path) -> None:
    browser = opened(make_store(tmp_path / "store", ["Liver: G2, metastasis. Ileum: G1."]))
    volume = browser.review.shelf.get(browser.review.entry(0).target)
    place = {"start": 7, "end": 9, "text": "G2", "section": None, "part": "A", "tissue": "metastasis"}
    read = {**volume.record["fields"]["grade"], "value": "G2", "evidence": [{**place, "rule": "grade/made"}]}
    volume = replace(volume, record={**volume.record, "fields": {**volume.record["fields"], "grade": read}})
    with pytest.raises(RefusedError, match="Mark the words"):
        decide("value", "grade", "G1", volume, {}, {})
    assert decide("value", "grade", "G2", volume, {}, {}).evidence == ((7, 9),)
    marked = decide("evidence", "grade", [30, 32], volume, {}, {})
    assert decide("value", "grade", "G1", volume, {"grade": marked}, {}).evidence == ((30, 32),)


def test_contradictions_are_shown_before_the_sign_off(tmp_path: Path) -> None:
    browser = opened(make_store(tmp_path / "store", ["Ki-67 4 percent, DOUBT. Nodes 16."]))
    shown = []
    for name, number in (("nodes_examined", "16"), ("nodes_positive", "160")):
        browser.press(0, "evidence", [24, 32], field=name)
        browser.press(0, "value", number, field=name)
        shown.append('id="contradictions"' in browser.client.get("/report/0").text)
    assert shown == [False, True]
    page = browser.client.get("/report/0").text
    assert re.search(r'id="contradictions".*?<li>.*?160', page, re.DOTALL)


def test_what_cannot_be_decided_is_refused_and_changes_nothing(store: Path) -> None:
    browser = opened(store)
    assert browser.press(0, "value", "much") == "A number such as 5, 2-3, <1, >20 or up to 10."
    assert browser.press(0, "pick", 2) == "No such alternative."
    assert browser.press(0, "evidence", [5, 5]) == "Select words of the report first."
    assert browser.press(0, "evidence", "words") == "Select words of the report first."
    assert browser.press(0, "dance") == "No such action."
    assert browser.press(0, "accept", field="shoe_size") == "No such field."
    # No value without words of the report.
    assert browser.press(0, "value", "G2", field="grade").startswith("Mark the words")
    assert browser.sign(0) == "1 field is not settled."
    assert browser.review.database.history(browser.review.entry(0).target) == []
    assert browser.client.get("/report/9").status_code == 404


def test_a_field_that_was_not_asked_about_can_be_corrected(store: Path) -> None:
    browser = opened(store)
    assert browser.press(0, "accept") == 0
    assert browser.press(0, "evidence", [0, 8], field="primary_site") == 1
    assert browser.press(0, "value", "panc", field="primary_site") == 0
    browser.sign(0)
    reading = lines(store / "review.corrected.jsonl")[0]["fields"]["primary_site"]
    assert (reading["value"], reading["status"], reading["evidence"]) == (
        "pancreas",
        "stated",
        [
            {
                "start": 0,
                "end": 8,
                "text": "Pancreas",
                "section": None,
                "part": None,
                "tissue": None,
                "rule": "review/marked",
            }
        ],
    )
    assert lines(store / "review.gold.jsonl")[0]["primary_site"] == "pancreas"


def test_undo_goes_back_decision_by_decision_over_reports(store: Path) -> None:
    browser = opened(store)
    for position in (0, 1):
        browser.at(f"/report/{position}")
        browser.press(position, "accept")
        browser.sign(position)
    assert [line["id"] for line in lines(store / "review.gold.jsonl")] == ["R0", "R1"]
    undone = [browser.client.post("/undo", json={}).json() for _ in range(5)]
    assert [answer.get("position") for answer in undone] == [1, 1, 0, 0, None]
    assert undone[4]["message"] == "Nothing to undo."
    assert (store / "review.gold.jsonl").read_text() == ""
    assert (store / "review.corrected.jsonl").read_text() == ""
    assert asdict(browser.review.queue.progress()) == {"queue": 4, "signed": 0, "decisions": 0}
    history = browser.review.database.history(browser.review.entry(0).target)
    assert [(decision.state.action, decision.undone_by) for decision in history] == [
        ("accept", "Anna"),
        ("sign", "Anna"),
    ]
    assert browser.at() == 0


def test_a_signed_report_is_closed_until_reopened(store: Path) -> None:
    browser = opened(store)
    browser.press(0, "accept")
    browser.sign(0)
    assert browser.press(0, "not_stated") == "Anna signed this report off; reopen it first."
    assert browser.at() == 1
    other = opened(store, "Boris")
    assert other.post("/report/0/reopen") == "Reopened."
    assert other.at() == 0
    assert lines(store / "review.gold.jsonl") == []
    other.seen = 99
    assert other.press(0, "not_stated") == 0
    assert other.sign(0) == "Signed off."
    assert lines(store / "review.gold.jsonl") == [{"id": "R0", "ki67_percent": None, "note": ""}]


def test_two_reviewers_do_not_collide(store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    anna, boris = opened(store, "Anna"), opened(store, "Boris")
    assert (anna.at(), boris.at()) == (0, 1)
    assert boris.press(0, "accept") == "Anna is reviewing this report."
    assert boris.sign(0, whole=True) == "Anna is reviewing this report."
    assert "Anna is reviewing this report." in boris.client.get("/report/0").text
    assert anna.at("/next?after=0") == 2  # and lets go of the first
    assert boris.press(0, "not_stated") == 0
    # Anna's page is older than what Boris decided; after his claim ends, she must look again.
    start = time.time()
    monkeypatch.setattr("nenpath.review.database.time.time", lambda: start + database.CLAIM_SECONDS + 1)
    assert anna.press(0, "accept") == "Somebody else decided on this report meanwhile; look again."
    anna.seen = 1
    assert anna.press(0, "accept") == 0


def test_an_index_is_made_anew_only_where_the_store_changed(
    store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser = opened(store)
    browser.press(0, "accept")
    browser.sign(0)
    read: list[Path] = []
    real = __import__("nenpath.review.queue", fromlist=["read_rows"]).read_rows
    monkeypatch.setattr(
        "nenpath.review.queue.read_rows", lambda path, names: read.append(path) or real(path, names)
    )
    assert opened(store, "Boris").at() == 1
    assert read == []
    # Another text under the id that was signed off must be reviewed again; the server of before says so.
    make_store(store, [text_of(7), text_of(1)])
    answer = browser.client.get("/report/0")
    assert (answer.status_code, "start the review again" in answer.text) == (409, True)
    assert opened(store, "Clara").at() == 0
    assert [path.name for path in read] == ["part-000000.parquet"]


def test_what_a_line_half_written_leaves_is_made_anew(store: Path) -> None:
    browser = opened(store)
    browser.press(0, "accept")
    browser.sign(0)
    whole = (store / "review.gold.jsonl").read_bytes()
    (store / "review.gold.jsonl").write_bytes(whole + b'{"id": "R')
    opened(store)
    assert (store / "review.gold.jsonl").read_bytes() == whole


def test_a_store_without_texts_reviews_the_archive(tmp_path: Path) -> None:
    directory = make_store(tmp_path / "store", [text_of(0)], keep_texts=False)
    with pytest.raises(NenpathError, match="--source"):
        opened(directory)
    archive = tmp_path / "texts"
    archive.mkdir()
    (archive / "a.txt").write_bytes(text_of(0).encode())
    browser = opened(directory, source=archive)
    assert "DOUBT" in browser.client.get("/report/0").text
    browser.press(0, "accept")
    browser.sign(0)
    [record] = lines(directory / "review.corrected.jsonl")
    assert record["fields"]["ki67_percent"]["evidence"][0]["text"] == "Ki-67 2"


def test_gold_of_a_review_is_what_evaluate_reads(sample_store: Path, tmp_path: Path) -> None:
    store = Store(sample_store)
    review = open_review(store, tmp_path / "review.sqlite", "Anna")
    browser = Browser(review)
    for position in range(6):
        browser.at(f"/report/{position}")
        assert browser.sign(position, whole=True) == "Signed off."
    found = gold.read(tmp_path / "review.gold.jsonl")
    matched = match(store, found)
    decisions = compare(found, matched.records)
    assert (len(found), matched.absent, len(decisions.names)) == (6, 0, 47)
    assert decisions.right.all()
    for record in lines(tmp_path / "review.corrected.jsonl"):
        Record.model_validate(record)


@pytest.mark.parametrize("last", ["\r\n", "\n"])
def test_pieces_are_the_text_with_their_places(last: str) -> None:
    text = f"A\u202e\r\nKi-67 2\r\n\U0001f600 <b>{last}"
    evidence = [{"start": 3, "end": 9}]
    others = [{"evidence": [{"start": 7, "end": 11}]}]
    record = {"fields": {"f": {"evidence": evidence, "alternatives": others}}}
    found = [
        (piece.start, piece.text, piece.fields, piece.others) for piece in pieces(Volume(record, text), {})
    ]
    if has_double_breaks(text):  # no piece parts CR from LF
        assert found == [
            (0, "A\ufffd", "", ""),
            (2, "\nKi-", "f", ""),
            (7, "67", "f", "f"),
            (9, " 2", "", "f"),
            (11, "\n\U0001f600 <b>\n", "", ""),
        ]
    else:
        assert found == [
            (0, "A\ufffd", "", ""),
            (2, "\n", "f", ""),
            (4, "Ki-", "f", ""),
            (7, "67", "f", "f"),
            (9, " 2", "", "f"),
            (11, "\n", "", ""),
            (13, "\U0001f600 <b>\n", "", ""),
        ]


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 200),
        ({"Host": "example.org:8000"}, 421),
        ({"Host": "127.0.0.1:8001"}, 421),
        ({"Host": "localhost:8000", "Origin": "http://localhost:8000"}, 200),
        ({"Origin": "http://example.org"}, 403),
        ({"Origin": "null"}, 403),
        ({"Origin": ""}, 403),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Content-Type": "text/plain"}, 415),
        ({"Content-Length": "99999999"}, 413),
        ({"Cookie": ""}, 403),
        ({"Cookie": "nenpath_review_8000=wrong"}, 403),
    ],
)
def test_only_the_page_itself_can_decide(store: Path, headers: dict[str, str], status: int) -> None:
    app: Any = application(open_review(Store(store), store / "review.sqlite", "Anna"), "secret", 8000)
    client = TestClient(app, base_url=ORIGIN)
    sent = {"Origin": ORIGIN, "Cookie": "nenpath_review_8000=secret", "Content-Type": "application/json"}
    key = json.dumps({"field": "ki67_percent", "action": "accept", "seen": 0})
    answer = client.post("/report/0/decide", content=key, headers={**sent, **headers})
    assert answer.status_code == status
    assert answer.headers["content-security-policy"].startswith("default-src 'self';")


def test_the_token_opens_the_page_once_and_nothing_else_does(store: Path) -> None:
    app: Any = application(open_review(Store(store), store / "review.sqlite", "Anna"), "secret", 8000)
    client = TestClient(app, base_url=ORIGIN, follow_redirects=False)
    for address in ("/", "/?token=", "/?token=wrong", "/next", "/report/0", "/static/review.js", "/docs"):
        answer = client.get(address)
        assert (answer.status_code, "Ki-67" in answer.text) == (403, False)
    answer = client.get("/?token=secret")
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    assert answer.headers["set-cookie"] == "nenpath_review_8000=secret; HttpOnly; Path=/; SameSite=strict"
    assert client.get("/report/0").status_code == 200
    assert client.get("/openapi.json").status_code == 404


def test_no_page_asks_another_host_for_anything(store: Path) -> None:
    browser = opened(store)
    sent = [browser.client.get("/report/0").text]
    sent += [browser.client.get(f"/static/{name}").text for name in ("review.js", "review.css", "icon.svg")]
    assert re.findall(r"https?://[^\s\"']*", " ".join(sent)) == ["http://www.w3.org/2000/svg"]
    assert re.findall(r"<script[^>]*>|\son\w+=|style=", sent[0]) == ['<script src="/static/review.js" defer>']


def test_a_server_killed_between_decisions_loses_none(store: Path, tmp_path: Path) -> None:
    said = tmp_path / "said"
    with served(store, "--user", "Anna", said=said) as server:
        with httpx.Client(base_url=server.origin, headers={"Origin": server.origin}) as client:
            client.get(server.address)
            for position in (0, 1, 2):
                seen = 2 * position
                key = {"field": "ki67_percent", "action": "value", "given": str(position + 40), "seen": seen}
                answer = client.post(f"/report/{position}/decide", json=key)
                if position < 2:
                    client.post(f"/report/{position}/sign", json={"seen": answer.json()["seen"]})
        server.kill()
    browser = opened(store)
    held = [
        [
            (decision.state.action, decision.state.value and decision.state.value.get("low"))
            for decision in browser.review.database.history(browser.review.entry(position).target)
        ]
        for position in range(4)
    ]
    assert held == [
        [("value", 40.0), ("sign", None)],
        [("value", 41.0), ("sign", None)],
        [("value", 42.0)],
        [],
    ]
    assert [line["ki67_percent"]["low"] for line in lines(store / "review.gold.jsonl")] == [40.0, 41.0]
    assert said.read_text() == ""


def test_what_was_answered_before_a_kill_is_kept(store: Path) -> None:
    answered = []
    with served(store, "--user", "Anna") as server:
        with httpx.Client(base_url=server.origin, headers={"Origin": server.origin}) as client:
            client.get(server.address)
            ending = threading.Timer(0.2, server.process.kill)
            with suppress(httpx.TransportError):
                for number in range(100_000):
                    key = {"field": "ki67_percent", "action": "value", "given": str(number % 100), "seen": 0}
                    answer = client.post("/report/0/decide", json=key)
                    assert answer.status_code == 200
                    answered.append(float(number % 100))
                    if number == 6:  # the kill falls into one of the next
                        ending.start()
        server.kill()
    browser = opened(store)
    history = browser.review.database.history(browser.review.entry(0).target)
    held = [decision.state.value["low"] for decision in history]
    assert len(answered) > 5
    assert (held[: len(answered)], len(held) - len(answered) in (0, 1)) == (answered, True)


def test_two_servers_on_one_database(tmp_path: Path) -> None:
    store = make_store(tmp_path / "store", [text_of(number) for number in range(24)])
    with served(store, "--user", "Anna") as one, served(store, "--user", "Boris") as two:

        def review(server: Served) -> list[int]:
            mine = []
            with httpx.Client(base_url=server.origin, headers={"Origin": server.origin}) as client:
                client.get(server.address)
                while True:
                    answer = client.get("/next", follow_redirects=True)
                    place = answer.url.path.removeprefix("/report/")
                    if not place.isdigit():
                        return mine
                    key = {"field": "ki67_percent", "action": "accept", "seen": 0}
                    answer = client.post(f"/report/{place}/decide", json=key)
                    signature = {"seen": answer.json()["seen"]}
                    assert client.post(f"/report/{place}/sign", json=signature).status_code == 200
                    mine.append(int(place))

        with ThreadPoolExecutor(2) as pool:
            anna, boris = pool.map(review, (one, two))
    assert sorted(anna + boris) == list(range(24))
    names = [line["id"] for line in lines(store / "review.gold.jsonl")]
    assert sorted(names) == sorted(f"R{number}" for number in range(24))
    assert [line["report_id"] for line in lines(store / "review.corrected.jsonl")] == names


def test_an_error_in_the_server_says_nothing_of_a_report(
    store: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    browser = opened(store)

    def fail(*_: object) -> None:
        raise ValueError(text_of(0))

    monkeypatch.setattr("nenpath.review.app.pieces", fail)
    client = TestClient(browser.client.app, base_url=ORIGIN, follow_redirects=False)
    client.get("/?token=the%20token")
    answer = client.get("/report/0")
    assert (answer.status_code, "DOUBT" in answer.text) == (500, False)
    assert capsys.readouterr() == ("", "nenpath: internal error ValueError; please report it\n")


def test_a_sign_off_taken_back_leaves_the_files_of_the_others(store: Path) -> None:
    browser = opened(store)
    for position in (2, 0, 1):
        browser.press(position, "accept")
        browser.sign(position)

    def held() -> list[str]:
        names = [line["id"] for line in lines(store / "review.gold.jsonl")]
        assert [line["report_id"] for line in lines(store / "review.corrected.jsonl")] == names
        return names

    assert held() == ["R2", "R0", "R1"]
    browser.post("/report/1/reopen")
    assert held() == ["R2", "R0"]
    browser.post("/report/2/reopen")
    assert held() == ["R0"]
    browser.sign(1)
    browser.sign(2)
    browser.post("/report/1/reopen")
    assert held() == ["R0", "R2"]


def test_weights_of_a_file(tmp_path: Path) -> None:
    path = tmp_path / "weights.toml"
    path.write_text("default = 2\n[weights]\npT = 3\n")
    weights = read_weights(path)
    assert (weights.of("pT"), weights.of("pN")) == (3.0, 2.0)
    path.write_text("[weights]\npT = -1\n")
    with pytest.raises(NenpathError, match="no file of weights"):
        read_weights(path)


def test_weights_name_fields() -> None:
    from extractor import catalog

    assert set(read_weights().fields) <= {room.name for room in catalog.fields()}


def test_a_reviewer_has_a_name() -> None:
    assert reviewer(" A.  Reviewer ") == "A. Reviewer"
    with pytest.raises(NenpathError, match="--user"):
        reviewer(" ")
