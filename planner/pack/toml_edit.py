"""Sets texts at the top of a TOML file and leaves everything else as somebody wrote it."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping

import tomli_w

_TEXT = r"\"(?:[^\"\\\n]|\\.)*\"|'[^'\n]*'"


def with_texts(text: str, texts: Mapping[str, str]) -> str:
    """A TOML text with these keys of its top table set; comments and order stay where they can.

    Args:
        text: Valid TOML.
        texts: The values by key; a key that is not there is added at the beginning.

    Raises:
        tomllib.TOMLDecodeError: The text is no TOML.
    """
    for key, value in texts.items():
        text = _with_text(text, key, value)
    return text


def _with_text(text: str, key: str, value: str) -> str:
    wanted = {**tomllib.loads(text), key: value}
    line = tomli_w.dumps({key: value}).rstrip("\n")
    named = re.compile(rf"^[ \t]*{re.escape(key)}[ \t]*=[ \t]*(?:{_TEXT})", re.MULTILINE)
    for candidate in (named.sub(lambda _: line, text, count=1), f"{line}\n{text}"):
        if _reads_as(candidate, wanted):
            return candidate
    return tomli_w.dumps(wanted)


def _reads_as(text: str, wanted: Mapping[str, object]) -> bool:
    """Whether a text is TOML that says exactly this."""
    try:
        return tomllib.loads(text) == wanted
    except tomllib.TOMLDecodeError:
        return False


def with_line_in(text: str, key: str, line: str) -> str:
    """A TOML text with one text more at the end of a list of its top table.

    Args:
        text: Valid TOML.
        key: Of the list; one that is not there is added at the beginning.
        line: The text to add.

    Raises:
        tomllib.TOMLDecodeError: The text is no TOML.
    """
    told = tomllib.loads(text)
    before = told.get(key, [])
    wanted = {**told, key: [*before, line]}
    entry = tomli_w.dumps({"x": line}).removeprefix("x = ").rstrip("\n")
    opened = re.search(rf"^{re.escape(key)}[ \t]*=[ \t]*\[", text, re.MULTILINE)
    candidates = [f"{key} = [{entry}]\n{text}"]
    if opened is not None and before:
        ends = [at for at, sign in enumerate(text) if sign == "]" and at > opened.end()]
        for end in ends[: len(before) + 50]:  # a text of the list may hold brackets of its own
            head = text[:end].rstrip()
            candidates += [f"{head}{comma}\n  {entry},\n{text[end:]}" for comma in ("", ",")]
    found = next((each for each in candidates if _reads_as(each, wanted)), None)
    return tomli_w.dumps(wanted) if found is None else found
