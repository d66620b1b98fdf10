"""The audit as plain tables, for files: a row for each pair, and for each branch of a group."""

from __future__ import annotations

import math
from dataclasses import dataclass

from planner.insight.duplicates.types import DuplicateAudit, GroupAudit, MemberAudit, PairAudit
from planner.pack.types import Pack

Cell = str | int | float | bool | None


@dataclass(frozen=True, slots=True)
class AuditTable:
    """Columns, and rows of the same length; units stand in the names of columns."""

    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]


_PAIR = (
    *("service", "service_name", "site_stops", "stops_name", "site_stays", "stays_name"),
    *("km", "minutes_apart", "separation_km", "separation_min"),
    *("visits_stops", "visits_stays", "capacity_stops", "capacity_stays", "load_after"),
    *("overlap", "extra_min_mean", "extra_min_p90", "stranded_visits", "customers_kes"),
    *("saved_kes", "backup_now", "backup_after", "alone", "verdict", "advice"),
)
_MEMBER = (
    *("group", "services", "site", "name", "visits", "capacity_visits"),
    *("needed_by_load", "needed_at_most", "is_in_all", "reason", "verdict", "advice"),
    *("extra_min_mean", "extra_min_p90", "stranded_visits", "customers_kes", "saved_kes"),
    *("days_a_week", "move_to", "move_name", "move_saved_min", "move_saved_kes"),
)


def table_of(audit: DuplicateAudit, pack: Pack) -> AuditTable:
    """A row for each service and pair of branches, in the order of the audit.

    Columns: visits and money are a year, minutes one way; `alone` is the reason of the pair by
    itself, `verdict` the class of the branch that could stop together with its group.

    Args:
        audit: The audit.
        pack: The pack of the problem that was audited; positions are those of its order.
    """
    return AuditTable(_PAIR, tuple(_pair(pair, pack) for pair in audit.pairs))


def _pair(pair: PairAudit, pack: Pack) -> tuple[Cell, ...]:
    service, stop = pack.services[pair.service], pair.stop
    stops, stays = pack.sites[stop.site], pack.sites[pair.stays]
    return (
        *(service.id, service.name, stops.id, stops.name, stays.id, stays.name),
        *(_known(pair.km), _known(pair.minutes)),
        *(_limit(pair.separation_km), _limit(pair.separation_min)),
        *(pair.visits_stop, pair.visits_stays),
        *(_known(pair.capacity_stop), _known(pair.capacity_stays), _known(pair.load_after)),
        *(pair.overlap, stop.extra_min_mean, stop.extra_min_p90, stop.stranded),
        *(stop.customers_kes, pair.saved_kes, pair.backup_now, pair.backup_after),
        *(pair.reason, pair.verdict, pair.advice),
    )


def group_table_of(audit: DuplicateAudit, pack: Pack) -> AuditTable:
    """A row for each branch of each group, groups numbered from 1 in the order of the audit.

    `needed_by_load`: the fewest branches of the group that carry its load, proved; where that was
    not proved, `needed_at_most` is larger.
    """
    rows = (
        _member(n, group, member, pack)
        for n, group in enumerate(audit.groups, 1)
        for member in group.members
    )
    return AuditTable(_MEMBER, tuple(rows))


def _member(number: int, group: GroupAudit, member: MemberAudit, pack: Pack) -> tuple[Cell, ...]:
    site, stop, move = pack.sites[member.site], member.stop, member.move
    there = None if move is None else pack.sites[move.site]
    return (
        *(number, ";".join(pack.services[s].id for s in group.services), site.id, site.name),
        *(member.visits, _known(member.capacity), group.least, group.most, member.is_in_all),
        *(member.reason, member.verdict, member.advice),
        *(stop.extra_min_mean, stop.extra_min_p90, stop.stranded),
        *(stop.customers_kes, stop.saved_kes, stop.days_a_week),
        *(("", "") if there is None else (there.id, there.name)),
        *((None, None) if move is None else (move.saved_min, move.saved_kes)),
    )


def _known(value: float | None) -> float | None:
    return value if value is not None and math.isfinite(value) else None


def _limit(value: float) -> float | None:
    return None if value < 0 else value
