"""Who may talk to the review server: one browser that knows the token, and no other page in it."""

from __future__ import annotations

import sys
from hmac import compare_digest
from http.cookies import CookieError, SimpleCookie
from urllib.parse import parse_qs

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_LARGEST_BODY = 64 * 1024
_HEADERS = {
    "Content-Security-Policy": "default-src 'self'; base-uri 'none'; form-action 'self';"
    " frame-ancestors 'none'; object-src 'none'",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}


class Guard:
    """Lets a request through if it comes from this server's own page.

    The address carries a random token once; from then on a cookie does, which the browser sends from no
    other site. The Host header must be this server's (against DNS rebinding), and what changes something
    must name this server as its origin and be JSON.

    Parameters
    ----------
    port
        Port the server listens on; the cookie's name has it, for cookies do not tell ports apart.
    """

    def __init__(self, app: ASGIApp, token: str, port: int) -> None:
        self._app, self._token = app, token
        self._hosts = {f"{name}:{port}" for name in ("127.0.0.1", "localhost")}
        self._cookie = f"nenpath_review_{port}"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        if scope["type"] != "http":
            if scope["type"] == "lifespan":
                await self._app(scope, receive, send)
            return
        started = False

        async def guarded(message: Message) -> None:
            nonlocal started
            if message["type"] == "http.response.start":
                started = True
                headers = MutableHeaders(scope=message)
                for name, value in _HEADERS.items():
                    headers[name] = value
            await send(message)

        refused = self._refused(scope)
        try:
            await (refused or self._app)(scope, receive, guarded)
        except Exception as error:  # noqa: BLE001 - its message may hold report text, its class does not
            print(f"nenpath: internal error {type(error).__name__}; please report it", file=sys.stderr)  # noqa: T201
            if not started:
                answer = JSONResponse({"message": "Internal error; the decision was not saved."}, 500)
                await answer(scope, receive, guarded)

    def _refused(self, scope: Scope) -> Response | None:
        headers = Headers(scope=scope)
        host = headers.get("host", "")
        if host not in self._hosts:
            return _no("Wrong host.", 421)
        if headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
            return _no("Not from another site.", 403)
        if scope["path"] == "/" and scope["method"] == "GET":
            given = parse_qs(scope["query_string"].decode("latin-1")).get("token")
            if given is not None:
                return self._welcome(given[0])
        if not self._is_known(headers.get("cookie", "")):
            return _no("Open the address that nenpath review printed, with its token.", 403)
        if scope["method"] not in ("GET", "HEAD"):
            length = headers.get("content-length", "")
            if headers.get("origin") != f"http://{host}":
                return _no("Not from another origin.", 403)
            if headers.get("content-type", "").split(";")[0].strip() != "application/json":
                return _no("JSON only.", 415)
            if not length.isascii() or not length.isdigit() or int(length) > _LARGEST_BODY:
                return _no("Too long.", 413)
        return None

    def _welcome(self, given: str) -> Response:
        if not self._is_token(given):
            return _no("Wrong token. Open the address that nenpath review printed.", 403)
        answer = RedirectResponse("/", 303)
        answer.set_cookie(self._cookie, self._token, httponly=True, samesite="strict", path="/")
        return answer

    def _is_known(self, cookies: str) -> bool:
        try:
            found = SimpleCookie(cookies).get(self._cookie)
        except CookieError:
            return False
        return found is not None and self._is_token(found.value)

    def _is_token(self, given: str) -> bool:
        return compare_digest(given.encode("utf-8", "replace"), self._token.encode())


def _no(words: str, status: int) -> Response:
    return Response(words + "\n", status, media_type="text/plain")
