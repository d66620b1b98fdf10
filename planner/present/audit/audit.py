"""The audit of duplicates as sentences and cards: the lead, the three readings, the groups."""

from __future__ import annotations

import math
from collections.abc import Iterator

from planner.insight.duplicates.types import DuplicateAudit, GroupAudit, MemberAudit
from planner.present.cards import Card
from planner.present.view import View

_MOST = 6  # names in a sentence
_FEW_DAYS = 0.5


def place_of(view: View, group: GroupAudit) -> str:
    """What a group is called after: its branch with most services, of equals with most visits."""
    today = view.problem.today
    member = max(group.members, key=lambda each: (int(today[each.site].sum()), each.visits))
    return view.pack.sites[member.site].name


def services_of(view: View, group: GroupAudit) -> str:
    """The services of a group."""
    return ", ".join(view.service_name(s) for s in group.services)


def title_of(view: View, group: GroupAudit) -> str:
    """The heading of a group."""
    return view.words("audit.group", place=place_of(view, group), services=services_of(view, group))


def lead(view: View, audit: DuplicateAudit) -> str:
    """What is not needed, of the largest group that has such branches, and what that comes to."""
    w = view.words
    if not audit.groups:
        return w("audit.lead_none")
    loose = [group for group in audit.groups if group.sites("unnecessary")]
    if not loose:
        return w.counted("audit.lead_needed", len(audit.groups))
    first = loose[0]
    said = w(
        "audit.lead_first",
        place=place_of(view, first),
        all=w.count(len(first.members)),
        services=services_of(view, first),
        needed=number_said(view, first),
        names=names(view, first.sites("unnecessary")),
    )
    by_load = first.sites("load")
    if by_load:
        said += " " + w("audit.lead_by_load", names=names(view, by_load))
    lost = sum(group.customers_kes for group in audit.groups)
    if not math.isfinite(lost):
        return said
    saved = w.money(audit.readings.saved_kes)
    return f"{said} {w('audit.lead_saved', money=saved, lost=w.money(lost))}"


def names(view: View, sites: tuple[int, ...]) -> str:
    """Names of branches, the first few of many."""
    listed = [view.pack.sites[j].name for j in sites[:_MOST]]
    return ", ".join([*listed, *(["…"] if len(sites) > _MOST else [])])


def number_said(view: View, group: GroupAudit) -> str:
    """How many branches the load needs: a number, or between which."""
    w = view.words
    if group.is_proved:
        return w.count(group.most)
    return f"{w.count(group.least)}\N{EN DASH}{w.count(group.most)}"


def cards(view: View, audit: DuplicateAudit) -> list[Card]:
    """The three readings, a figure each."""
    w, found = view.words, audit.readings
    counts = {name: w.count(number) for name, number in found.branches.items()}
    less = w("audit.card_less_note", **{k: counts[k] for k in ("load", "backup", "wanted")})
    head = "" if audit.head is None else view.pack.sites[audit.head].name
    return [
        Card(w("audit.card_less"), counts["unnecessary"], less),
        Card(
            w("audit.card_more", head=head), w.share(found.share_of_head), w("audit.card_more_note")
        ),
        Card(w("audit.card_backup"), w.share(found.second), w("audit.card_backup_note")),
    ]


def readings(view: View, audit: DuplicateAudit) -> list[tuple[str, str]]:
    """The three questions with their answers for this network."""
    w, found = view.words, audit.readings
    return [
        (w("audit.more"), _more(view, audit)),
        (w("audit.less"), _less(view, audit)),
        (
            w("audit.backup"),
            w("audit.backup_none")
            if found.second is None
            else w("audit.backup_said", share=w.share(found.second)),
        ),
    ]


def _more(view: View, audit: DuplicateAudit) -> str:
    w, found = view.words, audit.readings
    if audit.head is None or found.share_of_head is None:
        return w("audit.more_alone")
    head, share = view.pack.sites[audit.head].name, w.share(found.share_of_head)
    said = [
        w("audit.more_said_plain", share=share, head=head)
        if found.within is None
        else w("audit.more_said", share=share, head=head, within=w.share(found.within))
    ]
    if found.only_head:
        only = ", ".join(view.service_name(s) for s in found.only_head)
        said.append(w("audit.more_only", head=head, names=only))
    return " ".join(said)


def _less(view: View, audit: DuplicateAudit) -> str:
    w = view.words
    if not audit.groups:
        return w("audit.less_none")
    counts = {name: w.count(number) for name, number in audit.readings.branches.items()}
    return w("audit.less_said", **counts)


# -- a group ---------------------------------------------------------------------------------


def group_sentences(view: View, audit: DuplicateAudit, group: GroupAudit) -> list[str]:
    """What the load needs, how firm that is, and what stopping the rest would mean."""
    said = [_needs(view, audit, group), *_firm(view, group), *_without(view, group)]
    return [each for each in said if each]


def _needs(view: View, audit: DuplicateAudit, group: GroupAudit) -> str:
    w = view.words
    told = {"all": w.count(len(group.members)), "visits": w.count(group.visits)}
    if not group.carries:
        return w("audit.group_few", use=w.share(audit.thresholds.utilisation), **told)
    if not group.is_proved:
        bounds = {"least": w.count(group.least), "most": w.count(group.most)}
        return w("audit.group_between", **bounds, **told)
    if group.most == 1:
        return w("audit.group_needs_base", **told)
    return w("audit.group_needs", n=w.count(group.most), fewer=w.count(group.most - 1), **told)


def _firm(view: View, group: GroupAudit) -> Iterator[str]:
    """Which others would do, and what another load would need."""
    w = view.words
    if group.sets is not None and group.sets > 1:
        yield w("audit.group_sets", n=w.count(group.sets))
        always = tuple(each.site for each in group.members if each.is_in_all)
        if always:
            yield w("audit.group_always", names=names(view, always))
    if group.carries and group.spare is not None:
        yield w("audit.group_spare", times=f"{math.floor(group.spare * 100) / 100:.2f}")
    if group.by_load and group.spare is not None:
        loads = [
            w("audit.group_load_never", times=f"{load:g}")
            if number is None
            else w("audit.group_load_at", times=f"{load:g}", n=w.count(number))
            for load, number in group.by_load
        ]
        yield w("audit.group_loads", list=", ".join(loads))
    if group.least_enlarged < group.most:
        yield w("audit.group_enlarged", n=w.count(group.least_enlarged))
    if round(group.overfull) > 0 and group.sites("unnecessary"):
        yield w("audit.group_overfull", n=w.count(group.overfull))


def _without(view: View, group: GroupAudit) -> Iterator[str]:
    """What stopping all that is not needed saves and costs."""
    w = view.words
    if not group.sites("unnecessary"):
        return
    yield w(
        "audit.group_saved",
        money=w.money(group.saved_kes),
        extra=view.minutes(group.extra_min_per_visit),
        lost=w.money(group.customers_kes) if math.isfinite(group.customers_kes) else "\N{INFINITY}",
    )
    yield w("audit.group_backup", now=w.share(group.backup_now), after=w.share(group.backup_after))


def advice(view: View, member: MemberAudit) -> str:
    """What is proposed for a branch of a group, with the figure behind it."""
    w, move, days = view.words, member.move, member.stop.days_a_week
    if member.advice == "move" and move is not None:
        there = view.site_name(move.site)
        return w("audit.advice_move", name=there, money=w.money(move.saved_kes))
    if member.advice == "outreach" and days is not None:
        return w("audit.advice_outreach", days=days_said(view, days))
    if member.advice == "fewer_days":
        if days is None:
            return w("audit.advice_fewer_days_plain")
        return w("audit.advice_fewer_days", days=days_said(view, days))
    return w("audit.advice_merge" if member.advice == "merge" else "audit.advice_keep")


def days_said(view: View, days: float) -> str:
    """Days a week, by halves upward."""
    if days < _FEW_DAYS:
        return view.words("audit.days_half")
    return view.words("audit.days", n=f"{math.ceil(days * 2) / 2:g}")
