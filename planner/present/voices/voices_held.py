"""Levers as they are felt to be used, agencies beside customers, and comments on draft plans."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd

from planner.demand.consultation import Consultation, Stances
from planner.demand.priorities import Priority
from planner.present.voices.voices import Voice, number, signed


def lever_name(voice: Voice, lever: str) -> str:
    """What a lever is called: as its question says, else its id."""
    told = next((each.subject for each in voice.pack.voices.questions if each.lever == lever), "")
    return voice.subject(told) if told else lever


def adoption_table(voice: Voice) -> pd.DataFrame:
    """How far each lever is felt to be used, the least first."""
    w = voice.words
    return pd.DataFrame(
        [
            {
                w("voices.column_lever"): lever_name(voice, each.lever),
                w("voices.column_used"): number(each.used.mean),
                w("voices.column_low"): number(each.used.low),
                w("voices.column_high"): number(each.used.high),
                w("voices.column_people"): each.used.n,
                w("voices.column_expected"): number(each.expected.mean) if each.expected else "",
                w("voices.column_gap"): signed(each.gap.mean) if each.gap else "",
            }
            for each in sorted(voice.heard.adoption, key=lambda each: each.used.mean)
        ]
    )


def priority_table(voice: Voice) -> pd.DataFrame:
    """What agencies weigh beside customers, the farthest apart first."""
    w = voice.words
    rows = sorted(voice.heard.priorities, key=lambda each: -abs(each.difference or 0.0))
    return pd.DataFrame(
        [
            {
                w("voices.column_agency"): each.agency,
                w("voices.column_what"): _weighed(voice, each),
                w("voices.column_agency_weight"): w.share(each.weight),
                w("voices.column_customer_weight"): w("voices.not_asked")
                if each.customers is None
                else w.share(each.customers),
                w("voices.column_places"): ""
                if each.difference is None
                else f"{each.difference:+g}".replace("-", "\N{MINUS SIGN}"),
            }
            for each in rows
        ]
    )


def _weighed(voice: Voice, each: Priority) -> str:
    if each.of == "outcome":
        return voice.words(f"scorecard.{each.key}")
    return next((voice.words.name(s) for s in voice.pack.services if s.id == each.key), each.key)


def draft_sentence(voice: Voice, draft: Consultation) -> str:
    """One plan's comments in a sentence."""
    return voice.words(
        "voices.draft_sentence",
        plan=draft.plan,
        n=draft.all.n,
        agree=draft.all.agree,
        against=draft.all.against,
        neither=draft.all.neither,
        first=draft.days[0].isoformat(),
        last=draft.days[1].isoformat(),
    )


def draft_table(voice: Voice, draft: Consultation) -> pd.DataFrame:
    """Comments by branch, area and group, by stance; those that name none are told as such."""
    w = voice.words
    areas = {each.code: each.name for each in voice.pack.areas}

    def rows(
        head: str, found: tuple[Stances, ...], name: Callable[[str], str]
    ) -> list[dict[str, object]]:
        return [
            {
                w("voices.column_by"): head,
                w("voices.column_of"): name(each.key) if each.key else w("voices.none_named"),
                w("voices.column_for"): each.agree,
                w("voices.column_against"): each.against,
                w("voices.column_neither"): each.neither,
            }
            for each in sorted(found, key=lambda each: -each.n)
        ]

    return pd.DataFrame(
        [
            *rows(w("column.branch"), draft.sites, voice.site),
            *rows(w("voices.by_area"), draft.areas, lambda key: areas.get(key, key)),
            *rows(w("voices.column_stratum"), draft.groups, str),
        ]
    )
