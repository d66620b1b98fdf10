"""Files that pages hand out go to whom they were made for: looked at before Streamlit answers.

Streamlit gives a file to anybody who knows its address. Where there is a login, a file goes only to
the person in one of whose open windows it stands, and only who is signed in sends any. What the
server tells of itself and of all who use it (its figures, for instance) then goes to nobody.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable, Iterable, Mapping, MutableMapping
from dataclasses import dataclass
from typing import Any

from streamlit import runtime

from planner.errors import PlannerError
from planner.people import NotSignedInError
from planner.present.people import deferred, own_login, signing, trusted

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

_MEDIA, _UPLOAD = "/media/", "/_stcore/upload_file/"
_MADE = "/component/planner.present.served.made/"  # outlines of packs, private ones too
_CORE = "/_stcore/"  # where Streamlit answers for itself
_TELLS_NOTHING = re.compile(r"health|host-config|bidi-components/.*")  # needed before signing in
_LOOKS, _BETWEEN_S = 100, 0.1
_USER_COOKIE = re.compile(r"_streamlit_user(__\d+)?")  # where it is long, in parts


@dataclass(frozen=True, slots=True)
class Window:
    """An open window: its id, by what its visitor is known, and the files that stand in it."""

    id: str
    mark: str | None
    files: frozenset[str]


class Guard:
    """Stands before an ASGI app; see the module."""

    def __init__(self, app: App, windows: Callable[[], Iterable[Window]] | None = None) -> None:
        """Args: the app; what gives the open windows, Streamlit's own when left out."""
        self._app = app
        self._windows = windows or open_windows

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or refuse it as if there were no such file."""
        if scope["type"] == "http" and not await self._is_let_in(scope):
            await send({"type": "http.response.start", "status": 404, "headers": []})
            await send({"type": "http.response.body", "body": b"Not found"})
            return
        await self._app(scope, receive, send)

    async def _is_let_in(self, scope: Scope) -> bool:
        path = str(scope["path"])
        kind = next((each for each in (_MEDIA, _UPLOAD, _MADE) if each in path), None)
        if (kind is None and _tells_nothing(path)) or scope["method"] == "OPTIONS":
            return True
        try:
            if not own_login.is_any():
                return True
        except PlannerError:  # a login is meant, so nobody is let in
            return False
        if kind is None:
            return False
        mark = mark_of(_decoded(scope["headers"]), (scope.get("client") or (None,))[0])
        if mark is None:
            return False
        rest = path.split(kind, 1)[1].split("/", 1)[0]
        if kind == _MEDIA:
            return await self._stands_in_one_of(mark, rest.split(".", 1)[0])
        theirs = self._of(mark)
        return any(rest == each.id for each in theirs) if kind == _UPLOAD else bool(theirs)

    def _of(self, mark: str) -> list[Window]:
        return [each for each in self._windows() if each.mark == mark]

    async def _stands_in_one_of(self, mark: str, file: str) -> bool:
        """Whether a file stands in a window of somebody's.

        While a page is being made anew Streamlit knows none of its files, so this waits for that.
        """
        for _ in range(_LOOKS):
            theirs = self._of(mark)
            if not theirs or any(file in each.files for each in theirs):
                return bool(theirs)
            await asyncio.sleep(_BETWEEN_S)
        return False


def _tells_nothing(path: str) -> bool:
    """Whether an address has nothing of the server's own, and nothing of those who use it."""
    _, core, asked = path.partition(_CORE)
    return not core or _TELLS_NOTHING.fullmatch(asked) is not None


def mark_of(headers: Iterable[tuple[str, str]], peer: str | None) -> str | None:
    """By what two connections are known to be of one person; None for nobody.

    Behind a proxy that is the name it gives. With Streamlit's own login it is the signed cookie: it
    proves nothing here, but a window that is signed in was opened with it, and was looked at then.

    Args:
        headers: Names in any case, with their values.
        peer: The address that the connection came from.
    """
    told = [(name.casefold(), value) for name, value in headers]
    believed = trusted.proxy()
    if believed is not None:
        values = [value for name, value in told if name == believed.header.casefold()]
        secrets = [value for name, value in told if name == trusted.SECRET_HEADER.casefold()]
        return believed.name(values, secrets, peer)
    found: dict[str, str] = {}
    for value in (value for name, value in told if name == "cookie"):
        found.update(_cookies(value))
    mine = {name: value for name, value in found.items() if _USER_COOKIE.fullmatch(name)}
    return "\n".join(f"{name}={mine[name]}" for name in sorted(mine)) or None


def open_windows() -> Iterable[Window]:
    """The windows that Streamlit has open now."""
    if not runtime.exists():
        return
    running = runtime.get_instance()
    media = running.media_file_mgr
    with media._lock:  # noqa: SLF001 - Streamlit tells nobody else what stands where
        stand = {
            session: frozenset(map(str, of_it.values()))
            for session, of_it in media._files_by_session_and_coord.items()  # noqa: SLF001
        }
    files = {session: deferred.with_made(of_it) for session, of_it in stand.items()}
    for each in running._session_mgr.list_active_sessions():  # noqa: SLF001
        context = None if each.client is None else each.client.client_context
        if context is not None:
            session = str(each.session.id)
            mark = mark_of(context.headers, context.remote_ip)
            if trusted.proxy() is None and not _is_signed_in(each.session):
                mark = None
            yield Window(session, mark, files.get(session, frozenset()))


def _is_signed_in(session: Any) -> bool:
    """Whether Streamlit found the cookie of a window to be signed, and nobody signed out there."""
    try:
        signing.person_in(session._user_info)  # noqa: SLF001 - nobody else tells it outside of a page
    except NotSignedInError:
        return False
    return True


def _decoded(headers: Iterable[tuple[bytes, bytes]]) -> list[tuple[str, str]]:
    return [(name.decode("latin-1"), value.decode("latin-1")) for name, value in headers]


def _cookies(text: str) -> Mapping[str, str]:
    pairs = (each.partition("=") for each in text.split(";"))
    return {name.strip(): value.strip() for name, _, value in pairs}
