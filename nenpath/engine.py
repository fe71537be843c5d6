"""The engine: a report's text in, its record out."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import classifier
import extractor
import nenpath
from nenpath.calibration import read_calibration

if TYPE_CHECKING:
    import pandas as pd

    from nenpath.record import Record

_META = ("patient_id", "report_date", "specimen_date", "diagnosis_date", "report_number", "facility")


class Engine:
    """Reads reports one at a time, in this process; see :func:`nenpath.load`.

    Attributes
    ----------
    provenance
        Version, and SHA-256 of patterns and calibration, as every record carries them.
    """

    def __init__(self, patterns: Path | None = None, calibration: Path | None = None) -> None:
        self._calibration = None if calibration is None else read_calibration(calibration)
        self._extractor = extractor.load(patterns, calibration if self._calibration is None else None)
        self.provenance: dict[str, str] = {
            "nenpath": nenpath.__version__,
            "patterns": self._extractor.patterns_sha256,
            "calibration": self._extractor.calibration_sha256,
        }
        if self._calibration is not None and calibration is not None:
            self._calibration.check(self.provenance)
            self.provenance["calibration"] = hashlib.sha256(calibration.read_bytes()).hexdigest()

    def __call__(
        self, text: str, report_id: str | None = None, meta: Mapping[str, Any] | None = None
    ) -> Record:
        """Read one report.

        Parameters
        ----------
        text
            The report as it is; offsets of evidence count its characters (code points).
        report_id, meta
            Taken over into the record.
        """
        from nenpath.record import Record

        return Record.model_validate(self.read(text, report_id, meta))

    def read(
        self, text: str, report_id: str | None = None, meta: Mapping[str, Any] | None = None
    ) -> dict[str, Any]:
        """Read one report into the plain JSON form of its record, not validated once more."""
        extraction = self._extractor(text)
        fields = {name: reading.model_dump(mode="json") for name, reading in extraction.fields.items()}
        if self._calibration is not None:
            fields = {name: self._calibration.move(name, reading) for name, reading in fields.items()}
        assessment = classifier.assess(fields).model_dump(mode="json")
        return {
            "report_id": report_id,
            "meta": {**dict.fromkeys(_META), **(meta or {})},
            "fields": fields,
            "other_tumors": [tumor.model_dump(mode="json") for tumor in extraction.other_tumors],
            "risk": assessment["risk"],
            "grade": assessment["grade"],
            "stage": assessment["stage"],
            "inconsistencies": assessment["inconsistencies"],
            "provenance": {**self.provenance, "text_sha256": text_sha256(text)},
        }

    def frame(self, texts: Iterable[str] | Mapping[str, str]) -> pd.DataFrame:
        """Read reports into a table, one row each, with the columns of ``nenpath cat --format csv``.

        Parameters
        ----------
        texts
            Report texts, or a mapping (a dict, a pandas Series) of report id to text.
        """
        import pandas as pd

        from nenpath.table import Table

        table = Table()
        pairs: Iterable[tuple[Any, str]]
        if isinstance(texts, Mapping | pd.Series):
            pairs = [(str(name), text) for name, text in texts.items()]
        else:
            pairs = [(None, text) for text in texts]
        rows = [table.row(self.read(text, report_id)) for report_id, text in pairs]
        return pd.DataFrame(rows, columns=table.columns)

    def why(self, text: str, field: str) -> list[dict[str, Any]]:
        """List what moved the confidence of one field: each possible reading with its weighed features.

        Raises
        ------
        ValueError
            If there is no such field.
        """
        from extractor import catalog

        names = [room.name for room in catalog.fields()]
        if field not in names:
            raise ValueError(f"no field called {field}; the fields are {', '.join(names)}")
        options = self._extractor.why(text, field)
        return options if self._calibration is None else self._calibration.explain(field, options)


def text_sha256(text: str) -> str:
    """Digest of a text's UTF-8."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
