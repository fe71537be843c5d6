"""OMOP tables: the shape of the CDM 5.4, keys that hold, the values of the records, no words unasked."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import duckdb
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nenpath import cli
from nenpath.exports.omop import manual
from nenpath.exports.omop.numbers import Numbers
from nenpath.exports.omop.schema import known
from nenpath.store import Store
from tests import made_up

ROOT = Path(__file__).parent.parent
EQUAL = 4172703
NUMERIC = (
    "ki67_percent",
    "mitoses_per_2mm2",
    "tumor_size_mm",
    "mesenteric_mass_mm",
    "nodes_examined",
    "nodes_positive",
    "tumor_count",
)
# As the CDM's documentation lists them; "!" must not be NULL.
COLUMNS = {
    "note": """note_id integer! person_id integer! note_date date! note_datetime timestamp
        note_type_concept_id integer! note_class_concept_id integer! note_title varchar note_text varchar!
        encoding_concept_id integer! language_concept_id integer! provider_id integer
        visit_occurrence_id integer visit_detail_id integer note_source_value varchar note_event_id integer
        note_event_field_concept_id integer""",
    "note_nlp": """note_nlp_id integer! note_id integer! section_concept_id integer snippet varchar
        offset varchar lexical_variant varchar! note_nlp_concept_id integer note_nlp_source_concept_id integer
        nlp_system varchar nlp_date date! nlp_datetime timestamp term_exists varchar term_temporal varchar
        term_modifiers varchar""",
    "measurement": """measurement_id integer! person_id integer! measurement_concept_id integer!
        measurement_date date! measurement_datetime timestamp measurement_time varchar
        measurement_type_concept_id integer! operator_concept_id integer value_as_number decimal(18,3)
        value_as_concept_id integer unit_concept_id integer range_low decimal(18,3) range_high decimal(18,3)
        provider_id integer visit_occurrence_id integer visit_detail_id integer
        measurement_source_value varchar measurement_source_concept_id integer unit_source_value varchar
        unit_source_concept_id integer value_source_value varchar measurement_event_id integer
        meas_event_field_concept_id integer""",
}
WIDTHS = {
    "note": {"note_title": 250, "note_source_value": 50},
    "note_nlp": {"snippet": 250, "offset": 50, "lexical_variant": 250, "nlp_system": 250, "term_exists": 1}
    | {"term_modifiers": 2000},
    "measurement": {"measurement_source_value": 50, "unit_source_value": 50, "value_source_value": 50},
}
PLACE = {
    "start": 3,
    "end": 9,
    "section": "diagnosis",
    "part": None,
    "tissue": None,
    "rule": "a/b",
    "text": "x",
}


def export(store: Path, target: Path, *arguments: str) -> Path:
    assert cli.command(["export", "omop", str(store), "-o", str(target), *arguments]) == 0
    return target


def load(folder: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[duckdb.DuckDBPyConnection, list[Any]]:
    """Run the script as a person would, in its folder; gives the sample query's rows."""
    monkeypatch.chdir(folder)
    connection = duckdb.connect()
    return connection, connection.execute((folder / "load.sql").read_text()).fetchall()


def rows(connection: duckdb.DuckDBPyConnection, query: str) -> list[Any]:
    return connection.execute(query).fetchall()


def bytes_of(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


@pytest.fixture(scope="module")
def folder(sample_store: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return export(sample_store, tmp_path_factory.mktemp("omop") / "cdm")


def of(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *records: Any) -> duckdb.DuckDBPyConnection:
    """The tables of made-up records."""
    store = made_up.store(tmp_path / "store", records)
    return load(export(store, tmp_path / "cdm"), monkeypatch)[0]


def numeric(comparator: str, low: float, high: float | None) -> dict[str, Any]:
    return made_up.reading({"low": low, "high": high, "comparator": comparator}, 0.9)


@pytest.mark.parametrize("form", ["parquet", "csv"])
def test_tables_have_the_columns_of_the_cdm(
    form: str, sample_store: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    connection, _ = load(export(sample_store, tmp_path / "cdm", "--format", form), monkeypatch)
    for table, definition in COLUMNS.items():
        words = definition.split()
        expected = [
            (name, kind.rstrip("!").upper(), "NO" if kind.endswith("!") else "YES")
            for name, kind in zip(words[::2], words[1::2], strict=True)
        ]
        found = rows(
            connection,
            "SELECT column_name, data_type, is_nullable FROM information_schema.columns "
            f"WHERE table_name = '{table}' ORDER BY ordinal_position",
        )
        assert found == expected


def test_files_have_the_types_of_the_cdm(folder: Path) -> None:
    arrow = {"integer": "int32", "date": "date32[day]", "timestamp": "timestamp[us]", "varchar": "string"}
    for table, definition in COLUMNS.items():
        words = definition.split()
        schema = pq.read_schema(folder / f"{table}.parquet")
        assert [(field.name, str(field.type), field.nullable) for field in schema] == [
            (name, arrow.get(kind.rstrip("!"), "double"), not kind.endswith("!"))
            for name, kind in zip(words[::2], words[1::2], strict=True)
        ]


def test_parquet_and_csv_hold_the_same(
    sample_store: Path, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    csv_folder = export(sample_store, tmp_path / "cdm", "--format", "csv", "--with-text")
    parquet_folder = export(sample_store, tmp_path / "cdm2", "--with-text")
    loaded = [load(one, monkeypatch) for one in (csv_folder, parquet_folder)]
    assert loaded[0][1] == loaded[1][1]
    for table in (*COLUMNS, "crosswalk"):
        first, second = (rows(connection, f"SELECT * FROM {table} ORDER BY ALL") for connection, _ in loaded)
        assert first == second
        assert first


def test_sample_query_finds_ki67(sample_store: Path, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _, found = load(folder, monkeypatch)
    readings = {
        record["report_id"]: record["fields"]["ki67_percent"] for record in Store(sample_store).records()
    }
    assert len(found) == 20
    for _, report_id, _, words, operator, number, offset, places in found:
        reading = readings[report_id]
        assert float(number) in (reading["value"]["low"], reading["value"]["high"])
        assert (operator == EQUAL) == (reading["value"]["comparator"] == "=")
        assert (offset, places) == (
            min(one["start"] for one in reading["evidence"]),
            len(reading["evidence"]),
        )
        assert f"{float(number):g}" in words
    assert [row[5] for row in found] == sorted((row[5] for row in found), reverse=True)


def test_every_number_is_measured(sample_store: Path, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    connection, _ = load(folder, monkeypatch)
    query = """SELECT c.report_id, m.measurement_source_value,
            list(m.value_as_number ORDER BY m.value_as_number)
        FROM measurement AS m JOIN crosswalk AS c ON c.note_id = m.measurement_event_id GROUP BY ALL"""
    found = {
        (report, field): [float(one) for one in numbers] for report, field, numbers in rows(connection, query)
    }
    expected = {}
    for record in Store(sample_store).records():
        for field in NUMERIC:
            value = record["fields"][field]["value"]
            if isinstance(value, dict):
                below = value["comparator"] in ("<", "<=", "up_to")
                above = value["comparator"] in (">", ">=")
                sides = ["high"] if below else ["low"] if above else ["low", "high"]
                value = sorted({round(value[side], 3) for side in sides})
            elif value is not None:
                value = [float(value)]
            if value is not None:
                expected[record["report_id"], field] = value
    assert found == expected


@pytest.mark.parametrize(
    ("reading", "expected"),
    [
        (numeric("=", 14, 14), [(EQUAL, 14.0, "14")]),
        (numeric("~", 15, 15), [(0, 15.0, "~15")]),
        (numeric("<", 0, 3), [(0, 3.0, "<3")]),
        (numeric("<=", 0, 2), [(0, 2.0, "<=2")]),
        (numeric(">", 20, 100), [(0, 20.0, ">20")]),
        (numeric(">=", 20, 100), [(0, 20.0, ">=20")]),
        (numeric("up_to", 0, 30), [(0, 30.0, "up to 30")]),
        (numeric("range", 2, 3.5), [(0, 2.0, "2-3.5"), (0, 3.5, "2-3.5")]),
        (made_up.reading(None, 0.9, status="unquantified"), []),
    ],
)
def test_comparators(
    reading: dict[str, Any], expected: list[Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    connection = of(tmp_path, monkeypatch, made_up.record("r1", {"ki67_percent": reading}))
    found = rows(
        connection, "SELECT operator_concept_id, value_as_number, value_source_value FROM measurement"
    )
    assert [(operator, float(number), words) for operator, number, words in found] == expected


@pytest.mark.parametrize(
    ("field", "value", "status", "exists"),
    [
        ("lymphovascular_invasion", "present", "stated", "Y"),
        ("lymphovascular_invasion", "absent", "stated", "N"),
        ("lymphovascular_invasion", "indeterminate", "indeterminate", None),
        ("ki67_percent", None, "pending", None),
        ("chromogranin", "negative", "stated", "N"),
        ("nodes_positive", 0, "stated", "Y"),
        ("margins", "positive", "stated", "Y"),
    ],
)
def test_term_exists(
    field: str, value: Any, status: str, exists: str | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    reading = made_up.reading(value, 0.9, status=status, evidence=[PLACE])
    connection = of(tmp_path, monkeypatch, made_up.record("r1", {field: reading}))
    words = f"field={field};" + (f"value={value};" if value is not None else "")
    words += f"status={status};confidence=0.9;review=false;end=9;section=diagnosis;rule=a/b"
    query = 'SELECT "offset", snippet, lexical_variant, term_exists, term_modifiers FROM note_nlp'
    assert rows(connection, query) == [("3", "", "", exists, words)]


def test_keys_hold(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    connection, _ = load(folder, monkeypatch)
    for table, key in (("note", "note_id"), ("note_nlp", "note_nlp_id"), ("measurement", "measurement_id")):
        ((count, distinct),) = rows(connection, f"SELECT count(*), count(DISTINCT {key}) FROM {table}")
        assert count == distinct > 0
    query = "SELECT count(*) FROM {} WHERE {} NOT IN (SELECT {} FROM note)"
    assert rows(connection, query.format("note_nlp", "note_id", "note_id")) == [(0,)]
    assert rows(connection, query.format("measurement", "measurement_event_id", "note_id")) == [(0,)]
    assert rows(connection, query.format("measurement", "person_id", "person_id")) == [(0,)]
    people = rows(connection, "SELECT person_id, count(*) FROM crosswalk GROUP BY 1 HAVING count(*) > 1")
    patients = rows(
        connection, "SELECT DISTINCT person_id, patient_id FROM crosswalk WHERE patient_id IS NOT NULL"
    )
    assert len(people) == len(patients) == 1
    assert people[0] == (patients[0][0], 2)
    assert patients[0][1] == "patient 7"


def test_dates(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    connection, _ = load(folder, monkeypatch)
    assert rows(connection, "SELECT count(*) FROM note WHERE note_date = DATE '2024-03-12'") == [(2,)]
    assert rows(
        connection,
        """SELECT DISTINCT m.measurement_date FROM measurement AS m
        JOIN crosswalk AS c ON c.note_id = m.measurement_event_id WHERE c.patient_id = 'patient 7'""",
    ) == rows(connection, "SELECT DATE '2024-03-09'")


def test_the_same_bytes_again(sample_store: Path, folder: Path, tmp_path: Path) -> None:
    assert bytes_of(export(sample_store, tmp_path / "again")) == bytes_of(folder)


def test_words_only_when_asked_for(
    sample_store: Path, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    connection, _ = load(folder, monkeypatch)
    assert rows(connection, "SELECT DISTINCT snippet, lexical_variant FROM note_nlp") == [("", "")]
    assert rows(connection, "SELECT DISTINCT note_text FROM note") == [("",)]
    connection, _ = load(export(sample_store, tmp_path / "cdm", "--with-text"), monkeypatch)
    texts = dict(rows(connection, "SELECT note_id, note_text FROM note"))
    found = rows(connection, 'SELECT note_id, "offset", lexical_variant, snippet FROM note_nlp')
    assert sorted(texts.values()) == sorted(row["text"] for row in Store(sample_store).rows("text"))
    for note_id, offset, variant, snippet in found:
        start = int(offset)
        assert texts[note_id][start : start + len(variant)] == variant
        assert snippet in texts[note_id]
        assert variant in snippet or len(variant) > 250 - 60


def test_long_values_fit_their_columns(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    places = [{**PLACE, "rule": "r" * 3000}]
    fields = {"procedure": made_up.reading("w;o=r" * 50, 0.9, evidence=places)}
    connection = of(
        tmp_path, monkeypatch, made_up.record("i" * 80, fields, meta={"report_number": "n" * 300})
    )
    for table, widths in WIDTHS.items():
        for column, width in widths.items():
            ((longest,),) = rows(connection, f'SELECT max(length("{column}")) FROM {table}')
            assert longest is None or longest <= width
    ((modifiers,),) = rows(connection, "SELECT term_modifiers FROM note_nlp")
    assert modifiers.startswith("field=procedure;value=w,o:rw,o:r")
    assert rows(connection, "SELECT report_id FROM crosswalk") == [("i" * 80,)]


def test_concepts_not_verified_are_zero_and_listed(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    connection, _ = load(folder, monkeypatch)
    with (folder / "unmapped_concepts.csv").open(newline="") as file:
        listed = list(csv.DictReader(file))
    zeros = {}
    for table in COLUMNS:
        for name in (word for word in COLUMNS[table].split()[::2] if word.endswith("concept_id")):
            found = dict(
                rows(connection, f"SELECT {name}, count(*) FROM {table} WHERE {name} IS NOT NULL GROUP BY 1")
            )
            assert set(found) <= ({0, EQUAL} if name == "operator_concept_id" else {0})
            if 0 in found:
                zeros[name] = found[0]
    counted: dict[str, int] = {}
    for row in listed:
        counted[row["column"]] = counted.get(row["column"], 0) + int(row["rows"])
        assert row["concept_id"] == ""
    assert counted == zeros
    assert [key for key, concept in known().items() if concept.concept_id] == [("operator_concept_id", "=")]


def test_a_site_puts_in_its_own_concepts(
    folder: Path, sample_store: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines = (folder / "unmapped_concepts.csv").read_text().splitlines()
    filled = [line.replace("operator_concept_id,<,,,,", "operator_concept_id,<,,,77,") for line in lines]
    assert filled != lines
    (tmp_path / "mapped.csv").write_text("\n".join(filled))
    target = export(sample_store, tmp_path / "cdm", "--concepts", str(tmp_path / "mapped.csv"))
    connection, _ = load(target, monkeypatch)
    query = "SELECT DISTINCT operator_concept_id FROM measurement WHERE value_source_value LIKE '{}'"
    assert rows(connection, query.format("<%")) == [(77,)]
    assert rows(connection, query.format("up to%")) == [(0,)]
    assert "operator_concept_id,<," not in (target / "unmapped_concepts.csv").read_text()


@pytest.mark.parametrize("content", ["a,b\n1,2\n", "column,value,concept_id\nx,y,many\n"])
def test_concepts_that_cannot_be_used(content: str, tmp_path: Path) -> None:
    store = made_up.store(tmp_path / "store", [made_up.record("r1", {})])
    (tmp_path / "mapped.csv").write_text(content)
    arguments = [
        "export",
        "omop",
        str(store),
        "-o",
        str(tmp_path / "cdm"),
        "--concepts",
        str(tmp_path / "mapped.csv"),
    ]
    assert cli.command(arguments) == (2 if "many" in content else 0)


def test_a_store_without_texts_cannot_give_them(tmp_path: Path) -> None:
    store = made_up.store(tmp_path / "store", [made_up.record("r1", {})])
    assert cli.command(["export", "omop", str(store), "-o", str(tmp_path / "cdm"), "--with-text"]) == 2
    assert not (tmp_path / "cdm").exists()


def test_an_empty_store_gives_empty_tables(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    connection = of(tmp_path, monkeypatch)
    assert [rows(connection, f"SELECT count(*) FROM {table}") for table in COLUMNS] == [[(0,)]] * 3


@given(
    st.lists(st.integers(0, 2**64 - 1).map(lambda digest: digest & ~(0xFFFF << 40) & (2**62 - 1)), min_size=1)
)
def test_numbers_are_distinct_positive_and_do_not_depend_on_order(digests: list[int]) -> None:
    numbers, again = Numbers(digests), Numbers(sorted(digests))
    found = {digest: numbers.of(digest) for digest in digests}
    assert len(set(found.values())) == len(found)
    assert all(0 < number < 2**31 for number in found.values())
    assert found == {digest: again.of(digest) for digest in digests}


def test_the_manual_shows_the_data_in_use() -> None:
    page = (ROOT / "docs" / "omop.md").read_text(encoding="utf-8")
    tables = (manual.measurements(), manual.operators(), manual.concepts(), manual.not_there())
    assert [table for table in tables if table not in page] == []


def test_records_of_an_earlier_version(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    record = json.loads(json.dumps(made_up.record("r1", {"nodes_positive": made_up.reading(2, 0.9)})))
    del record["fields"]["tumor_count"]
    connection = of(tmp_path, monkeypatch, record)
    assert rows(connection, "SELECT measurement_source_value, value_source_value FROM measurement") == [
        ("nodes_positive", "2")
    ]
