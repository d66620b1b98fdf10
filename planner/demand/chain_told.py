"""A chain of figures told: as plain values for programs, and line by line for people."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

from planner.demand.chain_types import Chain, detail_in_force, in_force
from planner.pack.figures import Figure


def chain_told(chain: Chain) -> dict[str, Any]:
    """The chain as plain values; what is not known is None.

    `value` of a link is the one in force at the chain's level; their product is `visits_per_year`.
    """
    return {
        "visit_type": chain.visit_type,
        "place": chain.place,
        "level": chain.level,
        "visits_per_year": _known(chain.value),
        "low": _known(chain.low),
        "mode": _known(chain.mode),
        "high": _known(chain.high),
        "links": [
            {
                "step": link.step,
                **_figure(link.figure, in_force(chain, link)),
                "how": link.how,
                "details": [
                    _figure(each, detail_in_force(chain, link, each)) for each in link.details
                ],
            }
            for link in chain.links
        ],
    }


def chain_lines(chain: Chain, name: str, everywhere: str) -> Iterator[str]:
    """The chain as lines: the number, then what must be multiplied to get it.

    Args:
        chain: The chain.
        name: What people call the visit type.
        everywhere: What all areas together are called.
    """
    place = chain.place or everywhere
    ends = f" ({_number(chain.low)} to {_number(chain.high)})" if _has_ends(chain) else ""
    yield f"{name}, {place}: {_number(chain.value)} visits a year{ends}, {chain.level} figures"
    for number, link in enumerate(chain.links):
        yield f"  {'x' if number else ' '} {_line(link.figure, in_force(chain, link))}"
        if link.how:
            yield f"      = {link.how}"
        for each in link.details:
            yield f"        {_line(each, detail_in_force(chain, link, each))}"
    yield f"  = {exact(chain.value)} visits a year"


def _has_ends(chain: Chain) -> bool:
    return chain.low < chain.high


def _line(figure: Figure, value: float) -> str:
    """The value in force first; the most likely one is named where another is in force."""
    span = f"{exact(figure.low)} to {exact(figure.high)}"
    if value != figure.value:
        span = f"{exact(figure.value)} most likely, {span}"
    ends = "" if figure.low == figure.high else f" ({span})"
    mark = figure.mark
    source = f" [{': '.join(filter(None, (mark.confidence, mark.source)))}]" if mark.source else ""
    note = f" {mark.note}." if mark.note else ""
    return f"{exact(value)} {figure.name}, {figure.unit}{ends}{source}{note}"


def exact(value: float) -> str:
    """A number that can be multiplied again: whole, or with twelve figures."""
    return f"{value:,.0f}" if value == round(value) else f"{value:,.12g}"


def _number(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 100 or value == 0 else f"{value:,.3g}"


def _figure(figure: Figure, value: float) -> dict[str, Any]:
    return {
        "name": figure.name,
        "value": _known(value),
        "low": _known(figure.low),
        "mode": _known(figure.value),
        "high": _known(figure.high),
        "unit": figure.unit,
        "source": figure.mark.source,
        "confidence": figure.mark.confidence,
        "note": figure.mark.note,
    }


def _known(value: float) -> float | None:
    return value if math.isfinite(value) else None
