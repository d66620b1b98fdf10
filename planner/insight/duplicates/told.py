"""The audit of duplicates as plain values with ids, for JSON, and in lines for a terminal."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Any

from planner.insight.duplicates.table import group_table_of, table_of
from planner.insight.duplicates.thresholds import LIMITS
from planner.insight.duplicates.types import (
    VERDICTS,
    DuplicateAudit,
    GroupAudit,
    MemberAudit,
    ServiceAudit,
)
from planner.pack.types import Pack

Told = dict[str, Any]
VERDICT_WORDS: Mapping[str, str] = {
    "wanted": "wanted",
    "load": "justified by load",
    "backup": "backup",
    "unnecessary": "unnecessary",
}
REASON_WORDS: Mapping[str, str] = {
    "base": "one branch is needed anyway",
    "listed": "you want it",
    "locked": "the rules require it",
    "floor": "the rules want so many in the area",
    "stranded": "some would have nowhere to go",
    "own_customers": "too few could go elsewhere in time",
    "load": "the load needs it",
    "worth": "customers would lose more than is saved",
    "backup": "too few would keep a second branch in time",
    "unnecessary": "nothing speaks for it",
}


def audit_told(audit: DuplicateAudit, pack: Pack) -> Told:
    """All of it: thresholds, pairs, groups, services, branches, readings."""
    sites, services = pack.sites, pack.services
    pairs, members = table_of(audit, pack), group_table_of(audit, pack)
    readings = audit.readings
    return {
        "thresholds": {
            name: {"value": value, "unit": LIMITS[name].unit, "meaning": LIMITS[name].meaning}
            for name, value in audit.thresholds.numbers.items()
        },
        "wanted": sorted(audit.thresholds.wanted),
        "pairs": [dict(zip(pairs.columns, row, strict=True)) for row in pairs.rows],
        "groups": [
            {
                **_group(group, pack),
                "members": [
                    dict(zip(members.columns[2:], row[2:], strict=True))
                    for row in members.rows
                    if row[0] == number
                ],
            }
            for number, group in enumerate(audit.groups, 1)
        ],
        "services": [_service(each, pack) for each in audit.services],
        "head_office": None if audit.head is None else sites[audit.head].id,
        "branches": [
            {
                "site": sites[each.site].id,
                "services": each.services,
                "shared_with_head_office": each.shared,
                "share_of_head_office": each.share,
            }
            for each in audit.branches
        ],
        "readings": {
            "more": {
                "share_of_head_office": readings.share_of_head,
                "only_at_head_office": [services[s].id for s in readings.only_head],
                "within_standard": readings.within,
            },
            "less": {
                "pairs": dict(readings.pairs),
                "branches": dict(readings.branches),
                "saved_kes_per_year": readings.saved_kes,
            },
            "backup": {"second_in_time": readings.second},
        },
    }


def _group(group: GroupAudit, pack: Pack) -> Told:
    ids = [pack.sites[each.site].id for each in group.members]
    return {
        "services": [pack.services[s].id for s in group.services],
        "sites": ids,
        "pairs": group.pairs,
        "visits_per_year": group.visits,
        "needed_by_load": group.most,
        "needed_by_load_at_least": group.least,
        "proved": group.is_proved,
        "all_together_carry_the_load": group.carries,
        "needed_in_largest_formats": group.least_enlarged,
        "smallest_sets": group.sets,
        "load_may_grow_to": group.spare,
        "needed_at_other_loads": {f"{load:g}": number for load, number in group.by_load},
        "visits_above_room_at_nearest_choice": group.overfull,
        "backup_now": group.backup_now,
        "backup_after": group.backup_after,
        "saved_kes_per_year": group.saved_kes,
        "customers_kes_per_year": _known(group.customers_kes),
        "extra_min_per_visit": group.extra_min_per_visit,
    }


def _service(each: ServiceAudit, pack: Pack) -> Told:
    return {
        "service": pack.services[each.service].id,
        "branches": each.branches,
        "visits_per_year": each.visits,
        "within_standard": each.within,
        "second_in_time": each.second,
        "needed_by_load": each.by_load,
        "needed_by_standard": each.by_standard,
        "proved": each.is_proved,
        "replication_index": each.index,
    }


def _known(value: float) -> float | None:
    return value if math.isfinite(value) else None


# -- in words --------------------------------------------------------------------------------


def audit_words(audit: DuplicateAudit, pack: Pack) -> Iterator[str]:
    """The audit in lines: the groups, how often each service is offered, the three readings."""
    for group in audit.groups:
        yield from _group_lines(group, pack)
    yield "  how often each service is offered, against what load and standard need:"
    for each in audit.services:
        yield f"    {_service_line(each, pack)}"
    yield from _reading_lines(audit, pack)


def _group_lines(group: GroupAudit, pack: Pack) -> Iterator[str]:
    names = ", ".join(pack.services[s].id for s in group.services)
    count = len(group.members)
    yield f"  {names}: {count} branches that double one another, {group.visits:,.0f} visits a year"
    if not group.carries:
        yield f"    all {count} together do not carry the load"
    else:
        number = f"{group.most}" if group.is_proved else f"from {group.least} to {group.most}"
        proved = "proved" if group.is_proved else "not proved"
        times = "" if group.spare is None else f"{math.floor(group.spare * 100) / 100:.2f}"
        grows = f"; enough up to {times} times the load" if times else ""
        yield f"    the load needs {number} of {count} ({proved}){grows}"
    for member in group.members:
        yield f"      {_member_line(member, pack)}"
    if group.saved_kes:
        longer = group.extra_min_per_visit
        extra = "" if longer is None else f", {longer:+.1f} min for each visit that moves"
        saved = f"{pack.currency} {group.saved_kes:,} a year saved"
        yield f"    without the unnecessary: {saved}{extra}"


def _member_line(member: MemberAudit, pack: Pack) -> str:
    site, stop = pack.sites[member.site], member.stop
    why = f"{VERDICT_WORDS[member.verdict]} ({REASON_WORDS[member.reason]})"
    if member.verdict == "unnecessary":
        why = VERDICT_WORDS["unnecessary"]
    text = f"{site.id}: {member.visits:,.0f} visits a year, {why}"
    if member.is_in_all:
        text += ", in every smallest set"
    if member.advice == "move" and member.move is not None:
        there, saved = pack.sites[member.move.site].id, member.move.saved_kes
        text += f"; move to {there}: saves customers {pack.currency} {saved:,.0f} a year there"
    elif member.advice == "merge":
        text += "; merge with the nearest that stays"
    elif member.advice == "outreach":
        text += "; outreach instead"
    elif member.advice == "fewer_days" and stop.days_a_week is not None:
        text += f"; enough work for {stop.days_a_week:.1f} days a week"
    return text


def _service_line(each: ServiceAudit, pack: Pack) -> str:
    by_load = "more than there are" if each.by_load is None else f"{each.by_load}"
    sign = "" if each.is_proved else "at most "
    by_standard = "" if each.by_standard is None else f", by standard {sign}{each.by_standard}"
    index = "" if each.index is None else f", index {each.index:.2f}"
    within = "" if each.within is None else f", {each.within:.1%} within the standard"
    second = "" if each.second is None else f", {each.second:.1%} with a second branch in time"
    return (
        f"{pack.services[each.service].id}: {each.branches} branches; needed by load {by_load}"
        f"{by_standard}{index}{within}{second}"
    )


def _reading_lines(audit: DuplicateAudit, pack: Pack) -> Iterator[str]:
    found = audit.readings
    yield "  three meanings of duplicate:"
    if found.share_of_head is not None and audit.head is not None:
        head = pack.sites[audit.head].id
        yield (
            f"    more of it: a branch offers {found.share_of_head:.0%} of the services of {head} "
            "in the mean"
        )
    counts = ", ".join(f"{found.branches[v]} {VERDICT_WORDS[v]}" for v in VERDICTS)
    yield f"    less of it: of the branches that double one another {counts}"
    if found.second is not None:
        yield f"    as a backup: {found.second:.1%} of the visits have a second branch in time"
