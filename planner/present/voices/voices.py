"""What was heard, audited and done, as sentences, cards and tables."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from planner.demand.voices import Heard
from planner.pack.faults import Findings
from planner.pack.figures import Figure
from planner.pack.types import Pack
from planner.pack.voices_file import add_voices
from planner.present.cards import Card
from planner.present.uploads import Upload, with_files
from planner.present.view import DASH
from planner.present.words import Words

KINDS = ("survey", "audit", "actions", "comments")
# A line may end after a dash, even before a no-break space, but not before a word joiner.
TO = f"\N{NO-BREAK SPACE}{DASH}\N{WORD JOINER}\N{NO-BREAK SPACE}"


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
    return "" if value is None else f"{round(value, 2) + 0.0:+.2f}".replace("-", "\N{MINUS SIGN}")


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
            first=iso_day(first),
            last=iso_day(last),
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


def unnamed_sentence(voice: Voice) -> str:
    """The branches without a champion; nothing when each has one."""
    names = ", ".join(voice.site(each) for each in voice.heard.without_champion)
    return voice.words("voices.champions_none", names=names) if names else ""


# -- tables --------------------------------------------------------------------------------


def iso_day(day: date | None) -> str:
    """A day as 2026-11-22; nothing where it is not known."""
    """A day that is never parted at a line's end."""
    return "" if day is None else day.isoformat().replace("-", "\N{NON-BREAKING HYPHEN}")
