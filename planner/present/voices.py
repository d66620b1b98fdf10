"""What was heard, audited and done, as sentences, cards and tables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date

import pandas as pd

from planner.demand.flags import change_of, state_of
from planner.demand.opinions import Mean
from planner.demand.themes import ThemeCount
from planner.demand.voices import Heard
from planner.pack.faults import Findings
from planner.pack.figures import Figure
from planner.pack.types import Pack
from planner.pack.voices_file import add_voices
from planner.present.cards import Card
from planner.present.today import DASH
from planner.present.uploads import Upload, with_files
from planner.present.words import Words

KINDS = ("survey", "audit", "actions", "comments")
# A line may end after a dash, even before a no-break space, but not before a word joiner.
_TO = f"\N{NO-BREAK SPACE}{DASH}\N{WORD JOINER}\N{NO-BREAK SPACE}"


@dataclass(frozen=True, slots=True)
class Voice:
    """What every part of the page needs."""

    words: Words
    pack: Pack
    heard: Heard

    def site(self, key: str) -> str:
        """The name of a branch."""
        return next((each.name for each in self.pack.sites if each.id == key), key)

    def stratum(self, key: str) -> str:
        """The name of a group."""
        return next((each.name for each in self.pack.voices.strata if each.id == key), key)

    def question(self, key: str) -> str:
        """The text of a question in this language."""
        for each in self.pack.voices.questions:
            if each.id == key:
                return (each.text_sw if self.words.language == "sw" else "") or each.text
        return key

    def subject(self, key: str) -> str:
        """The name of what an expectation and an experience are about."""
        told = (each.subject_sw for each in self.pack.voices.questions if each.subject == key)
        return (next(filter(None, told), "") if self.words.language == "sw" else "") or key


def read_uploads(pack: Pack, uploads: Mapping[str, Upload]) -> tuple[Pack, Findings]:
    """The pack with the voices of uploaded files; one with faults is left out."""
    return with_files(uploads, lambda files: add_voices(pack, files))


def number(value: float | None) -> str:
    """A rating, with two digits after the point."""
    return "" if value is None else f"{value:.2f}"


def signed(value: float | None) -> str:
    """A change with its sign."""
    return "" if value is None else f"{value:+.2f}".replace("-", "\N{MINUS SIGN}")


# -- sentences and cards -------------------------------------------------------------------


def lead_sentence(voice: Voice) -> str:
    """What was heard so far, in a sentence."""
    w, heard = voice.words, voice.heard
    late = sum(each.late for each in heard.due)
    told = {"flags": len(heard.flags), "late": late}
    if heard.days is not None:
        first, last = heard.days
        return w(
            "voices.lead",
            people=w.count(heard.respondents),
            answers=w.count(heard.answers),
            first=_iso(first),
            last=_iso(last),
            **told,
        )
    if heard.audits:
        return w("voices.lead_audits", n=len(heard.audits), **told)
    return w("voices.lead_none")


def heard_cards(voice: Voice) -> list[Card]:
    """People, the plain mean, and the mean weighted by customers."""
    w, heard = voice.words, voice.heard
    words = w.count(heard.in_words)
    cards = [
        Card(
            w("voices.card_people"),
            w.count(heard.respondents),
            w("voices.card_people_note", answers=w.count(heard.answers), words=words),
        )
    ]
    mean, weighted = heard.everybody, heard.weighted
    if mean is not None:
        note = (
            w("voices.card_mean_one")
            if mean.low is None
            else w("voices.card_mean_note", low=number(mean.low), high=number(mean.high))
        )
        cards.append(Card(w("voices.card_mean"), number(mean.mean), note))
    if weighted is not None:
        share = w.share(weighted.covered)
        note = (
            w("voices.card_weighted_wide", share=share)
            if weighted.low is None
            else w(
                "voices.card_weighted_note",
                low=number(weighted.low),
                high=number(weighted.high),
                share=share,
            )
        )
        cards.append(Card(w("voices.card_weighted"), number(weighted.mean), note))
    return cards


def heard_notes(voice: Voice) -> list[str]:
    """The scale, and who is missing from which table."""
    w, heard = voice.words, voice.heard
    voices = voice.pack.voices
    lines = [w("voices.scale", low=f"{voices.rating_low:g}", high=f"{voices.rating_high:g}")]
    if heard.unplaced:
        lines.append(w("voices.unplaced", n=heard.unplaced))
    if heard.unplaced_strata:
        lines.append(w("voices.unplaced_strata", n=heard.unplaced_strata))
    return lines


def gap_sentences(voice: Voice) -> list[str]:
    """What was found against what was expected, by subject."""
    return [
        voice.words(
            "voices.gap_sentence",
            subject=voice.subject(gap.subject),
            found=number(gap.experience.mean),
            expected=number(gap.expectation.mean),
            gap=signed(gap.difference.mean),
            n=gap.difference.n,
        )
        for gap in voice.heard.gaps
    ]


def rule_sentence(voice: Voice) -> str:
    """Which thresholds raise a flag, and whether anybody decided on them."""
    w, limits = voice.words, voice.pack.voices.thresholds
    marks = (limits.mean_rating, limits.least_respondents, limits.audit_share)
    assumed = any(each.mark.confidence == "assumption" for each in marks)
    return w(
        "voices.flags_rules",
        rating=w.number(limits.mean_rating.value),
        people=w.count(limits.least_respondents.value),
        share=w.share(limits.audit_share.value),
        mark=w("voices.rules_assumed") if assumed else "",
    ).strip()


def evidence_sentence(voice: Voice) -> str:
    """What the evidence weighs."""
    limits = voice.pack.voices.thresholds
    whole = limits.opinion_weight.value + limits.audit_weight.value

    def share(figure: Figure) -> str:
        return voice.words.share(figure.value / whole)

    return voice.words(
        "voices.evidence_note",
        opinion=share(limits.opinion_weight),
        audit=share(limits.audit_weight),
    )


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


def unnamed_sentence(voice: Voice) -> str:
    """The branches without a champion; nothing when each has one."""
    names = ", ".join(voice.site(each) for each in voice.heard.without_champion)
    return voice.words("voices.champions_none", names=names) if names else ""


# -- tables --------------------------------------------------------------------------------


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
                w("voices.column_day"): _iso(each.latest.day),
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
                w("voices.column_due"): _iso(each.due),
                w("voices.column_done"): _iso(each.done),
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
        day = w("voices.at_once") if never else _iso(each.day) or w("voices.no_day")
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
    return "" if change is None else f"{100 * change:+.0f}".replace("-", "\N{MINUS SIGN}")


def _plain(value: float | None) -> str:
    return "" if value is None else f"{value:,g}"


def _iso(day: date | None) -> str:
    """A day that is never parted at a line's end."""
    return "" if day is None else day.isoformat().replace("-", "\N{NON-BREAKING HYPHEN}")


def _interval(low: str, high: str) -> str:
    return f"{low}{_TO}{high}" if low else ""
