"""The audit's tables: branches of a group, pairs, services, branches beside the head office."""

from __future__ import annotations

import math

import pandas as pd

from planner.insight.duplicates.types import DuplicateAudit, GroupAudit, Stop
from planner.present.audit.audit import advice
from planner.present.markup import keyed
from planner.present.view import View, site_keys


def member_table(view: View, group: GroupAudit) -> pd.DataFrame:
    """The branches of a group: what they do, what the group needs of them, what follows."""
    w = view.words
    ordered = sorted(group.members, key=lambda each: (each.verdict == "unnecessary", -each.visits))
    rows = [
        {
            w("audit.column_branch"): view.site_name(each.site),
            w("audit.column_verdict"): w(f"audit.verdict_{each.verdict}"),
            w("audit.column_why"): w(f"audit.reason_{each.reason}"),
            w("audit.column_advice"): advice(view, each),
            w("audit.column_visits"): round(each.visits),
            w("audit.column_capacity"): _whole(each.capacity),
            w("audit.column_extra"): _longer(view, each.stop),
            w("audit.column_lost"): w.money(each.stop.customers_kes),
            w("audit.column_saved"): w.money(each.stop.saved_kes),
        }
        for each in ordered
    ]
    return pd.DataFrame(rows, index=site_keys(view, (each.site for each in ordered)))


def pair_table(view: View, audit: DuplicateAudit) -> pd.DataFrame:
    """Every pair with its evidence, the nearest first."""
    w, sites = view.words, view.pack.sites
    ordered = sorted(audit.pairs, key=lambda p: (p.km, p.stop.site, p.stays, p.service))
    rows = [
        {
            w("audit.column_stops"): view.site_name(pair.stop.site),
            w("audit.column_stays"): view.site_name(pair.stays),
            w("audit.column_service"): view.service_name(pair.service),
            w("audit.column_verdict"): w(f"audit.verdict_{pair.verdict}"),
            w("audit.column_alone"): w(f"audit.reason_{pair.reason}"),
            w("audit.column_km"): _whole(pair.km),
            w("audit.column_overlap"): w.share(pair.overlap),
            w("audit.column_load"): w.share(pair.load_after),
            w("audit.column_extra"): _longer(view, pair.stop),
            w("audit.column_stranded"): round(pair.stop.stranded),
            w("audit.column_lost"): w.money(pair.stop.customers_kes),
            w("audit.column_saved"): w.money(pair.saved_kes),
            w("audit.column_backup_now"): w.share(pair.backup_now),
            w("audit.column_backup_after"): w.share(pair.backup_after),
        }
        for pair in ordered
    ]
    first = (sites[pair.stop.site].id for pair in ordered)
    return pd.DataFrame(
        rows, index=keyed(site=first, site2=(sites[pair.stays].id for pair in ordered))
    )


def service_table(view: View, audit: DuplicateAudit) -> pd.DataFrame:
    """Every service: how often it is offered and how often it is needed."""
    w = view.words
    rows = []
    for each in audit.services:
        standard = each.by_standard
        if standard is None:
            needed = w("unit.none")
        else:
            number = w.count(standard)
            needed = number if each.is_proved else w("audit.at_most", n=number)
        rows.append(
            {
                w("audit.column_service"): view.service_name(each.service),
                w("audit.column_branches"): each.branches,
                w("audit.column_needed_load"): w("audit.too_few")
                if each.by_load is None
                else w.count(each.by_load),
                w("audit.column_needed_standard"): needed,
                w("audit.column_index"): "" if each.index is None else f"{each.index:.2f}",
                w("audit.column_visits"): round(each.visits),
                w("audit.column_within"): w.share(each.within),
                w("audit.column_second"): w.share(each.second),
            }
        )
    return pd.DataFrame(rows)


def branch_table(view: View, audit: DuplicateAudit) -> pd.DataFrame:
    """Every other branch: how much of the head office it offers."""
    w = view.words
    rows = [
        {
            w("audit.column_branch"): view.site_name(each.site),
            w("audit.column_share"): w.share(each.share),
            w("audit.column_shared"): each.shared,
            w("audit.column_offered"): each.services,
        }
        for each in audit.branches
    ]
    return pd.DataFrame(rows, index=site_keys(view, (each.site for each in audit.branches)))


def _whole(value: float) -> int | None:
    return round(value) if math.isfinite(value) else None


def _longer(view: View, stop: Stop) -> str:
    """Minutes longer, and from where the worst tenth begins; nothing where nobody moves."""
    mean, most = stop.extra_min_mean, stop.extra_min_p90
    if mean is None or most is None:
        return ""
    return view.words("audit.longer", mean=_tenth(mean), most=_tenth(most))


def _tenth(value: float) -> str:
    return f"{0.0 + round(value, 1):,.1f}"
