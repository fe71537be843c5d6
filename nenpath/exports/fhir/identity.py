"""Names of resources: the same report always gets the same ones.

A resource's id is a UUID (version 5) of the site, its type, the report's id and the field or rule it holds,
so that what is exported again replaces what was there. A patient's is made of the patient's id alone.
"""

from __future__ import annotations

from typing import Any, NamedTuple
from uuid import NAMESPACE_URL, UUID, uuid5

from nenpath.exports.fhir.values import plain

_SEPARATOR = "\x1f"


class Site:
    """Who the ids of patients and reports belong to.

    Parameters
    ----------
    url
        Root of the site's identifier systems; two hospitals with a report 1 have two names.
    """

    def __init__(self, url: str) -> None:
        self.url = url.rstrip("/")
        self._namespace: UUID = uuid5(NAMESPACE_URL, self.url)

    def id(self, kind: str, *parts: str) -> str:
        """Give the id of a resource."""
        return str(uuid5(self._namespace, _SEPARATOR.join((kind, *parts))))

    def identifier(self, name: str, value: str) -> dict[str, str]:
        """Write an Identifier of one of the site's systems."""
        return {"system": f"{self.url}/{name}", "value": plain(value)}


class Report(NamedTuple):
    """One report, as the names of its resources see it."""

    site: Site
    report_id: str

    def id(self, kind: str, name: str = "") -> str:
        """Give the id of a resource of this report."""
        return self.site.id(kind, self.report_id, name)

    def reference(self, kind: str, name: str = "") -> dict[str, Any]:
        """Refer to a resource of this report."""
        return {"reference": f"{kind}/{self.id(kind, name)}"}
