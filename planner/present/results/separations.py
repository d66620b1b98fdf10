"""Which separation duplicates are counted by, in words; and what they are by the pack's own."""

from __future__ import annotations

from dataclasses import dataclass

from planner.present.words import Words
from planner.scenario import Scenario


@dataclass(frozen=True, slots=True)
class Doubled:
    """Pairs of branches with the same service: without need, and justified by load.

    `is_own`: counted by the plan's own separations, as nothing else is known of it.
    """

    unnecessary: int
    justified: int
    is_own: bool = False


def within(w: Words, scenario: Scenario) -> str:
    """The separation of a plan's rules: `within 60 km`, or within each service's own."""
    own = scenario.duplicates
    if own.separation_km is not None:
        return _within(w, "km", w.km(own.separation_km), w.km(own.separation_dense_km))
    if own.separation_min is not None:
        far, near = w.minutes(own.separation_min), w.minutes(own.separation_dense_min)
        return _within(w, "min", far, near)
    return w("separation.own")


def _within(w: Words, unit: str, far: str, near: str) -> str:
    if near in (w.unit("none"), far):
        return w(f"separation.{unit}", v=far)
    return w(f"separation.{unit}_dense", v=far, dense=near)


def card_note(w: Words, scenario: Scenario, justified: int, by_own: Doubled | None) -> str:
    """What stands below the number of unnecessary duplicates.

    `by_own`: the duplicates by the services' own separations, where the rules have another.
    """
    note = w("separation.card", within=within(w, scenario), n=w.count(justified))
    if by_own is None:
        return note
    return f"{note}; {w('separation.card_own', n=w.count(by_own.unnecessary))}"


def counted(w: Words, scenario: Scenario, pairs: int, by_own: Doubled | None) -> list[str]:
    """How a plan's duplicates are counted, or that it has none; and the count by the pack's own."""
    key = "separation.counted" if pairs else "separation.none"
    said = [w(key, within=within(w, scenario))]
    if by_own is not None:
        counts = {"unnecessary": by_own.unnecessary, "justified": by_own.justified}
        said.append(w("separation.by_own", **{k: w.count(n) for k, n in counts.items()}))
    return said
