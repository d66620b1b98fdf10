"""Compiled loops for one demand class: multipliers, choice of sites, local search, narrowing.

Lists are kept row by row: row i owns the arcs start[i]:start[i + 1], nearest first, with `site`
and `cost` (weighted, so a cost is visits x impedance). `reach[i]` is what row i costs when it
uses none of them. Nothing here is compiled or cached before `ready()` is called.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from planner.optimize.engine.compiled import compiled

Array = NDArray[Any]

PATIENCE = 12  # iterations without a better bound before the step is shortened
SHORTER = 0.6  # ... by this factor
MEMORY = 0.9  # how much of the last direction is kept (Camerini, Fratta & Maffioli 1975)
LOGGED = 4096  # changes that one attempt of a local search may make
LARGEST = 5  # sites that an attempt changes, at most
DRAWS = 20  # draws of a site to open
RARE = 0.02  # how likely a site is drawn that the multipliers never opened
MEAN = 0.05  # weight of the newest choice in the running mean of choices


@compiled
def by_site(start: Array, site: Array, cost: Array, count: int) -> tuple[Array, Array, Array]:
    """The same arcs site by site: starts (count + 1,), rows and costs; a counting sort."""
    begin = np.zeros(count + 1, np.int64)
    for k in range(site.size):
        begin[site[k] + 1] += 1
    for j in range(count):
        begin[j + 1] += begin[j]
    place = begin[:-1].copy()
    row = np.empty(site.size, np.int32)
    value = np.empty(site.size, cost.dtype)
    for i in range(start.size - 1):
        for k in range(start[i], start[i + 1]):
            j = site[k]
            row[place[j]] = i
            value[place[j]] = cost[k]
            place[j] += 1
    return begin, row, value


@compiled
def nearest_two(
    start: Array,
    site: Array,
    cost: Array,
    reach: Array,
    is_open: Array,
    near: Array,
    next_near: Array,
    at: Array,
    next_at: Array,
) -> float:
    """Cost and site of the nearest and second nearest open site of each row; returns the sum.

    Where fewer than two are listed, the cost is the row's reach and the site -1.
    """
    total = 0.0
    for i in range(start.size - 1):
        near[i] = next_near[i] = reach[i]
        at[i] = next_at[i] = -1
        for k in range(start[i], start[i + 1]):
            if is_open[site[k]]:
                if at[i] < 0:
                    near[i], at[i] = cost[k], site[k]
                else:
                    next_near[i], next_at[i] = cost[k], site[k]
                    break
        total += near[i]
    return total


@compiled
def total_cost(start: Array, site: Array, cost: Array, reach: Array, is_open: Array) -> float:
    """What all rows cost together when each goes to its nearest open site."""
    total = 0.0
    for i in range(start.size - 1):
        value = reach[i]
        for k in range(start[i], start[i + 1]):
            if is_open[site[k]]:
                value = cost[k]
                break
        total += value
    return total


@compiled
def greedy(
    begin: Array,
    row: Array,
    value: Array,
    reach: Array,
    fixed: Array,
    least: int,
    most: int,
    sample: int,
    seed: int,
) -> Array:
    """A first set: again and again the best of a few sites drawn at random.

    Opens `least` sites in any case, then more (to `most`) while the best one drawn pays.
    """
    np.random.seed(seed)  # noqa: NPY002 - what compiled code knows
    count = fixed.size
    is_open = np.zeros(count, np.bool_)
    near = reach.copy()
    opened = 0
    misses = 0
    while opened < most and misses < 20:
        best, best_gain = -1, -np.inf
        for _ in range(sample):
            j = np.random.randint(count)  # noqa: NPY002
            if is_open[j]:
                continue
            gain = -fixed[j]
            for t in range(begin[j], begin[j + 1]):
                saved = near[row[t]] - value[t]
                if saved > 0:
                    gain += saved
            if gain > best_gain:
                best, best_gain = j, gain
        if opened >= least and best_gain <= 0:
            misses += 1
            continue
        if best < 0:
            for j in range(count):
                if not is_open[j]:
                    best = j
                    break
        is_open[best] = True
        opened += 1
        misses = 0
        for t in range(begin[best], begin[best + 1]):
            near[row[t]] = min(near[row[t]], value[t])
    return is_open


@compiled
def improve(
    start: Array,
    site: Array,
    cost: Array,
    reach: Array,
    fixed: Array,
    begin: Array,
    row: Array,
    value: Array,
    least: int,
    most: int,
    is_open: Array,
    order: Array,
    wish: Array,
    attempts: int,
    seed: int,
) -> None:
    """Local search: swaps, and additions and removals where the count allows; first improvement.

    A swap is valued as by Whitaker (1983), with gain, loss and extra kept apart (Resende &
    Werneck 2007): the best site to close for a new one is either the one of least loss, or one
    of those whose loss the new site changes. Only sites that a change may have made worth
    opening are looked at again (don't-look bits; Bentley 1992). `is_open` is changed in place.

    From the local optimum, again and again a few sites that lie together are changed at random
    and the search goes on from there; what is not better is undone (iterated local search;
    Lourenço, Martin & Stützle 2003). So an attempt costs what it touches, not a whole sweep.

    `order`: sites to think of opening first. `wish` (J,): how likely each site is drawn; below 0
    it is never opened. `attempts`: how many are made.
    """
    np.random.seed(seed)  # noqa: NPY002 - what compiled code knows
    rows, count = start.size - 1, fixed.size
    near, next_near = np.empty(rows), np.empty(rows)
    at, next_at = np.empty(rows, np.int32), np.empty(rows, np.int32)
    total = nearest_two(start, site, cost, reach, is_open, near, next_near, at, next_at)
    tiny = 1e-9 * (1.0 + abs(total) / max(1, rows))
    loss = -fixed.copy()  # what closing costs: travel, less the fixed cost
    for i in range(rows):
        if at[i] >= 0:
            loss[at[i]] += next_near[i] - near[i]
    opened = np.flatnonzero(is_open)
    size = opened.size
    listed = np.empty(count, np.int32)
    place = np.full(count, -1, np.int32)
    for q in range(size):
        listed[q] = opened[q]
        place[opened[q]] = q
    extra = np.zeros(count)
    seen = np.zeros(count, np.bool_)
    touched = np.empty(count, np.int32)
    queue = np.empty(count, np.int32)
    waits = np.zeros(count, np.bool_)
    head, waiting = 0, order.size
    for q in range(waiting):
        queue[q] = order[q]
        waits[order[q]] = True
    log = np.empty((LOGGED, 2), np.int32)  # what an attempt entered and left
    changes = 0  # ... and how many of them
    planned = np.empty(2 * LARGEST, np.int32)
    near_by = np.empty(4 * LARGEST, np.int32)
    plans = made = 0
    delta = 0.0
    undoing, attempting, stale = False, False, True
    cheapest = -1
    while True:
        entering, leaving = -1, -1
        if undoing:
            if changes == 0:
                undoing = False
                continue
            changes -= 1
            leaving, entering = log[changes]
        elif plans > 0:
            plans -= 1
            entering, leaving = planned[2 * plans], planned[2 * plans + 1]
        elif waiting > 0:
            if stale:
                cheapest, stale = -1, False
                for q in range(size):
                    if cheapest < 0 or loss[listed[q]] < loss[cheapest]:
                        cheapest = listed[q]
            if size > least and cheapest >= 0 and loss[cheapest] < -tiny:
                leaving = cheapest
            else:
                j = queue[head]
                head = head + 1 if head + 1 < count else 0
                waiting -= 1
                waits[j] = False
                if is_open[j] or wish[j] < 0:
                    continue
                gain = -fixed[j]
                marks = 0
                for t in range(begin[j], begin[j + 1]):
                    i = row[t]
                    c = value[t]
                    if c < next_near[i]:
                        r = at[i]
                        if c < near[i]:
                            gain += near[i] - c
                        if r >= 0:
                            if not seen[r]:
                                seen[r] = True
                                touched[marks] = r
                                marks += 1
                            extra[r] += next_near[i] - max(c, near[i])
                best, best_loss = cheapest, np.inf
                if cheapest >= 0:
                    best_loss = loss[cheapest]
                for q in range(marks):
                    r = touched[q]
                    if loss[r] - extra[r] < best_loss:
                        best, best_loss = r, loss[r] - extra[r]
                    extra[r] = 0.0
                    seen[r] = False
                if size < most and gain > tiny and best_loss >= 0:
                    entering = j
                elif best >= 0 and gain - best_loss > tiny:
                    entering, leaving = j, best
                else:
                    continue
        else:
            if attempting:
                attempting = False
                if delta < -tiny:
                    changes = 0
                else:
                    undoing = True
                    continue
            if made == attempts or size == 0:
                break
            # -- an attempt: some of the open sites that are nearest to a row, for others nearby
            wanted = 1 + made % LARGEST
            made += 1
            i = np.random.randint(rows)  # noqa: NPY002
            found = 0
            k = start[i]
            while k < start[i + 1] and found < 2 * wanted:
                if is_open[site[k]]:
                    near_by[found] = site[k]
                    found += 1
                k += 1
            wanted = min(wanted, found)
            length = k - start[i]
            for q in range(wanted):
                other = q + np.random.randint(found - q)  # noqa: NPY002
                near_by[q], near_by[other] = near_by[other], near_by[q]
                for _ in range(DRAWS):
                    j = site[start[i] + np.random.randint(length)]  # noqa: NPY002
                    if is_open[j] or seen[j] or np.random.random() > wish[j] + RARE:  # noqa: NPY002
                        continue
                    if wish[j] >= 0:
                        seen[j] = True
                        planned[2 * plans] = j
                        planned[2 * plans + 1] = near_by[q]
                        plans += 1
                        break
            for q in range(plans):
                seen[planned[2 * q]] = False
            delta = 0.0
            attempting = True
            continue
        # -- one change
        stale = True
        if attempting and not undoing:
            if changes == LOGGED:  # never in practice; what cannot be undone is not begun
                while waiting > 0:
                    waits[queue[head]] = False
                    head = head + 1 if head + 1 < count else 0
                    waiting -= 1
                continue
            log[changes] = entering, leaving
            changes += 1
        if entering >= 0:
            is_open[entering] = True
            loss[entering] = -fixed[entering]
            delta += fixed[entering]
            if leaving >= 0:
                place[entering] = place[leaving]
            else:
                place[entering] = size
                size += 1
            listed[place[entering]] = entering
            for t in range(begin[entering], begin[entering + 1]):
                i = row[t]
                c = value[t]
                if c < next_near[i]:
                    if at[i] >= 0:
                        loss[at[i]] -= next_near[i] - near[i]
                    if c < near[i]:
                        delta -= near[i] - c
                        next_near[i], next_at[i] = near[i], at[i]
                        near[i], at[i] = c, entering
                    else:
                        next_near[i], next_at[i] = c, entering
                    if at[i] >= 0:
                        loss[at[i]] += next_near[i] - near[i]
                    if not undoing and c == near[i]:
                        for k in range(start[i], start[i + 1]):
                            j = site[k]
                            if cost[k] >= c:
                                break
                            if not waits[j] and wish[j] >= 0:
                                waits[j] = True
                                queue[(head + waiting) % count] = j
                                waiting += 1
        if leaving >= 0:
            is_open[leaving] = False
            delta -= fixed[leaving]
            if entering < 0:
                size -= 1
                listed[place[leaving]] = listed[size]
                place[listed[size]] = place[leaving]
            place[leaving] = -1
            for t in range(begin[leaving], begin[leaving + 1]):
                i = row[t]
                if at[i] == leaving or next_at[i] == leaving:
                    mine = at[i] == leaving
                    delta -= near[i]
                    if at[i] != leaving:
                        loss[at[i]] -= next_near[i] - near[i]
                    near[i] = next_near[i] = reach[i]
                    at[i] = next_at[i] = -1
                    for k in range(start[i], start[i + 1]):
                        j = site[k]
                        if is_open[j]:
                            if at[i] < 0:
                                near[i], at[i] = cost[k], j
                            else:
                                next_near[i], next_at[i] = cost[k], j
                                break
                        elif mine and at[i] < 0 and not undoing and not waits[j] and wish[j] >= 0:
                            waits[j] = True
                            queue[(head + waiting) % count] = j
                            waiting += 1
                    delta += near[i]
                    if at[i] >= 0:
                        loss[at[i]] += next_near[i] - near[i]


@compiled
def choose(
    worth: Array, least: int, most: int, chosen: Array, scratch: Array
) -> tuple[int, float, float, float]:
    """The sites that a Lagrangian solution opens: the `least` cheapest, and all below zero.

    Never more than `most`. Marks them in `chosen` and returns how many, their sum, and the two
    figures that say what it costs to force a site open or closed: opening j adds
    worth[j] - open_at, closing j adds close_at - worth[j].
    """
    count = worth.size
    below = 0
    for j in range(count):
        if worth[j] < 0:
            below += 1
    size = min(max(below, least), most)
    last, first_out = -np.inf, np.inf
    if 0 < size < count:
        scratch[:] = worth
        ordered = np.partition(scratch, size - 1)
        last = ordered[size - 1]
        first_out = ordered[size:].min()
    elif count and size:
        last = worth.max()
    elif count:
        first_out = worth.min()
    total = 0.0
    taken = 0
    for j in range(count):
        chosen[j] = size > 0 and worth[j] < last
        if chosen[j]:
            taken += 1
            total += worth[j]
    for j in range(count):
        if taken < size and worth[j] == last:
            chosen[j] = True
            taken += 1
            total += worth[j]
    if size == most:
        open_at = last
    elif size == least:
        open_at = max(last, 0.0)
    else:
        open_at = 0.0
    close_at = first_out if size == least else min(0.0, first_out)
    return size, total, open_at, close_at


@compiled
def price(
    start: Array, site: Array, cost: Array, fixed: Array, multiplier: Array, worth: Array
) -> float:
    """What opening each site is worth at these multipliers; returns the multipliers' sum.

    worth[j] = fixed[j] + sum over rows of min(0, cost - multiplier): a row's list is read only
    as far as its multiplier.
    """
    total = 0.0
    worth[:] = fixed
    for i in range(start.size - 1):
        limit = multiplier[i]
        total += limit
        for k in range(start[i], start[i + 1]):
            if cost[k] >= limit:
                break
            worth[site[k]] += cost[k] - limit
    return total


@compiled
def ascend(
    start: Array,
    site: Array,
    cost: Array,
    begin: Array,
    row: Array,
    value: Array,
    reach: Array,
    fixed: Array,
    least: int,
    most: int,
    constant: float,
    multiplier: Array,
    best: Array,
    direction: Array,
    mean: Array,
    chosen: Array,
    state: Array,
    upper: float,
    enough: float,
    iterations: int,
) -> int:
    """Subgradient steps on the assignment rows' multipliers: raise the Lagrangian bound.

    Any multipliers not above `reach` give a valid bound (weak duality): a row that uses no
    listed site costs at least its reach. Deflected Polyak steps (Camerini, Fratta & Maffioli
    1975); back to the best multipliers with a shorter step where the bound stays the same.

    `state` holds the best bound, the step factor and the iterations since the bound rose; it is
    changed in place, like `multiplier` (R,), `best` (R,), `direction` (R,), `mean` (J,) and
    `chosen` (J,). `upper` is the objective of the best set known; above `enough` the ascent ends.
    Returns the steps made.
    """
    rows, count = start.size - 1, fixed.size
    worth, scratch = np.empty(count), np.empty(count)
    short = np.empty(rows)
    done = 0
    while done < iterations:
        done += 1
        total = price(start, site, cost, fixed, multiplier, worth)
        _, added, _, _ = choose(worth, least, most, chosen, scratch)
        bound = constant + total + added
        for j in range(count):
            mean[j] += MEAN * ((1.0 if chosen[j] else 0.0) - mean[j])
        if bound > state[0]:
            if bound > state[0] + 1e-4 * abs(upper - state[0]):
                state[2] = 0
            else:
                state[2] += 1
            state[0] = bound
            best[:] = multiplier
            if bound > enough:
                break
        else:
            state[2] += 1
        if state[2] >= PATIENCE:
            state[1] *= SHORTER
            state[2] = 0
            multiplier[:] = best
            direction[:] = 0.0
            continue
        short[:] = 1.0
        for j in range(count):
            if chosen[j]:
                for t in range(begin[j], begin[j + 1]):
                    if value[t] < multiplier[row[t]]:
                        short[row[t]] -= 1.0
        norm = 0.0
        for i in range(rows):
            if multiplier[i] >= reach[i] and short[i] > 0.0:
                short[i] = 0.0  # the row may go beyond its list at this price
            direction[i] = short[i] + MEMORY * direction[i]
            norm += direction[i] * direction[i]
        if norm < 1e-12:
            state[1] = 0.0
            break
        step = state[1] * (upper - bound + 0.02 * (upper - state[0])) / norm
        for i in range(rows):
            multiplier[i] = min(max(multiplier[i] + step * direction[i], 0.0), reach[i])
    return done


@compiled
def narrow(
    start: Array,
    site: Array,
    cost: Array,
    reach: Array,
    exact: Array,
    multiplier: Array,
    penalty: Array,
    fate: Array,
    slack: float,
) -> tuple[Array, Array, Array, Array, Array, bool]:
    """The lists without what no better set uses.

    An arc goes when max(0, cost - multiplier) + penalty of its site exceeds `slack`, the distance
    between the bound and what would be a better set; arcs no nearer than an opened site go too,
    and that site becomes the row's reach. A row that cannot afford its reach must use an arc.

    `penalty` (J,) is what the bound rises by when a free site is forced open; `fate` (J,) is 0 for
    free, 1 for opened, 2 for closed. Returns starts, old numbers of the sites, costs, reach and
    exactness; and whether some row is left with nothing (then no better set exists).
    """
    rows = start.size - 1
    begin = np.zeros(rows + 1, np.int64)
    new_reach = np.empty(rows)
    new_exact = np.empty(rows, np.bool_)
    kept = 0
    for i in range(rows):
        base = multiplier[i]
        limit, sure = reach[i], exact[i]
        if limit - base > slack:
            limit, sure = np.inf, True
        for k in range(start[i], start[i + 1]):
            c = cost[k]
            if c >= limit or c - base > slack:
                break
            if fate[site[k]] == 1:
                limit, sure = c, True
                break
            if fate[site[k]] == 0 and max(0.0, c - base) + penalty[site[k]] <= slack:
                kept += 1
        begin[i + 1] = kept
        new_reach[i], new_exact[i] = limit, sure
    new_site = np.empty(kept, np.int32)
    new_cost = np.empty(kept, cost.dtype)
    hopeless = False
    t = 0
    for i in range(rows):
        base = multiplier[i]
        for k in range(start[i], start[i + 1]):
            c = cost[k]
            if t == begin[i + 1]:
                break
            if fate[site[k]] == 0 and max(0.0, c - base) + penalty[site[k]] <= slack:
                new_site[t] = site[k]
                new_cost[t] = c
                t += 1
        if begin[i] == begin[i + 1] and new_reach[i] == np.inf:
            hopeless = True
    return begin, new_site, new_cost, new_reach, new_exact, hopeless
