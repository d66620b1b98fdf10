"""What open answers are about: themes by stated words, in any language the words are given in."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from planner.pack.voice_types import Theme

EXAMPLES = 3
_AROUND = 5
_WORD = re.compile(r"[^\W_]+(?:['\u2019][^\W_]+)*")
HIDDEN = "[\N{HORIZONTAL ELLIPSIS}]"


@dataclass(frozen=True, slots=True)
class ThemeCount:
    """How many open answers a theme's words stand in.

    Attributes:
        answers: Answers with any of the words; `share` of all answers in words.
        words: The words found, the most frequent first, each with its number of answers.
        examples: Short pieces around a word, without what looks like a name or a number.
    """

    theme: Theme
    answers: int
    share: float
    words: tuple[tuple[str, int], ...]
    examples: tuple[str, ...]


def folded(text: str) -> str:
    """Text without case and accents."""
    parts = unicodedata.normalize("NFKD", text.casefold())
    return "".join(c for c in parts if not unicodedata.combining(c))


def count_themes(said: Sequence[str], themes: Sequence[Theme]) -> tuple[ThemeCount, ...]:
    """Counts each theme over answers in words; an answer may have several themes or none."""
    texts = [text for text in said if text]
    plain = [folded(text) for text in texts]
    ordinary = {word for text in texts for word in _WORD.findall(text) if word[:1].islower()}
    counted = []
    for theme in themes:
        patterns = {word: _pattern(word) for word in theme.words}
        words: Counter[str] = Counter()
        examples: list[str] = []
        count = 0
        for text, flat in zip(texts, plain, strict=True):
            found = {word: match for word, each in patterns.items() if (match := each.search(flat))}
            words.update(list(found))
            if not found:
                continue
            count += 1
            if len(examples) < EXAMPLES:
                piece = _piece(text, min(match.start() for match in found.values()), ordinary)
                if piece not in examples:
                    examples.append(piece)
        share = count / len(texts) if texts else 0.0
        ranked = tuple(words.most_common())
        counted.append(ThemeCount(theme, count, share, ranked, tuple(examples)))
    return tuple(counted)


def _pattern(word: str) -> re.Pattern[str]:
    """A word or phrase as a whole; `*` at an end stands for any letters."""
    core = r"[\W_]+".join(re.escape(part) for part in _WORD.findall(folded(word)))
    before = r"[^\W_]*" if word.strip().startswith("*") else ""
    after = r"[^\W_]*" if word.strip().endswith("*") else ""
    return re.compile(rf"(?<![^\W_]){before}{core}{after}(?![^\W_])")


def _piece(text: str, at: int, ordinary: set[str]) -> str:
    """The words around a place, with names and long numbers hidden.

    A word with a capital letter stays only where it stands somewhere in small letters too. `at` is
    a place in the folded text, near enough to the same place in the text itself.
    """
    words = list(_WORD.finditer(text))
    middle = next((i for i, each in enumerate(words) if each.end() > at), len(words) - 1)
    first, last = max(0, middle - _AROUND), min(len(words), middle + _AROUND + 1)
    start, end = words[first].start(), words[last - 1].end()
    piece = _WORD.sub(lambda match: _shown(match[0], ordinary), text[start:end])
    return ("… " if first else "") + " ".join(piece.split()) + (" …" if last < len(words) else "")


def _shown(word: str, ordinary: set[str]) -> str:
    digits = sum(c.isdigit() for c in word)
    named = word[:1].isupper() and word.lower() not in ordinary and len(word) > 1
    return HIDDEN if digits >= 4 or named else word
