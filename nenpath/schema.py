"""The JSON Schema of a record, published as ``docs/record.schema.json``."""

from __future__ import annotations

import json
from typing import Any


def schema() -> dict[str, Any]:
    """Describe a record, as ``cat`` writes one per line, in JSON Schema 2020-12."""
    from nenpath.record import Record

    described = Record.model_json_schema(mode="serialization")
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **described}


def schema_text() -> str:
    """Write the schema as it is published."""
    return json.dumps(schema(), indent=2, ensure_ascii=False) + "\n"
