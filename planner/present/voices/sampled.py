"""The planner of a sample as sentences, cards and a table."""

from __future__ import annotations

import pandas as pd

from planner.demand.sampling import SamplePlan
from planner.present.cards import Card
from planner.present.words import Words
from planner.runs.table import Table, csv_bytes


def lead_sentence(w: Words, plan: SamplePlan) -> str:
    """How many to ask, and how well a share is known then."""
    told = {"n": w.count(plan.n), "population": w.count(plan.size.population)}
    if plan.margin is None:
        return w("voices.ask_lead_no_margin", **told)
    margin, confidence = w.gap(plan.margin), w.share(plan.confidence)
    return w("voices.ask_lead", **told, margin=margin, confidence=confidence)


def sample_cards(w: Words, plan: SamplePlan) -> list[Card]:
    """Answers wanted, people to ask, and the margin reached."""
    margin = w("unit.none") if plan.margin is None else w.gap(plan.margin)
    return [
        Card(w("voices.card_sample"), w.count(plan.n)),
        Card(w("voices.card_invited"), w.count(plan.invited)),
        Card(w("voices.card_margin"), margin, w("voices.card_margin_note")),
    ]


def sample_notes(w: Words, plan: SamplePlan) -> list[str]:
    """What a reader must know of the groups."""
    lines = []
    if plan.n > plan.size.n:
        lines.append(w("voices.ask_grown", least=plan.least, n=plan.n, first=plan.size.n))
    for key, names in (
        ("lifted", [each.name for each in plan.strata if each.lifted]),
        ("nobody", [each.name for each in plan.strata if not each.n]),
        ("few", [each.name for each in plan.too_few]),
    ):
        if names:
            lines.append(w(f"voices.ask_{key}", names=", ".join(names)))
    return lines


def formula_text(plan: SamplePlan) -> str:
    """The formula with its numbers, as it is written."""
    return plan.size.formula.replace("^2", "\N{SUPERSCRIPT TWO}").replace(
        " x ", " \N{MULTIPLICATION SIGN} "
    )


def sample_table(w: Words, plan: SamplePlan) -> pd.DataFrame:
    """What each group is asked."""
    return pd.DataFrame(
        [
            {
                w("voices.column_stratum"): each.name,
                w("voices.column_population"): each.population,
                w("voices.column_sample"): each.n,
                w("voices.column_invited"): each.invited,
                w("voices.column_weight"): _weight(each.weight),
                w("voices.column_margin"): None
                if each.margin is None
                else round(100 * each.margin, 1),
            }
            for each in plan.strata
        ]
    )


def _weight(value: float | None) -> float | None:
    """Customers behind one answer; a decimal only where it matters."""
    return value if value is None else round(value, 1 if value < 10 else 0)


def sample_csv(plan: SamplePlan) -> bytes:
    """What each group is asked, to hand on."""
    columns = ("stratum", "population", "sample", "invited", "weight", "margin_of_error")
    rows = tuple(
        (each.name, each.population, each.n, each.invited, each.weight, each.margin)
        for each in plan.strata
    )
    return csv_bytes(Table("sample", columns, rows), mark=True)
