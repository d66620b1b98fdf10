"""The search for networks, compiled: open, close and offer, with what each change does at once.

Gains and losses by class and site follow every change row by row, as Resende & Werneck (2007)
keep them for the p-median problem; here for every class, with mixes, money and duplicates.

Only what is done thousands of times in a network is here. Kernels are few and take their arrays
ready made: each one is compiled together with all that it calls.
"""

# mypy: disable-error-code="no-any-return,misc"
# ruff: noqa: PLR1730 -- min and max would be compiled as kernels of their own

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from planner.optimize.engine.compiled import compiled, compiled_inside

Array = NDArray[Any]

OPEN, NEW, EXCESS, UNSERVED, UNMET = 0, 1, 2, 3, 4
LEAST, MOST, NEW_MOST, EXCESS_MOST = 0, 1, 2, 3
TO_OPEN, TO_CLOSE, TO_OFFER, TO_WITHHOLD, TO_DROP = 0, 1, 2, 3, 4
NEVER = -1e300
WISHES = 200  # a row without a branch asks only so many of its nearest sites for one
URGENT = 1e18  # what a rule still asks for comes before all that is only better
# not plain -1, True and False: a kernel would be compiled once more for each of them
NONE: Any = np.int64(-1)
YES: Any = np.bool_(True)
NO: Any = np.bool_(False)


# -- one change --------------------------------------------------------------------------------


@compiled_inside
def _count_row(g: Any, s: Any, b: int, i: int, sign: float) -> None:
    """Add, or take away, what a row says about gains and the loss of its branch."""
    w = sign * g.weight[b, i]
    near = s.near[b, i]
    if s.at[b, i] >= 0:
        s.loss[b, s.at[b, i]] += w * (s.second[b, i] - near)
    cost, site, gain = g.cost, g.site, s.gain
    end = g.start[i + 1]
    if near >= g.far:
        most = g.start[i] + WISHES
        if most < end:
            end = most
    for a in range(g.start[i], end):
        if cost[a] >= near:
            break
        gain[b, site[a]] += w * (near - cost[a])
    s.sums[0] += w * near
    if near >= g.far:
        s.numbers[UNSERVED] += 1 if sign > 0 else -1


@compiled_inside
def _look(g: Any, s: Any, b: int, i: int) -> None:
    """Find a row's nearest and second-nearest able branch."""
    base = g.base[b, i]
    s.near[b, i] = base
    s.second[b, i] = base
    s.at[b, i] = -1
    s.second_at[b, i] = -1
    cost, site, able = g.cost, g.site, s.able
    for a in range(g.start[i], g.start[i + 1]):
        if cost[a] >= base:
            break
        j = site[a]
        if able[b, j]:
            if s.at[b, i] < 0:
                s.near[b, i] = cost[a]
                s.at[b, i] = j
            else:
                s.second[b, i] = cost[a]
                s.second_at[b, i] = j
                break


@compiled_inside
def _class_on(g: Any, s: Any, b: int, j: int) -> None:
    s.able[b, j] = True
    point, length, weight, second, near = g.point, g.length, g.weight, s.second, s.near
    for k in range(g.begin[j], g.begin[j + 1]):
        i = np.int64(point[k])
        c = length[k]
        if c >= second[b, i] or weight[b, i] <= 0.0:
            continue
        if c >= near[b, i]:
            if s.at[b, i] >= 0:
                s.loss[b, s.at[b, i]] += g.weight[b, i] * (c - s.second[b, i])
            s.second[b, i] = c
            s.second_at[b, i] = j
        else:
            _count_row(g, s, b, i, -1.0)
            s.second[b, i] = s.near[b, i]
            s.second_at[b, i] = s.at[b, i]
            s.near[b, i] = c
            s.at[b, i] = j
            _count_row(g, s, b, i, 1.0)


@compiled_inside
def _class_off(g: Any, s: Any, b: int, j: int) -> None:
    s.able[b, j] = False
    point, at, second_at = g.point, s.at, s.second_at
    for k in range(g.begin[j], g.begin[j + 1]):
        i = np.int64(point[k])
        if at[b, i] == j or second_at[b, i] == j:
            _count_row(g, s, b, i, -1.0)
            _look(g, s, b, i)
            _count_row(g, s, b, i, 1.0)


@compiled_inside
def _offer(g: Any, s: Any, j: int, v: int, on: bool) -> None:
    """Offer service v at j, or no longer."""
    sign = 1 if on else -1
    item = j * g.needs.shape[1] + v
    s.offers[j, v] = on
    s.sums[1] += sign * g.offering_cost[j, v]
    for m in range(g.budget_limit.size):
        s.spend[m] += sign * g.budget_offering[m, j, v]
    for k in range(g.item_clique_start[item], g.item_clique_start[item + 1]):
        q = g.item_clique[k]
        beyond = s.clique_count[q] - g.clique_allowed[q]
        s.clique_count[q] += sign
        if beyond >= 0 if on else beyond > 0:
            s.numbers[EXCESS] += sign
            if g.clique_price[q] < np.inf:
                s.sums[1] += sign * g.clique_price[q]
    for k in range(g.item_floor_start[item], g.item_floor_start[item + 1]):
        s.floor_count[g.item_floor[k]] += sign
    for b in range(g.needs.shape[0]):
        if g.needs[b, v]:
            s.lack[b, j] -= sign
            if on and s.lack[b, j] == 0:
                _class_on(g, s, b, j)
            elif not on and s.lack[b, j] == 1:
                _class_off(g, s, b, j)


@compiled_inside
def _set_open(g: Any, s: Any, j: int, f: int, on: bool) -> None:
    """Open j in format f, or close it; its offerings are set apart."""
    sign = 1 if on else -1
    s.is_open[j] = on
    s.formats[j] = f
    s.sums[1] += sign * g.branch_cost[j, f]
    s.numbers[OPEN] += sign
    if g.is_new[j]:
        s.numbers[NEW] += sign
    for m in range(g.budget_limit.size):
        s.spend[m] += sign * g.budget_branch[m, j, f]
    for k in range(g.site_floor_start[j], g.site_floor_start[j + 1]):
        p = g.site_floor[k]
        short = g.floor_least[p] - s.floor_count[p]
        s.floor_count[p] += sign
        if short > 0 if on else short >= 0:
            s.numbers[UNMET] -= sign


@compiled
def change(g: Any, s: Any, what: Array, where: Array, which: Array) -> None:
    """Make changes in order: open in a format, close, offer, withhold a service.

    TO_DROP withholds it only where no rule keeps it.
    """
    for k in range(what.size):
        kind, j, v = what[k], where[k], which[k]
        if kind == TO_OPEN:
            _set_open(g, s, j, v, YES)
        elif kind == TO_CLOSE:
            for u in range(g.needs.shape[1]):
                if s.offers[j, u]:
                    _offer(g, s, j, u, NO)
            _set_open(g, s, j, s.formats[j], NO)
        elif kind != TO_DROP or _may_drop(g, s, j, v):
            _offer(g, s, j, v, kind == TO_OFFER)


@compiled
def count_rows(g: Any, s: Any) -> None:
    """Find the branches of all rows, and count what they say; none may be counted yet."""
    for b in range(g.needs.shape[0]):
        for i in range(g.weight.shape[1]):
            if g.weight[b, i] > 0.0:
                _look(g, s, b, i)
                _count_row(g, s, b, i, 1.0)


# -- what a change would be worth --------------------------------------------------------------


@compiled_inside
def _duplicate_price(g: Any, s: Any, j: int, v: int) -> float:
    """What one more offering of v at j adds in priced duplicates; inf where it is forbidden."""
    item = j * g.needs.shape[1] + v
    price = 0.0
    more = 0
    for k in range(g.item_clique_start[item], g.item_clique_start[item + 1]):
        q = g.item_clique[k]
        if s.clique_count[q] >= g.clique_allowed[q]:
            price += g.clique_price[q]
            more += 1
    if g.limits[EXCESS_MOST] >= 0 and s.numbers[EXCESS] + more > g.limits[EXCESS_MOST]:
        return np.inf
    return price


@compiled_inside
def _duplicate_relief(g: Any, s: Any, j: int, v: int) -> float:
    """What dropping v at j saves in priced duplicates."""
    item = j * g.needs.shape[1] + v
    price = 0.0
    for k in range(g.item_clique_start[item], g.item_clique_start[item + 1]):
        q = g.item_clique[k]
        if s.clique_count[q] > g.clique_allowed[q] and g.clique_price[q] < np.inf:
            price += g.clique_price[q]
    return price


@compiled_inside
def _money(g: Any, price: Array, j: int, v: int) -> float:
    total = 0.0
    for m in range(price.size):
        total += price[m] * g.budget_offering[m, j, v]
    return total


@compiled_inside
def _floor_need(g: Any, s: Any, j: int) -> int:
    """How many unmet floors of branches a branch at j would help."""
    need = 0
    for k in range(g.site_floor_start[j], g.site_floor_start[j + 1]):
        p = g.site_floor[k]
        need += s.floor_count[p] < g.floor_least[p]
    return need


@compiled_inside
def _missing(g: Any, s: Any, j: int, opening: bool) -> int:
    """How many branches counts and floors still ask for, after one at j if it opens; or less."""
    count, unmet = g.limits[LEAST] - s.numbers[OPEN], s.numbers[UNMET]
    if opening:
        count -= 1
        unmet -= _floor_need(g, s, j)
    if unmet > count:
        return unmet
    return count


@compiled_inside
def _fits(g: Any, s: Any, j: int, f: int, want: Array) -> bool:
    """Whether the budgets bear these services at j as well, and the branch where f >= 0."""
    missing = _missing(g, s, j, f >= 0)
    if missing < 0:
        missing = np.int64(0)
    for m in range(g.budget_limit.size):
        spend = s.spend[m] + missing * g.reserve[m]
        if f >= 0:
            spend += g.budget_branch[m, j, f]
        for v in range(want.size):
            if want[v]:
                spend += g.budget_offering[m, j, v]
        if spend > g.budget_limit[m]:
            return False
    return True


@compiled_inside
def _best_addition(
    g: Any, s: Any, price: Array, j: int, f: int, opening: bool, have: Array, want: Array
) -> float:
    """The class whose completion at j is worth most beside `have`: its services into `want`.

    Returns what it gains less its costs, with money at `price`; NEVER when none fits. When the
    branch is only being planned (`opening`), all of `have` must be paid for as well.
    """
    best = NEVER
    pick = NONE
    starts, service = g.class_start, g.class_service
    for b in range(starts.size - 1):
        missing = 0
        net = 0.0
        for k in range(starts[b], starts[b + 1]):
            v = service[k]
            if not have[v]:
                missing += 1
                if not g.offers_most[j, v] or not g.format_services[f, v]:
                    net = NEVER
                    break
                net -= g.offering_cost[j, v] + _money(g, price, j, v)
                net -= _duplicate_price(g, s, j, v)
        if missing == 0 or net <= NEVER:
            continue
        for k in range(g.related_start[b], g.related_start[b + 1]):
            other = g.related[k]
            fresh = False
            whole = True
            for n in range(starts[other], starts[other + 1]):
                v = service[n]
                if not have[v]:
                    fresh = True
                    whole = whole and g.needs[b, v]
            if whole and fresh:
                net += s.gain[other, j]
        if net <= best:
            continue
        for v in range(want.size):
            want[v] = (g.needs[b, v] and not have[v]) or (opening and have[v])
        if _fits(g, s, j, f if opening else NONE, want):
            best = net
            pick = b
    for v in range(want.size):
        want[v] = pick >= 0 and g.needs[pick, v] and not have[v]
    return best


@compiled_inside
def _plan_branch(g: Any, s: Any, price: Array, j: int, f: int, mix: Array, want: Array) -> float:
    """The mix of a new branch at j in format f, greedily by class; returns its priced worth."""
    worth = -g.branch_cost[j, f]
    for m in range(price.size):
        worth -= price[m] * g.budget_branch[m, j, f]
    some = False
    for v in range(mix.size):
        mix[v] = g.offers_least[j, v]
        if mix[v]:
            if not g.format_services[f, v] or not g.offers_most[j, v]:
                return NEVER
            worth -= g.offering_cost[j, v] + _money(g, price, j, v)
            worth -= _duplicate_price(g, s, j, v)
            some = True
    if some:
        for b in range(g.class_start.size - 1):
            whole = True
            for k in range(g.class_start[b], g.class_start[b + 1]):
                whole = whole and mix[g.class_service[k]]
            if whole:
                worth += s.gain[b, j]
    while True:
        more = _best_addition(g, s, price, j, f, YES, mix, want)
        if more <= (0.0 if some else NEVER):
            break
        worth += more
        some = True
        for v in range(mix.size):
            mix[v] = mix[v] or want[v]
    return worth if some and _fits(g, s, j, f, mix) else NEVER


@compiled_inside
def _may_open(g: Any, s: Any, j: int) -> bool:
    if s.is_open[j] or not g.open_most[j]:
        return False
    if s.numbers[OPEN] >= g.limits[MOST]:
        return False
    return not (g.is_new[j] and s.numbers[NEW] >= g.limits[NEW_MOST])


@compiled_inside
def _for_the_money(g: Any, dear: Array, j: int, f: int, want: Array, worth: float) -> float:
    """Worth for the money of services at j, and of a branch where f >= 0; if `dear` is given."""
    if dear.size == 0:
        return worth
    total = 1e-9
    for m in range(dear.size):
        if f >= 0:
            total += dear[m] * g.budget_branch[m, j, f]
        for v in range(want.size):
            if want[v]:
                total += dear[m] * g.budget_offering[m, j, v]
    return worth / total


@compiled_inside
def _worth(
    g: Any,
    s: Any,
    price: Array,
    dear: Array,
    j: int,
    noise: float,
    mix: Array,
    pick: Array,
    want: Array,
) -> tuple[float, int]:
    """The best that can be done at j now, its services into `pick`; and the format it opens in.

    What a rule still asks for counts before all that is only better.
    """
    best, form = 0.0, NONE
    if s.is_open[j]:
        best = _best_addition(g, s, price, j, s.formats[j], NO, s.offers[j], pick)
        return _for_the_money(g, dear, j, NONE, pick, best) * (1.0 + noise), form
    if not _may_open(g, s, j):
        return best, form
    need = _floor_need(g, s, j) + (2 if g.open_least[j] else 0)
    if need == 0 and s.numbers[OPEN] < g.limits[LEAST]:
        need = 1
    for f in range(g.branch_cost.shape[1]):
        if not g.format_allowed[j, f]:
            continue
        worth = _plan_branch(g, s, price, j, f, mix, want)
        if worth <= NEVER:
            continue
        worth *= 1.0 + noise
        if need > 0:
            size = worth if worth > 0.0 else -worth
            worth = URGENT * need * (1.0 + 1e-3 * worth / (1.0 + size)) + worth
        else:
            worth = _for_the_money(g, dear, j, f, mix, worth)
        if worth > best:
            best, form = worth, f
            for v in range(mix.size):
                pick[v] = mix[v]
    return best, form


@compiled_inside
def _may_drop(g: Any, s: Any, j: int, v: int) -> bool:
    if not s.offers[j, v] or g.offers_least[j, v]:
        return False
    item = j * g.needs.shape[1] + v
    for k in range(g.item_floor_start[item], g.item_floor_start[item + 1]):
        p = g.item_floor[k]
        if s.floor_count[p] <= g.floor_least[p]:
            return False
    count = 0
    for other in range(g.needs.shape[1]):
        count += s.offers[j, other]
    return count > 1


@compiled
def losses(g: Any, s: Any, dropping: Array, closing: Array) -> None:
    """What the objective loses when an offering is dropped, or a branch closes.

    Fills `dropping`, shape (J, S), and `closing`, shape (J,); inf where a rule forbids it.
    """
    for j in range(g.offers_most.shape[0]):
        closing[j] = np.inf
        for v in range(g.needs.shape[1]):
            dropping[j, v] = np.inf
        if not s.is_open[j]:
            continue
        stays = g.open_least[j] or s.numbers[OPEN] <= g.limits[LEAST]
        for k in range(g.site_floor_start[j], g.site_floor_start[j + 1]):
            p = g.site_floor[k]
            stays = stays or s.floor_count[p] <= g.floor_least[p]
        loss = -g.branch_cost[j, s.formats[j]]
        for b in range(g.needs.shape[0]):
            if s.able[b, j]:
                loss += s.loss[b, j]
        for v in range(g.needs.shape[1]):
            if not s.offers[j, v]:
                continue
            item = j * g.needs.shape[1] + v
            for k in range(g.item_floor_start[item], g.item_floor_start[item + 1]):
                p = g.item_floor[k]
                stays = stays or s.floor_count[p] <= g.floor_least[p]
            saved = g.offering_cost[j, v] + _duplicate_relief(g, s, j, v)
            loss -= saved
            if _may_drop(g, s, j, v):
                dropping[j, v] = -saved
                for b in range(g.needs.shape[0]):
                    if g.needs[b, v] and s.able[b, j]:
                        dropping[j, v] += s.loss[b, j]
        if not stays:
            closing[j] = loss


@compiled_inside
def _first(line: Array) -> int:
    """The position of the largest value, the first of equals."""
    best = 0
    for k in range(1, line.size):
        if line[k] > line[best]:
            best = k
    return best


@compiled
def fill(
    g: Any,
    s: Any,
    price: Array,
    dear: Array,
    line: Array,
    shake: Array,
    seen: Array,
    mix: Array,
    pick: Array,
    want: Array,
) -> None:
    """Open and offer what is worth most, again and again, while the rules allow it.

    Worth with money at `price`; and for the money at `dear`, where that is given. Worth seldom
    grows while a network does, so a site is only looked at again when it is first in line (Minoux
    1978). The line, shape (J,), is changed: inf for sites to look at, 0 for those left out.
    """
    turn = 0
    while True:
        j = _first(line)
        if line[j] <= 0.0:
            break
        line[j], form = _worth(g, s, price, dear, j, shake[j], mix, pick, want)
        if seen[j] != turn:
            seen[j] = turn
            if line[_first(line)] > line[j]:
                continue
        if line[j] <= 0.0:
            continue
        if form >= 0:
            _set_open(g, s, j, form, YES)
        for v in range(pick.size):
            if pick[v]:
                _offer(g, s, j, v, YES)
        line[j] = np.inf
        turn += 1
