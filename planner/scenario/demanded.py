"""The demand of a pack, or of a scenario on it: visits with both ends, and all that is behind."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from planner.demand import yearly_visits
from planner.demand.account import DemandAccount
from planner.demand.chain import Asked
from planner.pack.types import Pack
from planner.scenario.demand import adoption_of, checked_account
from planner.scenario.recorded import LEVELS, planned_visits
from planner.scenario.schema import Scenario


@dataclass(frozen=True, slots=True, eq=False)
class Demand:
    """The demand of a pack, or of a scenario on it.

    Attributes:
        asked: The pack and its visits, by the model and with records in their place.
        account: What the levers make of the base visits, shape (I, B) each.
        remarks: What must be said of the records that stand in place of the model.
        low: Base visits with every figure at its low end, shape (I, B); `mode` and `high` likewise.
    """

    asked: Asked
    account: DemandAccount
    remarks: tuple[str, ...]
    low: NDArray[np.float64]
    mode: NDArray[np.float64]
    high: NDArray[np.float64]

    @property
    def is_levered(self) -> bool:
        """Whether any lever takes visits from the branches."""
        return bool((self.account.branch < self.account.base).any())


def demand(pack: Pack, scenario: Scenario | None = None) -> Demand:
    """The demand of a pack as it is; of a scenario with its year, records and levers.

    Raises:
        InputError: The scenario does not fit the pack.
    """
    model = yearly_visits(pack)
    scenario = scenario or Scenario(name=pack.name, pack=pack.id)
    account, remarks = checked_account(pack, scenario, visits=model)
    planned = planned_visits(pack, scenario, visits=model)
    own = scenario.demand
    asked = Asked(pack, model, planned, adoption_of(pack, scenario), own.year, own.level)
    low, mode, high = (replace(asked, level=level).base for level in LEVELS)
    return Demand(asked, account, remarks, low, mode, high)
