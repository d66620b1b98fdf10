"""What audits found, by branch and item, from round to round."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from planner.pack.voice_types import AuditScore


@dataclass(frozen=True, slots=True)
class Round:
    """One audit day at a branch: its points over the most that could be reached."""

    day: date
    share: float
    items: int


@dataclass(frozen=True, slots=True)
class BranchAudit:
    """The audits of one branch, the earliest first."""

    site: str
    rounds: tuple[Round, ...]

    @property
    def latest(self) -> Round:
        """The last round."""
        return self.rounds[-1]

    @property
    def change(self) -> float | None:
        """The share of the last round less that of the one before; None after one round."""
        return self.rounds[-1].share - self.rounds[-2].share if len(self.rounds) > 1 else None


@dataclass(frozen=True, slots=True)
class ItemAudit:
    """One item over the latest rounds of all branches."""

    item: str
    share: float
    branches: int
    weakest: str
    weakest_share: float


def audits_by_branch(scores: Sequence[AuditScore]) -> tuple[BranchAudit, ...]:
    """The rounds of each branch; share = sum of scores / sum of the most, so points weigh."""
    days: dict[str, dict[date, list[AuditScore]]] = {}
    for each in scores:
        days.setdefault(each.site, {}).setdefault(each.day, []).append(each)
    return tuple(
        BranchAudit(
            site,
            tuple(
                Round(day, _share(rows), len({row.item for row in rows}))
                for day, rows in sorted(rounds.items())
            ),
        )
        for site, rounds in days.items()
    )


def audits_by_item(scores: Sequence[AuditScore]) -> tuple[ItemAudit, ...]:
    """Each item over the latest round of each branch, the weakest item first."""
    latest = {each.site: each.latest.day for each in audits_by_branch(scores)}
    items: dict[str, dict[str, list[AuditScore]]] = {}
    for each in scores:
        if each.day == latest[each.site]:
            items.setdefault(each.item, {}).setdefault(each.site, []).append(each)
    told = []
    for item, sites in items.items():
        shares = {site: _share(rows) for site, rows in sites.items()}
        weakest = min(shares, key=lambda site: (shares[site], site))
        everything = [row for rows in sites.values() for row in rows]
        told.append(ItemAudit(item, _share(everything), len(sites), weakest, shares[weakest]))
    return tuple(sorted(told, key=lambda each: (each.share, each.item)))


def _share(rows: Sequence[AuditScore]) -> float:
    return sum(row.score for row in rows) / sum(row.most for row in rows)
