"""The words of the navigation: titles of pages may name an area as the pack that is shown does."""

from __future__ import annotations

import contextlib

from planner.errors import PlannerError
from planner.present import session
from planner.present.words import Words


def title_words(w: Words) -> Words:
    """The words with the pack's own word for an area; with the general one without a pack."""
    with contextlib.suppress(PlannerError):
        return w.of_pack(session.case().pack)
    return w
