"""The command that shows the seven outcomes, part by part."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, get_args

from planner.commands.asking import ask, solving_options
from planner.commands.options import Add
from planner.pack.voice_types import OUTCOMES, Outcome
from planner.terminal import sure

if TYPE_CHECKING:
    from planner.insight.scorecard_types import Part, Scorecard
    from planner.pack.types import Pack
    from planner.questions import Asked
    from planner.travel import TravelTold

_MOST = 1e6


def add_commands(add: Add) -> None:
    """Adds scorecard."""
    parser = add("scorecard", _scorecard, "seven outcomes part by part, today and under a plan")
    parser.add_argument("subject", metavar="RUN_OR_SCENARIO")
    parser.add_argument(
        "--weights", type=_weights, default={}, metavar="LIST",
        help="your own weights, such as speed=2,value=1; without them nothing is added up",
    )  # fmt: skip
    solving_options(parser)


def _weights(text: str) -> dict[Outcome, float]:
    known: tuple[Outcome, ...] = get_args(Outcome)
    found: dict[Outcome, float] = {}
    for entry in text.split(","):
        name, _, number = (part.strip() for part in entry.partition("="))
        try:
            value = float(number)
        except ValueError:
            value = -1.0
        outcome = next((each for each in known if each == name), None)
        if outcome is None or outcome in found or not 0 <= value <= _MOST:
            names = ", ".join(known)
            raise argparse.ArgumentTypeError(
                f"found {entry.strip()}; expected NAME=WEIGHT, each name once, weights from 0; "
                f"names are {names}"
            )
        found[outcome] = value
    return found


def _scorecard(args: argparse.Namespace) -> int:
    return ask(args, lambda asked, _: _told(asked, args.weights))


def _told(asked: Asked, weights: dict[Outcome, float]) -> tuple[dict[str, Any], list[str]]:
    """Plain values for JSON, and lines."""
    from dataclasses import asdict  # noqa: PLC0415

    from planner.insight.scorecard import scorecard, weighted  # noqa: PLC0415
    from planner.present.scorecard import scorecard as words  # noqa: PLC0415
    from planner.present.words import words as language  # noqa: PLC0415

    if asked.report.plan is None:
        raise AssertionError
    w = language("en").of_pack(asked.pack)
    card = scorecard(
        asked.pack,
        asked.scenario,
        asked.report.plan,
        today=datetime.now(UTC).date(),
        problem=asked.report.problem,
    )
    told: dict[str, Any] = {
        "currency": asked.pack.currency,
        "parts": [
            _part(part, words.name_of(w, asked.pack, part), words.how_of(w, part))
            for part in card.parts
        ],
        "charter": [asdict(each) for each in card.charter],
        "important_today": card.important_today,
        "important_plan": card.important_plan,
        "journeys": [asdict(each) for each in card.journeys],
        "segments": [asdict(each) for each in card.segments],
    }
    lines = list(_lines(card, asked.pack, asked.report.problem.travel))
    if weights:
        found = weighted(card, weights)
        told["weighted"] = {
            "weights": weights,
            "by_outcome": dict(found.by_outcome),
            "share": found.share,
            "left_out": list(found.left_out),
            "formula": "sum of weight x (better + same / 2) / parts, over the sum of the weights",
        }
        lines += [*words.weighted_sentences(w, found), f"({told['weighted']['formula']})"]
    return told, [line.replace("\N{NO-BREAK SPACE}", " ") for line in lines]


def _part(part: Part, name: str, how: str) -> dict[str, Any]:
    return {
        "outcome": part.spec.outcome,
        "key": part.spec.key,
        "name": name,
        "dimension": part.dimension or None,
        "kind": part.spec.kind,
        "better": part.spec.better,
        "today": part.today,
        "today_low": part.low,
        "today_high": part.high,
        "plan": part.plan,
        "change": part.change,
        "formula": how,
        "needs": part.spec.needs or None,
        "has_data": part.has_data,
    }


def _lines(card: Scorecard, pack: Pack, travel: TravelTold | None) -> Iterator[str]:
    from planner.present.scorecard import scorecard as words  # noqa: PLC0415
    from planner.present.words import words as language  # noqa: PLC0415

    w = language("en").of_pack(pack)
    yield from words.lead_sentences(w, card)
    for outcome in OUTCOMES:
        yield f"{w(f'scorecard.{outcome}')}:"
        for part in card.of(outcome):
            name = words.name_of(w, pack, part)
            if not part.has_data:
                yield f"  {name}: {w('unit.none')}, {words.from_of(w, part)}"
                continue
            today = words.value_of(w, pack, part, part.today)
            if part.spec.of == "network":
                plan = words.value_of(w, pack, part, part.plan)
                change = f" ({part.change})" if part.change else ""
                plan = sure(plan, travel) if words.is_travel(part) else plan
                yield f"  {name}: {today} -> {plan}{change}"
            else:
                yield f"  {name}: {today}"
    yield "Within the standard, today -> plan:"
    for each in card.charter:
        within = f"{w.share(each.today)} -> {w.share(each.plan)}"
        yield f"  {each.service}, {w.minutes(each.standard_min)}: {within}"
    yield words.importance_sentence(w, card)
