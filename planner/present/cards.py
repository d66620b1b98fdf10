"""Cards for single figures: a label, a value, and what changed, in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from planner.present.escape import html_text

Tone = Literal["better", "worse", "same"]


@dataclass(frozen=True, slots=True)
class Card:
    """One figure; `change` says in words how it moved, `tone` whether that is good.

    `error`: how far a figure of travel may be off, in words.
    """

    label: str
    value: str
    note: str = ""
    change: str = ""
    tone: Tone = "same"
    error: str = ""


_SIGNS = {"better": "✓ ", "worse": "▲ ", "same": ""}


def cards_html(cards: Sequence[Card]) -> str:
    """Cards as a definition list, up to three in a row; every text is escaped."""
    return f'<dl class="ug-cards">{"".join(_card_html(card) for card in cards)}</dl>'


def _card_html(card: Card) -> str:
    error = f' <span class="ug-error">{html_text(card.error)}</span>' if card.error else ""
    parts = [
        f"<dt>{html_text(card.label)}</dt>",
        f'<dd class="ug-value">{html_text(card.value)}{error}</dd>',
    ]
    if card.change:
        sign = html_text(_SIGNS[card.tone])
        parts.append(f'<dd class="ug-change ug-{card.tone}">{sign}{html_text(card.change)}</dd>')
    if card.note:
        parts.append(f'<dd class="ug-note">{html_text(card.note)}</dd>')
    return f'<div class="ug-card">{"".join(parts)}</div>'
