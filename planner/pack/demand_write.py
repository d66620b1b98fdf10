"""Writes `demand.toml` back, so that it reads as the same."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import tomli_w

from planner.pack.demand_file import BY_POPULATION, FILE, POWER, WEIGHT, power_of, weight_of
from planner.pack.figures import Figure, Mark
from planner.pack.toml_write import figure_table, mark_table
from planner.pack.types import DemandRates


def write_rates(rates: DemandRates, folder: Path, facts: str) -> None:
    """Writes the file.

    Args:
        rates: What the pack says.
        folder: The pack's folder.
        facts: The name of the table of facts, "" where it is the pack's own.
    """

    def number(own: Figure, name: str, unit: str, spread: Mark) -> float | Mapping[str, Any]:
        """A plain number where that reads as the same figure."""
        plain = Figure(name, own.value, own.value, own.value, unit, spread)
        return own.value if own == plain else figure_table(own, "mode")

    top: dict[str, Any] = {} if rates.year is None else {"year": rates.year}
    if facts:
        top["facts"] = facts
    top["spreads"] = {
        spread.id: {
            "name": spread.name,
            **mark_table(spread.mark),
            "terms": [
                {
                    "weight": number(term.weight, weight_of(at), WEIGHT, spread.mark),
                    "powers": {
                        name: number(power, power_of(name), POWER, spread.mark)
                        for name, power in term.powers.items()
                    },
                }
                for at, term in enumerate(spread.terms, start=1)
            ],
        }
        for spread in rates.spreads.values()
        if spread.id != BY_POPULATION
    }
    top["visit_types"] = [
        {
            "id": rate.visit_type,
            "spread": rate.spread,
            **({} if rate.round_to is None else {"round_to": rate.round_to}),
            "chain": [{"name": link.name, **figure_table(link, "mode")} for link in rate.chain],
        }
        for rate in rates.rates
    ]
    (folder / FILE).write_text(tomli_w.dumps(top), encoding="utf-8")
