"""Starts the review server: index first, then a page on this machine only."""

from __future__ import annotations

import getpass
import logging
import secrets
import socket
import webbrowser
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

import uvicorn
from rich.console import Console

import classifier
from nenpath.archives import Columns
from nenpath.errors import NenpathError
from nenpath.review.app import Review, application
from nenpath.review.database import Database
from nenpath.review.export import Files
from nenpath.review.queue import Doubts, Queue, build, index_path
from nenpath.review.shelf import Shelf
from nenpath.review.weights import read_weights
from nenpath.store import Store

HOST = "127.0.0.1"


def open_review(
    store: Store,
    database: Path,
    user: str,
    weights: Path | None = None,
    source: Path | None = None,
    columns: Columns | None = None,
    coded: tuple[Mapping[str, Doubts], str] = ({}, ""),
    console: Console | None = None,
) -> Review:
    """Bring the index up to date and open everything a review needs."""
    doubts, key = coded

    def tell(done: int, parts: int) -> None:
        if console is not None and console.is_terminal:
            console.print(f"Making the index: part {done:,} of {parts:,}", end="\r")

    shelf = Shelf(store, source, columns)
    opened = Database(database, user)
    build(store, index_path(database), read_weights(weights), doubts, key, tell)
    classifier.assess({})  # reads its data now, not at the first request
    files = Files(opened)
    files.refresh()
    queue = Queue(opened, index_path(database))
    queue.first()  # passes over what is signed off, now rather than at the first request
    return Review(opened, queue, shelf, files, doubts)


def serve(review: Review, port: int, browser: bool, console: Console) -> None:
    """Serve until a person presses Ctrl-C.

    Raises
    ------
    NenpathError
        If the port is taken.
    """
    token = secrets.token_urlsafe(32)
    # The protocol is named, or asyncio would not turn Nagle's algorithm off: 40 ms per answer.
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP) as listener:
        try:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listener.bind((HOST, port))
            listener.listen(128)  # whoever reads the address is heard from now on
        except OSError as error:
            raise NenpathError(f"port {port}: {error.strerror or 'cannot be used'}") from None
        port = listener.getsockname()[1]
        address = f"http://{HOST}:{port}/?token={token}"
        progress = review.queue.progress()
        console.print(
            f"{progress.queue:,} reports to review, {progress.signed:,} signed off. Reviewer: "
            f"{review.database.user}. Press Ctrl-C to end.",
            highlight=False,
            markup=False,
        )
        console.print(address, soft_wrap=True, highlight=False, markup=False)
        if browser:
            webbrowser.open(address)
        # What a library logs of a request or an error may hold ids and words of reports.
        for name in ("uvicorn", "uvicorn.error", "uvicorn.access", "asyncio"):
            logging.getLogger(name).disabled = True
        config = uvicorn.Config(
            application(review, token, port),
            log_config=None,
            access_log=False,
            server_header=False,
            date_header=False,
            lifespan="off",
            ws="none",
            proxy_headers=False,
        )
        with suppress(KeyboardInterrupt):  # the usual end
            uvicorn.Server(config).run(sockets=[listener])


def reviewer(name: str | None) -> str:
    """Name the reviewer: the one given, or the account's.

    Raises
    ------
    NenpathError
        If there is none.
    """
    try:
        found = " ".join((name if name is not None else getpass.getuser()).split())
    except (OSError, KeyError):
        found = ""
    if not found or len(found) > 80:
        raise NenpathError("name the reviewer with --user, in at most 80 characters")
    return found
