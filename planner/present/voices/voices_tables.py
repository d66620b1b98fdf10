"""The tables of what people say and what auditors found."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields

import pandas as pd

from planner.demand.flags import change_of, state_of
from planner.demand.opinions import Mean
from planner.demand.themes import ThemeCount
from planner.pack.figures import Figure
from planner.present.voices.voices import TO, Voice, iso_day, number, signed
from planner.present.words import Words


def threshold_table(voice: Voice) -> pd.DataFrame:
    """The figures behind flags, calendar and evidence, with their ranges and sources."""
    w, limits = voice.words, voice.pack.voices.thresholds
    rows = []
    for name in (each.name for each in fields(limits)):
        figure: Figure = getattr(limits, name)
        mark = figure.mark
        rows.append(
            {
                w("column.figure"): w(f"voices.limit_{name}"),
                w("column.low"): w.number(figure.low),
                w("column.mode"): w.number(figure.value),
                w("column.high"): w.number(figure.high),
                w("column.unit"): figure.unit,
                w("column.mark"): w(f"mark.{mark.confidence}") if mark.confidence else "",
                w("column.source"): f"{mark.source}. {mark.note}" if mark.note else mark.source,
            }
        )
    return pd.DataFrame(rows)


def lowest_first(means: Mapping[str, Mean]) -> dict[str, Mean]:
    """The means in the order in which they need attention."""
    return dict(sorted(means.items(), key=lambda each: each[1].mean))


def mean_table(
    voice: Voice, means: Mapping[str, Mean], names: Sequence[str], head: str
) -> pd.DataFrame:
    """Means with their intervals; `names` are those of the rows, `head` that of their column."""
    w = voice.words
    return pd.DataFrame(
        [
            {
                head: name,
                w("voices.column_people"): each.n,
                w("voices.column_mean"): number(each.mean),
                w("voices.column_interval"): _interval(number(each.low), number(each.high)),
                w("voices.column_sd"): number(each.sd),
            }
            | (
                {}
                if each.population is None
                else {w("voices.column_population"): w.count(each.population)}
            )
            for name, each in zip(names, means.values(), strict=True)
        ]
    ).fillna("")


def gap_table(voice: Voice) -> pd.DataFrame:
    """Expectation, experience and the gap with its interval, by subject."""
    w = voice.words
    return pd.DataFrame(
        [
            {
                w("voices.column_subject"): voice.subject(gap.subject),
                w("voices.column_people"): gap.difference.n,
                w("voices.column_expected"): number(gap.expectation.mean),
                w("voices.column_found"): number(gap.experience.mean),
                w("voices.column_gap"): signed(gap.difference.mean),
                w("voices.column_interval"): _interval(
                    signed(gap.difference.low), signed(gap.difference.high)
                ),
            }
            for gap in voice.heard.gaps
        ]
    )


def choice_table(voice: Voice) -> pd.DataFrame:
    """How often each option was chosen."""
    w = voice.words
    options = {
        each.id: dict(zip(each.options, each.options_sw or each.options, strict=True))
        for each in voice.pack.voices.questions
    }
    rows = []
    for key, counts in voice.heard.choices.items():
        whole = sum(counts.values())
        for option, n in counts.items():
            told = options[key][option] if w.language == "sw" else option
            rows.append(
                {
                    w("voices.column_question"): voice.question(key),
                    w("voices.column_option"): told,
                    w("voices.column_answers"): n,
                    w("voices.column_share"): w.share(n / whole),
                }
            )
    return pd.DataFrame(rows)


def importance_table(voice: Voice) -> pd.DataFrame:
    """What each service weighs with customers, the heaviest first."""
    w = voice.words
    services = {each.id: each for each in voice.pack.services}
    ranked = sorted(voice.heard.importance.items(), key=lambda each: -each[1])
    return pd.DataFrame(
        [
            {
                w("column.service"): w.name(services[key]),
                w("voices.column_weight_share"): w.percent(v),
            }
            for key, v in ranked
        ]
    )


def theme_table(voice: Voice, themes: Sequence[ThemeCount]) -> pd.DataFrame:
    """The themes that were met, the most frequent first."""
    w = voice.words
    met = sorted((t for t in themes if t.answers), key=lambda each: -each.answers)
    return pd.DataFrame(
        [
            {
                w("voices.column_theme"): w.name(each.theme),
                w("voices.column_answers"): each.answers,
                w("voices.column_share"): w.share(each.share),
                w("voices.column_words"): ", ".join(f"{word} {n}" for word, n in each.words),
                w("voices.column_examples"): " | ".join(each.examples),
            }
            for each in met
        ]
    )


def audit_table(voice: Voice) -> pd.DataFrame:
    """The latest audit of each branch, the weakest first."""
    w = voice.words
    ranked = sorted(voice.heard.audits, key=lambda each: each.latest.share)
    return pd.DataFrame(
        [
            {
                w("column.branch"): voice.site(each.site),
                w("voices.column_day"): iso_day(each.latest.day),
                w("voices.column_points"): w.share(each.latest.share),
                w("voices.column_change"): _points(each.change),
                w("voices.column_items"): each.latest.items,
                w("voices.audit_rounds"): len(each.rounds),
            }
            for each in ranked
        ]
    )


def item_table(voice: Voice) -> pd.DataFrame:
    """Each item over the latest audits, the weakest first."""
    w = voice.words
    return pd.DataFrame(
        [
            {
                w("voices.column_item"): each.item,
                w("voices.column_points"): w.share(each.share),
                w("column.branches"): each.branches,
                w("voices.column_weakest"): f"{voice.site(each.weakest)} "
                f"({w.share(each.weakest_share)})",
            }
            for each in voice.heard.items
        ]
    )


def flag_table(voice: Voice) -> pd.DataFrame:
    """Every flag with its rule, its champion and what is being done."""
    w, today = voice.words, voice.heard.today
    rows = []
    for flag in voice.heard.flags:
        shown = w.share if flag.rule == "audit" else number
        doing = "; ".join(
            f"{each.action} ({w(f'voices.state_{state_of(each, today)}')})" for each in flag.actions
        )
        rows.append(
            {
                w("column.branch"): voice.site(flag.site),
                w("voices.column_flag"): w(f"voices.rule_{flag.rule}"),
                w("voices.column_value"): shown(flag.value),
                w("voices.column_limit"): shown(flag.threshold),
                w("voices.column_champion"): flag.champion or w("voices.nobody"),
                w("voices.column_action"): doing or w("voices.no_action"),
            }
        )
    return pd.DataFrame(rows)


def evidence_table(voice: Voice) -> pd.DataFrame:
    """What is known of each branch, the weakest first, with its parts."""
    w = voice.words
    return pd.DataFrame(
        [
            {
                w("column.branch"): voice.site(each.site),
                w("voices.column_evidence"): w.share(each.score),
                w("voices.column_opinion"): _share(w, each.opinion),
                w("voices.column_audit"): _share(w, each.audit),
            }
            for each in sorted(voice.heard.evidence, key=lambda each: each.score)
        ]
    )


def loop_table(voice: Voice) -> pd.DataFrame:
    """Flag, action, and what was measured before and after."""
    w, today = voice.words, voice.heard.today
    return pd.DataFrame(
        [
            {
                w("column.branch"): voice.site(each.site),
                w("voices.column_flag"): each.flag,
                w("voices.column_action"): each.action,
                w("voices.column_champion"): each.champion
                or voice.pack.voices.champions.get(each.site, ""),
                w("voices.column_state"): w(f"voices.state_{state_of(each, today)}"),
                w("voices.column_due"): iso_day(each.due),
                w("voices.column_done"): iso_day(each.done),
                w("voices.column_measure"): each.measure,
                w("voices.column_before"): _plain(each.before),
                w("voices.column_after"): _plain(each.after),
                w("voices.column_moved"): signed(change_of(each)),
            }
            for each in voice.pack.voices.actions
        ]
    )


def due_table(voice: Voice) -> pd.DataFrame:
    """What is due, the latest first."""
    w = voice.words
    rows = []
    for each in voice.heard.due:
        never = each.day is None and each.what == "audit"
        day = w("voices.at_once") if never else iso_day(each.day) or w("voices.no_day")
        rows.append(
            {
                w("voices.column_due"): f"{day} ({w('voices.late')})"
                if each.late and not never
                else day,
                w("column.branch"): voice.site(each.site),
                w("voices.column_what"): each.action.action
                if each.action
                else w("voices.due_audit"),
                w("voices.column_champion"): (each.action.champion if each.action else "")
                or voice.pack.voices.champions.get(each.site, ""),
            }
        )
    return pd.DataFrame(rows)


def champion_table(voice: Voice) -> pd.DataFrame:
    """Who speaks for the customers of which branch."""
    w = voice.words
    return pd.DataFrame(
        [
            {w("column.branch"): voice.site(site), w("voices.column_champion"): person}
            for site, person in voice.pack.voices.champions.items()
        ]
    )


def _share(w: Words, value: float | None) -> str:
    return "" if value is None else w.share(value)


def _points(change: float | None) -> str:
    return "" if change is None else f"{round(100 * change):+d}".replace("-", "\N{MINUS SIGN}")


def _plain(value: float | None) -> str:
    return "" if value is None else f"{value:,g}"


def _interval(low: str, high: str) -> str:
    return f"{low}{TO}{high}" if low else ""
