"""The web application of the review page: routes, and nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

from fastapi import FastAPI, HTTPException, Request
from fastapi.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from jinja2 import Environment, PackageLoader, StrictUndefined
from pydantic import BaseModel

from nenpath.review.database import Database
from nenpath.review.decision import RefusedError, current
from nenpath.review.desk import Desk, decide, desk
from nenpath.review.export import Files, as_lines, corrected, gold
from nenpath.review.guard import Guard
from nenpath.review.pieces import has_double_breaks, pieces
from nenpath.review.queue import Doubts, Entry, Queue
from nenpath.review.shelf import GoneError, Shelf

_KINDS = {"review.css": "text/css", "review.js": "text/javascript", "icon.svg": "image/svg+xml"}


class Key(BaseModel):
    """What a reviewer did to a field; ``seen`` is the last decision the page shows."""

    field: str
    action: str
    given: int | str | list[int] | None = None
    seen: int
    also: list[str] = []


class Signature(BaseModel):
    """A sign-off; ``whole`` says that the whole report was read."""

    seen: int
    whole: bool = False


class Wanted(BaseModel):
    """A report by its id."""

    report_id: str


@dataclass(frozen=True, slots=True)
class Review:
    """What the application works on; ``doubts`` by report id."""

    database: Database
    queue: Queue
    shelf: Shelf
    files: Files
    doubts: Mapping[str, Doubts]

    def entry(self, position: int) -> Entry:
        """Find a report, or answer that there is none."""
        entry = self.queue.entry(position)
        if entry is None:
            raise HTTPException(404, "No such report.")
        return entry

    def desk(self, entry: Entry, also: list[str]) -> Desk:
        """Lay out a report."""
        target = entry.target
        return desk(
            entry,
            self.shelf.get(target),
            self.database.history(target),
            self.database.signed_by(target),
            self.doubts.get(target.report_id, {}),
            also,
        )

    def take_next(self, after: int | None) -> int | None:
        """Claim the next report of the queue; another reviewer may be faster, then the one after it."""
        entry = None if after is None else self.queue.entry(after)
        position = self.queue.next(None if entry is None else entry.rank)
        for _ in range(100):
            if position is None:
                return None
            found = self.entry(position)
            # Once claimed, nobody else can sign it off; until then another reviewer may have.
            if self.database.claim(found.target) is None and self.database.signed_by(found.target) is None:
                return position
            position = self.queue.next(found.rank)
        return None


class Pages:
    """What the application answers with: templates, filled with a review."""

    def __init__(self, review: Review) -> None:
        self._review = review
        self._templates = Environment(
            loader=PackageLoader("nenpath"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        for name in self._templates.list_templates(filter_func=lambda name: name.startswith("review")):
            self._templates.get_template(name)  # compiled now, not at the first request

    def render(self, template: str, status: int = 200, **values: Any) -> HTMLResponse:
        """A whole page."""
        shown = self._templates.get_template(template).render(user=self._review.database.user, **values)
        return HTMLResponse(shown.encode("utf-8", "replace"), status)

    def fields(self, entry: Entry, also: list[str], said: str, text_changed: bool = False) -> JSONResponse:
        """The fields of a report that is open in a page."""
        laid = self._review.desk(entry, also)
        progress = self._review.queue.progress()
        template = self._templates.get_template("review_fields.html.j2")
        return JSONResponse(
            {
                "fields": template.render(desk=laid, progress=progress),
                "message": said,
                "seen": laid.seen,
                "open": laid.open,
                "text_changed": text_changed,
            }
        )


def application(review: Review, token: str, port: int) -> Guard:
    """Build the application behind its guard."""
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    pages = Pages(review)
    _refusals(app, pages)
    _views(app, review, pages)
    _decisions(app, review, pages)
    _signatures(app, review)
    _assets(app)
    return Guard(app, token, port)


def _refusals(app: FastAPI, pages: Pages) -> None:
    """What can't be done now."""

    @app.exception_handler(RefusedError)
    @app.exception_handler(GoneError)
    def refused(request: Request, error: Exception) -> Response:
        if request.method == "GET":
            return pages.render("review_message.html.j2", 409, title="Not now", words=str(error))
        return JSONResponse({"message": str(error)}, 409)


def _views(app: FastAPI, review: Review, pages: Pages) -> None:
    """Pages of reports, and the way from one to the next."""

    @app.get("/")
    def start() -> Response:
        return RedirectResponse("/next", 303)

    @app.get("/next")
    def following(after: int | None = None) -> Response:
        position = review.take_next(after)
        if position is not None:
            return RedirectResponse(f"/report/{position}", 303)
        progress = review.queue.progress()
        return pages.render("review_done.html.j2", progress=progress, files=review.files)

    @app.get("/previous")
    def preceding(before: int) -> Response:
        position = review.queue.previous(review.entry(before).rank)
        return RedirectResponse(f"/report/{before if position is None else position}", 303)

    @app.get("/report/{position}")
    def report(position: int) -> Response:
        entry = review.entry(position)
        laid = review.desk(entry, [])
        holder = None if laid.signed else review.database.claim(entry.target)
        volume = review.shelf.get(entry.target)
        states = current(review.database.history(entry.target))
        return pages.render(
            "review.html.j2",
            desk=laid,
            pieces=pieces(volume, states),
            double_breaks=has_double_breaks(volume.text),
            progress=review.queue.progress(),
            rank=entry.rank,
            holder=holder,
        )

    @app.get("/report/{position}/text")
    def text(position: int) -> Response:
        entry = review.entry(position)
        states = current(review.database.history(entry.target))
        return pages.render("review_text.html.j2", pieces=pieces(review.shelf.get(entry.target), states))

    @app.post("/find")
    def find(wanted: Wanted) -> Response:
        position = review.queue.find(wanted.report_id.strip())
        if position is None:
            raise RefusedError("No report with this id.")
        return JSONResponse({"position": position})


def _decisions(app: FastAPI, review: Review, pages: Pages) -> None:
    """The fields of a report, and what a reviewer decides on one."""

    @app.post("/report/{position}/fields")
    def other_fields(position: int, wanted: list[str]) -> Response:
        return pages.fields(review.entry(position), wanted, "")

    @app.post("/report/{position}/decide")
    def press(position: int, key: Key) -> Response:
        entry = review.entry(position)
        target = entry.target
        volume = review.shelf.get(target)
        states = current(review.database.history(target))
        doubts = review.doubts.get(target.report_id, {})
        state = decide(key.action, key.field, key.given, volume, states, doubts)
        reading = volume.record["fields"][key.field]
        proposed = {"value": reading["value"], "confidence": reading["confidence"]}
        review.database.decide(target, key.field, state, proposed, key.seen)
        return pages.fields(entry, key.also, "Saved.", text_changed=True)


def _signatures(app: FastAPI, review: Review) -> None:
    """Sign-off, reopening, claims, and undo."""

    @app.post("/report/{position}/sign")
    def sign(position: int, signature: Signature) -> Response:
        entry = review.entry(position)
        target = entry.target
        laid = review.desk(entry, [])
        if laid.open and not signature.whole:
            raise RefusedError(
                f"{laid.open} fields are not settled." if laid.open > 1 else "1 field is not settled."
            )
        if laid.seen > signature.seen:
            raise RefusedError("Somebody else decided on this report meanwhile; look again.")
        volume = review.shelf.get(target)
        states = current(review.database.history(target))
        record = corrected(volume.record, volume.text, states, signature.whole)
        lines = as_lines(record, gold(record, states, signature.whole))
        review.database.sign(target, *lines, whole=signature.whole, seen=signature.seen)
        review.files.add(*lines)
        return JSONResponse({"message": "Signed off."})

    @app.post("/report/{position}/reopen")
    def reopen(position: int) -> Response:
        entry = review.entry(position)
        lines = review.database.reopen(entry.target)
        review.queue.reopened(position)
        review.files.drop(lines)
        return JSONResponse({"message": "Reopened."})

    @app.post("/report/{position}/claim")
    def claim(position: int) -> Response:
        holder = review.database.claim(review.entry(position).target)
        if holder is not None:
            raise RefusedError(f"{holder} is reviewing this report.")
        return JSONResponse({"message": ""})

    @app.post("/undo")
    def undo() -> Response:
        target, lines = review.database.undo()
        review.queue.reopened(target.position)
        review.files.drop(lines)
        return JSONResponse({"message": "Undone.", "position": target.position})


def _assets(app: FastAPI) -> None:
    """Style, script and icon."""
    assets = {name: (files("nenpath.review") / "static" / name).read_bytes() for name in _KINDS}

    @app.get("/static/{name}")
    def static(name: str) -> Response:
        if name not in _KINDS:
            raise HTTPException(404)
        return Response(assets[name], media_type=_KINDS[name])
