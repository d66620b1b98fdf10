"""The model held against what was counted, as sentences and tables."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pandas as pd

from planner.evaluate.tieout import Held, TieOut
from planner.pack.figures import Figure
from planner.present.method import mark_name, source_text
from planner.present.view import DASH, View


def sentence(view: View, held: TieOut) -> str:
    """How far each rule of choice misses the counts, and whether loads can be trusted."""
    return f"{_against(view, held, held.held)} {_verdict(view, held)}"


def _against(view: View, held: TieOut, rules: Iterable[Held]) -> str:
    w = view.words
    counted = held.counted
    what = (counted.what_sw if w.language == "sw" else "") or counted.what
    if counted.basis == "records":
        what = w("held.recorded", what=what)
    return w(
        "held.against",
        n=w.count(float(counted.counts.sum())),
        what=what,
        when=counted.when,
        missed="; ".join(w(f"held.{each.rule}", n=_of_100(each.missed)) for each in rules),
    )


def _verdict(view: View, held: TieOut) -> str:
    w, nearest = view.words, held.held[0]
    allowed = _of_100(held.tolerance)
    if nearest.agrees:
        return w("held.agrees", allowed=allowed)
    off = float(nearest.off[nearest.worst])
    return w(
        "held.few" if off < 0 else "held.many",
        allowed=allowed,
        place=view.pack.sites[int(held.counted.sites[nearest.worst])].name,
        points=f"{100 * abs(off):.0f}",
    )


def sentences_of(view: View, tie_outs: Iterable[TieOut]) -> list[str]:
    """A verdict for each set of counts: stands wherever a before and an after are shown."""
    said = [f"{_against(view, held, held.held[:1])} {_verdict(view, held)}" for held in tie_outs]
    return [*said, view.words("held.more")] if said else []


def _of_100(share: float) -> str:
    return f"{100 * share:.1f}".removesuffix(".0")


def table(view: View, held: TieOut) -> pd.DataFrame:
    """Every counted branch: what was counted, its share, and each rule's share with its miss."""
    w, counted = view.words, held.counted
    rows: list[dict[str, object]] = []
    for n, j in enumerate(counted.sites.tolist()):
        row: dict[str, object] = {
            w("column.branch"): view.site_name(j),
            w("held.column_counted"): round(float(counted.counts[n])),
            w("held.column_share"): _percent(view, float(counted.shares[n])),
        }
        for each in held.held:
            off = f"({w.signed(100 * each.off[n])})"
            share = _percent(view, float(each.shares[n]))
            row[w(f"held.column_{each.rule}")] = f"{share} {off}"
        rows.append(row)
    total: dict[str, object] = {
        w("column.branch"): w("held.missed"),
        w("held.column_counted"): round(float(counted.counts.sum())),
        w("held.column_share"): "",
    }
    for each in held.held:
        verdict = w("held.yes" if each.agrees else "held.no")
        total[w(f"held.column_{each.rule}")] = f"{_percent(view, each.missed)}: {verdict}"
    return pd.DataFrame([*rows, total])


def _percent(view: View, share: float) -> str:
    return view.words.unit("percent", v=f"{100 * share:.1f}")


# -- the figures of the choice -------------------------------------------------------------


def figures_table(view: View) -> pd.DataFrame:
    """The pack's figures of the choice and of waiting, each with unit, range, mark and source."""
    customers = view.pack.customers
    entries: list[tuple[str, Figure]] = []
    if customers.choice is not None:
        entries.append((view.words("held.decay"), customers.choice.decay_per_km))
        names = {site.id: site.name for site in view.pack.sites}
        entries += [
            (view.words("held.attraction", place=names.get(site, site)), figure)
            for site, figure in customers.choice.attraction.items()
        ]
    opening = customers.opening
    entries += [
        (view.words(f"opening.{name}"), getattr(opening, name))
        for name in (
            *("days_per_year", "hours_per_day", "peak_day", "peak_hour", "service_variation"),
            *("utilisation", "idle_below", "wait_min", "wait_share"),
        )
    ]
    w = view.words
    return pd.DataFrame(
        [
            {
                w("column.figure"): name,
                w("column.value"): w.number(figure.value),
                w("held.range"): f"{w.number(figure.low)} {DASH} {w.number(figure.high)}",
                w("column.unit"): figure.unit,
                w("column.mark"): mark_name(view, figure.mark),
                w("column.source"): source_text(figure.mark),
            }
            for name, figure in entries
        ]
    )


def fit_sentences(view: View, held: TieOut) -> list[str]:
    """What a refit to the counts would say, and how little that rests on; nothing without one."""
    fit, w, counted = held.fit, view.words, held.counted
    if fit is None:
        return []
    own = ", ".join(
        f"{view.pack.sites[int(counted.sites[n])].name} {fit.attraction[n]:.1f}" for n in fit.asked
    )
    said = [
        w("held.fit", decay=f"{fit.decay:.4f}")
        + (f" {w('held.fit_attraction', own=own)}" if own else ""),
        w("held.fit_caveat", free=fit.free_values, n=counted.sites.size),
    ]
    off = np.abs(fit.left_out[: counted.sites.size] - counted.shares)
    known = off[np.isfinite(off)]
    if known.size:
        mean, most = f"{100 * known.mean():.1f}", f"{100 * known.max():.1f}"
        said.append(w("held.left_out", mean=mean, most=most))
    if fit.at_limit:
        said.append(w("held.at_limit"))
    return said
