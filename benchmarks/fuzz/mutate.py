"""Damage that keeps a text's form: words and lines that change places, so that it is still read.

Most changed bytes end at the first reader of TOML, JSON or CSV; a changed word goes far.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Sequence

_TOKEN = re.compile(rb'"(?:[^"\\\n]|\\.)*"|[\w.+-]+|[^\w\s]|\s+', re.DOTALL)
_BY_BYTES = 0.35  # of all changes
_MOST_CHANGES = 4
_Rng = random.Random


def changed(
    data: bytes, most: int, seed: int, words: Sequence[bytes], by_bytes: Callable[[bytes], bytes]
) -> bytes:
    """An input made of another one.

    Args:
        data: The other one.
        most: The longest that the new one may be, in bytes.
        seed: Which of all changes.
        words: Words that may be put in.
        by_bytes: Changes bytes without a look at what they are.
    """
    rng = _Rng(seed)
    if len(data) < 2 or rng.random() < _BY_BYTES:
        return by_bytes(data)
    new = data
    for _ in range(rng.randint(1, _MOST_CHANGES)):
        new = rng.choice((_lines, _tokens, _tokens))(new, rng, words)
    return new[:most]


def _lines(data: bytes, rng: _Rng, _words: Sequence[bytes]) -> bytes:
    """One line is left out, there twice, or stands elsewhere."""
    lines = data.split(b"\n")
    at, to = rng.randrange(len(lines)), rng.randrange(len(lines) + 1)
    line = lines[at]
    if rng.random() < 2 / 3:
        del lines[at]
    if rng.random() < 2 / 3:
        lines.insert(to, line)
    return b"\n".join(lines)


def _tokens(data: bytes, rng: _Rng, words: Sequence[bytes]) -> bytes:
    """One word gives way to another of the input, or to one of ours, or is gone."""
    tokens = _TOKEN.findall(data)
    if not tokens:
        return data
    at = rng.randrange(len(tokens))
    kind = rng.random()
    if kind < 0.4:
        tokens[at] = rng.choice(tokens)
    elif kind < 0.8:
        tokens[at] = rng.choice(words)
    elif kind < 0.9:
        tokens[at] = b'"' + rng.choice(words).replace(b'"', b"") + b'"'
    else:
        del tokens[at]
    return b"".join(tokens)
