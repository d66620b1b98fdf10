"""Files that are made when their button is pressed: by whose page the button stands on.

Streamlit makes them outside of any page, where nobody in particular acts, and gives them an address
that it does not note beside the window.
"""

from __future__ import annotations

import functools
from collections import OrderedDict
from collections.abc import Callable
from threading import Lock
from typing import Any

from streamlit.runtime.media_file_manager import MediaFileManager

from planner.people import acting, acting_as

_MOST = 10_000


class _Made:
    """Of files that were made so: under which name their button stands in its window."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._asked: OrderedDict[str, str] = OrderedDict()

    def note(self, made: str, asked: str) -> None:
        with self._lock:
            self._asked[made] = asked
            while len(self._asked) > _MOST:
                self._asked.popitem(last=False)

    def of(self, asked: frozenset[str]) -> frozenset[str]:
        with self._lock:
            return frozenset(made for made, each in self._asked.items() if each in asked)


_made = _Made()


def with_made(files: frozenset[str]) -> frozenset[str]:
    """The files of a window with those that its buttons have made."""
    return files | _made.of(files)


def follow() -> None:
    """Have such files made by whose page it is, and noted; once, before the server starts."""
    add, execute = MediaFileManager.add_deferred, MediaFileManager.execute_deferred

    @functools.wraps(add)
    def add_for_person(self: Any, data: Callable[[], Any], *rest: Any, **more: Any) -> Any:
        person = acting()

        def make() -> Any:
            with acting_as(person):
                return data()

        return add(self, make, *rest, **more)

    @functools.wraps(execute)
    def execute_and_note(self: Any, file_id: str) -> Any:
        url = execute(self, file_id)
        _made.note(str(url).rsplit("/", 1)[-1].split(".", 1)[0], file_id)
        return url

    MediaFileManager.add_deferred = add_for_person
    MediaFileManager.execute_deferred = execute_and_note
