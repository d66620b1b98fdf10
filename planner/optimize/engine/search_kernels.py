"""The search for networks, compiled: open, close and offer, with what each change does at once.

Gains and losses by class and site follow every change row by row, as Resende & Werneck (2007)
keep them for the p-median problem; here for every class, with mixes, money and duplicates.
"""

# mypy: disable-error-code="untyped-decorator,no-any-return,misc"
# ruff: noqa: NPY002 -- in compiled code the seeded generator is Numba's own, not NumPy's global one

from __future__ import annotations

from typing import Any

import numba
import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]

kernel: Any = numba.njit(cache=True, nogil=True)

OPEN, NEW, EXCESS, UNSERVED, UNMET = 0, 1, 2, 3, 4
LEAST, MOST, NEW_MOST, EXCESS_MOST = 0, 1, 2, 3
NEVER = -1e300
WISHES = 200  # a row without a branch asks only so many of its nearest sites for one
URGENT = 1e18  # what a rule still asks for comes before all that is only better
# not plain -1, True and False: a kernel would be compiled once more for each of them
NONE: Any = np.int64(-1)
YES: Any = np.bool_(True)
NO: Any = np.bool_(False)


# -- one change --------------------------------------------------------------------------------


@kernel
def _count_row(g: Any, s: Any, b: int, i: int, sign: float) -> None:
    """Add, or take away, what a row says about gains and the loss of its branch."""
    w = sign * g.weight[b, i]
    near = s.near[b, i]
    if s.at[b, i] >= 0:
        s.loss[b, s.at[b, i]] += w * (s.second[b, i] - near)
    cost, site, gain = g.cost, g.site, s.gain
    end = g.start[i + 1]
    if near >= g.far:
        end = min(end, g.start[i] + WISHES)
    for a in range(g.start[i], end):
        if cost[a] >= near:
            break
        gain[b, site[a]] += w * (near - cost[a])
    s.sums[0] += w * near
    if near >= g.far:
        s.numbers[UNSERVED] += 1 if sign > 0 else -1


@kernel
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


@kernel
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


@kernel
def _class_off(g: Any, s: Any, b: int, j: int) -> None:
    s.able[b, j] = False
    point, at, second_at = g.point, s.at, s.second_at
    for k in range(g.begin[j], g.begin[j + 1]):
        i = np.int64(point[k])
        if at[b, i] == j or second_at[b, i] == j:
            _count_row(g, s, b, i, -1.0)
            _look(g, s, b, i)
            _count_row(g, s, b, i, 1.0)


@kernel
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
        before = max(0, s.clique_count[q] - g.clique_allowed[q])
        s.clique_count[q] += sign
        after = max(0, s.clique_count[q] - g.clique_allowed[q])
        if after != before:
            s.numbers[EXCESS] += after - before
            if g.clique_price[q] < np.inf:
                s.sums[1] += g.clique_price[q] * (after - before)
    for k in range(g.item_floor_start[item], g.item_floor_start[item + 1]):
        s.floor_count[g.item_floor[k]] += sign
    for b in range(g.needs.shape[0]):
        if g.needs[b, v]:
            s.lack[b, j] -= sign
            if on and s.lack[b, j] == 0:
                _class_on(g, s, b, j)
            elif not on and s.lack[b, j] == 1:
                _class_off(g, s, b, j)


@kernel
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
        s.numbers[UNMET] -= max(0, g.floor_least[p] - s.floor_count[p])
        s.floor_count[p] += sign
        s.numbers[UNMET] += max(0, g.floor_least[p] - s.floor_count[p])


@kernel
def _close(g: Any, s: Any, j: int) -> None:
    for v in range(g.needs.shape[1]):
        if s.offers[j, v]:
            _offer(g, s, j, v, NO)
    _set_open(g, s, j, s.formats[j], NO)


@kernel
def rebuild(g: Any, s: Any, is_open: Array, formats: Array, offers: Array) -> None:
    """Set the state to a network, everything computed afresh."""
    s.is_open[:] = False
    s.offers[:] = False
    s.able[:] = False
    s.gain[:] = 0.0
    s.loss[:] = 0.0
    s.spend[:] = 0
    s.clique_count[:] = 0
    s.floor_count[:] = 0
    s.numbers[:] = 0
    for p in range(g.floor_least.size):
        if g.floor_of_branches[p]:
            s.numbers[UNMET] += g.floor_least[p]
    s.sums[:] = 0.0
    for b in range(g.needs.shape[0]):
        size = 0
        for v in range(g.needs.shape[1]):
            size += g.needs[b, v]
        s.lack[b, :] = size
    # no row counts yet, so rows cost nothing while offerings are set
    s.near[:] = NEVER
    s.second[:] = NEVER
    s.at[:] = -1
    s.second_at[:] = -1
    for j in range(is_open.size):
        if is_open[j]:
            _set_open(g, s, j, formats[j], YES)
            for v in range(g.needs.shape[1]):
                if offers[j, v]:
                    _offer(g, s, j, v, YES)
    for b in range(g.needs.shape[0]):
        for i in range(g.weight.shape[1]):
            if g.weight[b, i] > 0.0:
                _look(g, s, b, i)
                _count_row(g, s, b, i, 1.0)


@kernel
def _restore(g: Any, s: Any, is_open: Array, formats: Array, offers: Array) -> None:
    """Go back to a network that is not far from the present one."""
    for j in range(is_open.size):
        if s.is_open[j] and (not is_open[j] or formats[j] != s.formats[j]):
            _close(g, s, j)
    for j in range(is_open.size):
        if is_open[j]:
            if not s.is_open[j]:
                _set_open(g, s, j, formats[j], YES)
            for v in range(g.needs.shape[1]):
                if offers[j, v] != s.offers[j, v]:
                    _offer(g, s, j, v, offers[j, v])


# -- what a change would be worth --------------------------------------------------------------


@kernel
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


@kernel
def _duplicate_relief(g: Any, s: Any, j: int, v: int) -> float:
    """What dropping v at j saves in priced duplicates."""
    item = j * g.needs.shape[1] + v
    price = 0.0
    for k in range(g.item_clique_start[item], g.item_clique_start[item + 1]):
        q = g.item_clique[k]
        if s.clique_count[q] > g.clique_allowed[q] and g.clique_price[q] < np.inf:
            price += g.clique_price[q]
    return price


@kernel
def _money(g: Any, price: Array, j: int, v: int) -> float:
    total = 0.0
    for m in range(price.size):
        total += price[m] * g.budget_offering[m, j, v]
    return total


@kernel
def _floor_need(g: Any, s: Any, j: int) -> int:
    """How many unmet floors of branches a branch at j would help."""
    need = 0
    for k in range(g.site_floor_start[j], g.site_floor_start[j + 1]):
        p = g.site_floor[k]
        need += s.floor_count[p] < g.floor_least[p]
    return need


@kernel
def _missing(g: Any, s: Any, j: int, opening: bool) -> int:
    """How many branches the counts and floors still ask for, after one at j if it opens."""
    count, unmet = g.limits[LEAST] - s.numbers[OPEN], s.numbers[UNMET]
    if opening:
        count -= 1
        unmet -= _floor_need(g, s, j)
    return max(0, count, unmet)


@kernel
def _fits(g: Any, s: Any, j: int, f: int, want: Array) -> bool:
    """Whether the budgets bear these services at j as well, and the branch where f >= 0."""
    missing = _missing(g, s, j, f >= 0)
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


@kernel
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


@kernel
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


@kernel
def _item_need(g: Any, s: Any, j: int, v: int) -> int:
    """How many unmet floors of service v an offering at j would help."""
    item = j * g.needs.shape[1] + v
    need = 0
    for k in range(g.item_floor_start[item], g.item_floor_start[item + 1]):
        p = g.item_floor[k]
        need += s.floor_count[p] < g.floor_least[p]
    return need


@kernel
def _may_open(g: Any, s: Any, j: int) -> bool:
    if s.is_open[j] or not g.open_most[j]:
        return False
    if s.numbers[OPEN] >= g.limits[MOST]:
        return False
    return not (g.is_new[j] and s.numbers[NEW] >= g.limits[NEW_MOST])


@kernel
def _spent(g: Any, price: Array, j: int, f: int, want: Array) -> float:
    """Priced money of services at j, and of the branch where f >= 0."""
    total = 0.0
    for m in range(price.size):
        if f >= 0:
            total += price[m] * g.budget_branch[m, j, f]
        for v in range(want.size):
            if want[v]:
                total += price[m] * g.budget_offering[m, j, v]
    return total


@kernel
def _meet_service_floors(g: Any, s: Any, price: Array) -> None:
    """Add the cheapest offerings at open branches where a floor of a service asks for more."""
    sites, services = g.offers_most.shape
    want = np.zeros(services, np.bool_)
    while True:
        best, pick, service = np.inf, NONE, NONE
        for j in range(sites):
            if not s.is_open[j]:
                continue
            for v in range(services):
                if s.offers[j, v] or not g.offers_most[j, v] or _item_need(g, s, j, v) == 0:
                    continue
                want[:] = False
                want[v] = True
                if not g.format_services[s.formats[j], v] or not _fits(g, s, j, NONE, want):
                    continue
                cost = g.offering_cost[j, v] + _money(g, price, j, v)
                cost += _duplicate_price(g, s, j, v)
                if cost < best:
                    best, pick, service = cost, j, v
        if pick < 0:
            break
        _offer(g, s, pick, service, YES)


@kernel
def _worth(
    g: Any, s: Any, price: Array, j: int, noise: float, by_ratio: bool, mix: Array, pick: Array
) -> tuple[float, int]:
    """The best that can be done at j now, its services into `pick`; and the format it opens in.

    What a rule still asks for counts before all that is only better.
    """
    best, form = 0.0, NONE
    used = np.zeros(price.size) if by_ratio else price
    want = np.zeros(pick.size, np.bool_)
    if s.is_open[j]:
        best = _best_addition(g, s, used, j, s.formats[j], NO, s.offers[j], pick)
        if by_ratio:
            best /= 1e-9 + _spent(g, price, j, NONE, pick)
        return best * (1.0 + noise), form
    if not _may_open(g, s, j):
        return best, form
    need = _floor_need(g, s, j) + (2 if g.open_least[j] else 0)
    if need == 0 and s.numbers[OPEN] < g.limits[LEAST]:
        need = 1
    for f in range(g.branch_cost.shape[1]):
        if not g.format_allowed[j, f]:
            continue
        worth = _plan_branch(g, s, used, j, f, mix, want)
        if worth <= NEVER:
            continue
        worth *= 1.0 + noise
        if need > 0:
            worth = URGENT * need * (1.0 + 1e-3 * worth / (1.0 + abs(worth))) + worth
        elif by_ratio:
            worth /= 1e-9 + _spent(g, price, j, f, mix)
        if worth > best:
            best, form = worth, f
            pick[:] = mix
    return best, form


@kernel
def _fill(g: Any, s: Any, price: Array, tabu: Array, noise: float, by_ratio: bool) -> None:
    """Open and offer what is worth most, again and again, while the rules allow it.

    By priced worth; or by true worth for the money, for what is left of it. Worth seldom grows
    while a network does, so a site is only looked at again when it is first in line (Minoux 1978).
    """
    sites, services = g.offers_most.shape
    mix = np.zeros(services, np.bool_)
    pick = np.zeros(services, np.bool_)
    line = np.full(sites, np.inf)
    seen = np.full(sites, NONE)
    shake = np.zeros(sites)
    for j in range(sites):
        if tabu[j]:
            line[j] = 0.0
        if noise > 0.0:
            shake[j] = noise * (np.random.random() - 0.5)
    turn = 0
    while True:
        j = int(np.argmax(line))
        if line[j] <= 0.0:
            break
        line[j], form = _worth(g, s, price, j, shake[j], by_ratio, mix, pick)
        if seen[j] != turn:
            seen[j] = turn
            best = True
            for k in range(sites):
                if line[k] > line[j]:
                    best = False
                    break
            if not best:
                continue
        if line[j] <= 0.0:
            continue
        if form >= 0:
            _set_open(g, s, j, form, YES)
        for v in range(services):
            if pick[v]:
                _offer(g, s, j, v, YES)
        line[j] = np.inf
        turn += 1


@kernel
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


@kernel
def _drop_loss(g: Any, s: Any, j: int, v: int) -> float:
    """What the objective loses when j drops v."""
    loss = -g.offering_cost[j, v] - _duplicate_relief(g, s, j, v)
    for b in range(g.needs.shape[0]):
        if g.needs[b, v] and s.able[b, j]:
            loss += s.loss[b, j]
    return loss


@kernel
def _close_loss(g: Any, s: Any, j: int) -> float:
    """What the objective loses when j closes; inf where a rule keeps it open."""
    if g.open_least[j] or s.numbers[OPEN] <= g.limits[LEAST]:
        return np.inf
    for k in range(g.site_floor_start[j], g.site_floor_start[j + 1]):
        p = g.site_floor[k]
        if s.floor_count[p] <= g.floor_least[p]:
            return np.inf
    loss = -g.branch_cost[j, s.formats[j]]
    for v in range(g.needs.shape[1]):
        if s.offers[j, v]:
            item = j * g.needs.shape[1] + v
            for k in range(g.item_floor_start[item], g.item_floor_start[item + 1]):
                p = g.item_floor[k]
                if s.floor_count[p] <= g.floor_least[p]:
                    return np.inf
            loss -= g.offering_cost[j, v] + _duplicate_relief(g, s, j, v)
    for b in range(g.needs.shape[0]):
        if s.able[b, j]:
            loss += s.loss[b, j]
    return loss


@kernel
def _prune(g: Any, s: Any, price: Array) -> bool:
    """Close and drop what costs more than it is worth, and what nobody uses."""
    changed = False
    for j in range(g.offers_most.shape[0]):
        if not s.is_open[j]:
            continue
        if _close_loss(g, s, j) < 0.0:
            _close(g, s, j)
            changed = True
            continue
        for v in range(g.needs.shape[1]):
            if _may_drop(g, s, j, v):
                loss = _drop_loss(g, s, j, v)
                if loss < 0.0 or (loss <= 0.0 and _money(g, price, j, v) > 0.0):
                    _offer(g, s, j, v, NO)
                    changed = True
    return changed


@kernel
def _keeps_rules(g: Any, s: Any) -> bool:
    if s.numbers[UNSERVED] > 0:
        return False
    if s.numbers[OPEN] < g.limits[LEAST] or s.numbers[OPEN] > g.limits[MOST]:
        return False
    if s.numbers[NEW] > g.limits[NEW_MOST]:
        return False
    if g.limits[EXCESS_MOST] >= 0 and s.numbers[EXCESS] > g.limits[EXCESS_MOST]:
        return False
    for m in range(g.budget_limit.size):
        if s.spend[m] > g.budget_limit[m]:
            return False
    for p in range(g.floor_least.size):
        if s.floor_count[p] < g.floor_least[p]:
            return False
    for q in range(g.clique_allowed.size):
        if s.clique_count[q] > g.clique_allowed[q] and g.clique_price[q] == np.inf:
            return False
    for j in range(g.open_least.size):
        if g.open_least[j] and not s.is_open[j]:
            return False
        if s.is_open[j]:
            f = s.formats[j]
            some = False
            if not g.open_most[j] or not g.format_allowed[j, f]:
                return False
            for v in range(g.needs.shape[1]):
                some = some or s.offers[j, v]
                if s.offers[j, v] and not (g.offers_most[j, v] and g.format_services[f, v]):
                    return False
                if g.offers_least[j, v] and not s.offers[j, v]:
                    return False
            if not some:
                return False
    return True


@kernel
def _afford(g: Any, s: Any) -> None:
    """Drop what is worth least for its money until the budgets bear what is still to come."""
    for m in range(g.budget_limit.size):
        while s.spend[m] + _missing(g, s, NONE, NO) * g.reserve[m] > g.budget_limit[m]:
            least, pick, service = np.inf, NONE, NONE
            for j in range(s.is_open.size):
                if not s.is_open[j]:
                    continue
                for v in range(g.needs.shape[1]):
                    if g.budget_offering[m, j, v] > 0 and _may_drop(g, s, j, v):
                        worth = _drop_loss(g, s, j, v) / g.budget_offering[m, j, v]
                        if worth < least:
                            least, pick, service = worth, j, v
                loss = _close_loss(g, s, j)
                if loss < np.inf:
                    spent = g.budget_branch[m, j, s.formats[j]]
                    for v in range(g.needs.shape[1]):
                        if s.offers[j, v]:
                            spent += g.budget_offering[m, j, v]
                    if spent > 0 and loss / spent < least:
                        least, pick, service = loss / spent, j, NONE
            if pick < 0:
                break
            if service >= 0:
                _offer(g, s, pick, service, NO)
            else:
                _close(g, s, pick)


@kernel
def _complete(g: Any, s: Any, price: Array, tabu: Array, noise: float) -> None:
    """Make the best of a network that something was taken from.

    By priced worth, once more after pruning, and then for the money that is left.
    """
    _afford(g, s)
    for phase in range(3):
        if phase == 1:
            _meet_service_floors(g, s, price)
            if not _prune(g, s, price):
                continue
        if phase > 0:
            tabu[:] = False
        _fill(g, s, price, tabu, noise, phase == 2)


# -- the search --------------------------------------------------------------------------------


@kernel
def _nth_open(s: Any, n: int) -> int:
    for j in range(s.is_open.size):
        if s.is_open[j]:
            if n == 0:
                return j
            n -= 1
    return NONE


@kernel
def _neighbour(g: Any, s: Any, j: int) -> int:
    """A branch that is second-nearest to some row of j, drawn at random; -1 if there is none."""
    classes = g.needs.shape[0]
    size = g.begin[j + 1] - g.begin[j]
    if size == 0:
        return NONE
    for _ in range(20):
        i = g.point[g.begin[j] + np.random.randint(size)]
        b = np.random.randint(classes)
        if s.at[b, i] == j and s.second_at[b, i] >= 0:
            return int(s.second_at[b, i])
    return NONE


@kernel
def _strip(g: Any, s: Any, j: int) -> None:
    """Drop all that j need not offer."""
    for v in range(g.needs.shape[1]):
        if _may_drop(g, s, j, v):
            _offer(g, s, j, v, NO)


@kernel
def _take_away(g: Any, s: Any, tabu: Array) -> None:
    """Close or drop a part of the network, drawn at random."""
    services = g.needs.shape[1]
    tabu[:] = False
    kind = np.random.random()
    j = _nth_open(s, np.random.randint(max(1, s.numbers[OPEN])))
    if j < 0:
        return
    if kind < 0.55:
        more = 1 if kind < 0.3 else 2 + np.random.randint(2)
        for _ in range(more):
            if g.open_least[j]:
                _strip(g, s, j)
            else:
                _close(g, s, j)
                tabu[j] = np.random.random() < 0.8
            other = _neighbour(g, s, j)
            if other < 0 and s.numbers[OPEN] > 0:
                other = _nth_open(s, np.random.randint(s.numbers[OPEN]))
            if other < 0 or not s.is_open[other]:
                break
            j = other
    elif kind < 0.7:
        v = np.random.randint(services)
        for k in range(s.is_open.size):
            if s.is_open[k] and np.random.random() < 0.3 and _may_drop(g, s, k, v):
                _offer(g, s, k, v, NO)
    elif kind < 0.85:
        share = 0.02 + 0.1 * np.random.random()
        for k in range(s.is_open.size):
            if s.is_open[k]:
                for v in range(services):
                    if np.random.random() < share and _may_drop(g, s, k, v):
                        _offer(g, s, k, v, NO)
    else:
        for _ in range(1 + np.random.randint(3)):
            if j < 0:
                break
            _strip(g, s, j)
            j = _neighbour(g, s, j)


@kernel
def improve(g: Any, s: Any, price: Array, kicks: int, slack: float, seed: int, best: Any) -> float:
    """Take away and complete, again and again; the best network goes to `best`.

    Large neighbourhood search (Shaw 1998): a network no worse than the best by more than
    `slack`, relative, is gone on from. Without kicks the network is only completed. Returns the
    best objective, inf if none kept the rules.
    """
    np.random.seed(seed)
    tabu = np.zeros(s.is_open.size, np.bool_)
    now_open, now_formats, now_offers = s.is_open.copy(), s.formats.copy(), s.offers.copy()
    now = s.sums[0] + s.sums[1] if _keeps_rules(g, s) else np.inf
    record = np.inf
    for kick in range(kicks + 1):
        if kick > 0:
            _take_away(g, s, tabu)
        _complete(g, s, price, tabu, 0.2 if kick > 0 else 0.0)
        value = s.sums[0] + s.sums[1] if _keeps_rules(g, s) else np.inf
        if value < now or value < record * (1.0 + slack) or kick == 0:
            now = value
            now_open[:] = s.is_open
            now_formats[:] = s.formats
            now_offers[:] = s.offers
            if value < record * (1.0 - 1e-12) or kick == 0:
                record = value
                best.is_open[:] = s.is_open
                best.formats[:] = s.formats
                best.offers[:] = s.offers
        else:
            _restore(g, s, now_open, now_formats, now_offers)
    return record
