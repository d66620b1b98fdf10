"""Commands about asking customers: whom to ask, what was heard, and what follows from it."""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from planner.commands.options import Add, count, day, json_flag, number_between, print_json
from planner.errors import EXIT_DONE, InputError, PlannerError, UsageError
from planner.pack import find_pack, read_pack
from planner.pack.faults import Findings
from planner.pack.frame_file import Frame, Person, read_frame
from planner.pack.types import Pack
from planner.runs.files import plain_disk_errors, replace_file
from planner.terminal import say

if TYPE_CHECKING:
    from planner.demand.consultation import Stances
    from planner.demand.sampling import SamplePlan, SampleSize
    from planner.demand.voices import Heard


_CONFIDENCE, _SHARE = 0.95, 0.5


def add_commands(add: Add) -> None:
    """Adds sample and survey."""
    sample = add("sample", _sample, "how many customers to ask, and how many of each group")
    source = sample.add_mutually_exclusive_group(required=True)
    source.add_argument("--population", type=count, metavar="N", help="customers in all")
    source.add_argument("--frame", metavar="CSV", help="strata with counts, or one row a person")
    source.add_argument("--pack", metavar="PACK", help="yearly visits of its divisions or areas")
    sample.add_argument("--by", metavar="COLUMN", help="the strata: a column, or division or area")
    sample.add_argument("--method", choices=("yamane", "cochran"), default="yamane")
    sample.add_argument("--size", type=count, metavar="n", help="in place of a method")
    sample.add_argument("--error", type=_error, default=0.05, help="0.05 or 5%% (5%%)")
    sample.add_argument("--confidence", type=_inside, default=_CONFIDENCE, help="(0.95)")
    sample.add_argument("--share", type=_inside, default=_SHARE, help="the share sought (0.5)")
    sample.add_argument("--min-per-stratum", type=_least, default=2, metavar="N", help="(2)")
    sample.add_argument("--response", type=_response, default=1.0, help="share that answers (1)")
    sample.add_argument("--draw", action="store_true", help="draw the people of a frame")
    sample.add_argument("--seed", type=_least, default=1, metavar="S", help="of the draw (1)")
    sample.add_argument("--out", metavar="FILE", help="a .csv of the strata, or of who is drawn")
    json_flag(sample)

    survey = add("survey", _survey, "what customers and auditors said, flags, and what is due")
    survey.add_argument("pack")
    survey.add_argument(
        "--questionnaire", metavar="FILE", help="write the questions: .csv, .html or .md"
    )
    survey.add_argument("--day", type=day, metavar="DATE", help="seen from a day (today)")
    json_flag(survey)


def _error(text: str) -> float:
    words = "a margin of error such as 0.05 or 5%, from 0.1% to 50%"
    if text.endswith("%"):
        return number_between(text[:-1], 0.1, 50, words) / 100
    return number_between(text, 0.001, 0.5, words)


def _inside(text: str) -> float:
    return number_between(text, 0.01, 0.999, "a share from 0.01 to 0.999")


def _response(text: str) -> float:
    return number_between(text, 0.01, 1, "a share from 0.01 to 1")


def _least(text: str) -> int:
    value = number_between(text, 0, 2**31, "a whole number from 0")
    if value != int(value):
        raise argparse.ArgumentTypeError(f"found {text}; expected a whole number from 0")
    return int(value)


# -- sample --------------------------------------------------------------------------------


def _sample(args: argparse.Namespace) -> int:
    from planner.demand.sampling import draw, plan_sample  # noqa: PLC0415
    from planner.present.voices.sampled import sample_csv  # noqa: PLC0415

    frame = _frame(args)
    if args.draw and frame.persons is None:
        raise UsageError("--draw needs --frame with one row for each person.")
    plan = plan_sample(
        frame.populations,
        _size(args, sum(frame.populations.values())),
        confidence=args.confidence,
        share=args.share,
        least=args.min_per_stratum,
        response=args.response,
    )
    drawn = draw(frame.persons or (), plan, args.seed) if args.draw else None
    if args.out:
        _write(sample_csv(plan) if drawn is None else _drawn_csv(drawn), Path(args.out))
    if args.json:
        print_json(_sample_json(plan, drawn, args))
        return EXIT_DONE
    for line in _sample_lines(plan):
        print(line)
    if drawn is not None and not args.out:
        print(_drawn_csv(drawn).decode("utf-8-sig"), end="")
    return EXIT_DONE


def _frame(args: argparse.Namespace) -> Frame:
    from planner.demand.sampling import strata_of_pack  # noqa: PLC0415

    if args.frame is not None:
        findings = Findings()
        frame = read_frame(Path(args.frame), findings, args.by or "")
        for warning in findings.warnings:
            say(f"note: {warning}")
        if findings.faults:
            raise InputError(findings.faults)
        return frame
    if args.pack is not None:
        by = args.by or "division"
        if by not in {"division", "area"}:
            raise UsageError(f"--by {by}: with --pack it is division or area.")
        populations, without = strata_of_pack(
            read_pack(find_pack(args.pack)), "area" if by == "area" else "division"
        )
        say(f"note: the population of each {by} is its yearly visits in person")
        if without:
            say(f"note: without visits, so left out: {', '.join(without)}")
        if not populations:
            raise PlannerError("The pack has no visits to draw a sample from.")
        return Frame(populations)
    if args.by:
        raise UsageError("--by goes with --frame or --pack.")
    return Frame({"all": args.population})


def _size(args: argparse.Namespace, population: int) -> SampleSize:
    from planner.demand.sampling import cochran, given_size, yamane  # noqa: PLC0415

    if args.size is not None:
        if args.size > population:
            raise UsageError(f"--size {args.size}: there are {population} people only.")
        return given_size(population, args.size)
    if args.method == "cochran":
        return cochran(population, args.error, args.confidence, args.share)
    if (args.confidence, args.share) != (_CONFIDENCE, _SHARE):
        say(
            "note: Yamane's formula stands for a confidence of 95 % and a share of 0.5, so"
            " --confidence and --share change the margins only, not how many to ask;"
            " --method cochran takes both into the size"
        )
    return yamane(population, args.error)


def _drawn_csv(drawn: tuple[Person, ...]) -> bytes:
    from planner.runs.table import Table, csv_bytes  # noqa: PLC0415 - loads what runs need

    rows = tuple((p.row, p.id, p.stratum) for p in drawn)
    return csv_bytes(Table("drawn", ("row", "person", "stratum"), rows), mark=True)


def _write(content: bytes, path: Path) -> None:
    if path.suffix.lower() != ".csv":
        raise UsageError(f"{path.name}: the name must end in .csv.")
    with plain_disk_errors(path.name):
        path.parent.mkdir(parents=True, exist_ok=True)
        replace_file(path, content)


def _sample_json(
    plan: SamplePlan, drawn: tuple[Person, ...] | None, args: argparse.Namespace
) -> dict[str, Any]:
    told: dict[str, Any] = {
        "n": plan.n,
        "invited": plan.invited,
        "population": plan.size.population,
        "method": plan.size.method,
        "formula": plan.size.formula,
        "n_of_formula": plan.size.n,
        "error": args.error,
        "confidence": plan.confidence,
        "share": plan.share,
        "response": plan.response,
        "min_per_stratum": plan.least,
        "margin": plan.margin,
        "strata": [asdict(each) for each in plan.strata],
        "notes": _notes(plan),
    }
    if drawn is not None:
        told |= {"seed": args.seed, "drawn": [asdict(each) for each in drawn]}
    return told


def _sample_lines(plan: SamplePlan) -> list[str]:
    lines = [f"{plan.n:,} of {plan.size.population:,} people. {plan.size.formula}"]
    width = max(len("stratum"), *(len(each.name) for each in plan.strata))
    lines.append(
        f"{'stratum':<{width}} {'population':>12} {'answers':>8} {'to ask':>8} "
        f"{'weight':>10} {'margin':>8}"
    )
    for each in plan.strata:
        weight = "-" if each.weight is None else f"{each.weight:,.2f}"
        margin = "-" if each.margin is None else f"{each.margin:.1%}"
        lines.append(
            f"{each.name:<{width}} {each.population:>12,} {each.n:>8,} {each.invited:>8,} "
            f"{weight:>10} {margin:>8}"
        )
    if plan.margin is not None:
        lines.append(
            f"A share of all people is then known to within {plan.margin:.1%}"
            f" (confidence {plan.confidence:.0%}, if it is {plan.share:.0%})."
        )
    return lines + _notes(plan)


def _notes(plan: SamplePlan) -> list[str]:
    """What the reader must know of a sample."""
    notes = []
    if plan.n > plan.size.n:
        notes.append(
            f"The minimum of {plan.least} for each of {len(plan.strata)} strata makes {plan.n}"
            f" of {plan.size.n}."
        )
    for words, names in (
        ("Raised to the minimum", [each.name for each in plan.strata if each.lifted]),
        ("Nobody is asked in", [each.name for each in plan.strata if not each.n]),
        ("Too few people for the answers wanted at this response",
         [each.name for each in plan.too_few]),
    ):  # fmt: skip
        if names:
            notes.append(f"{words}: {', '.join(names)}.")
    return notes


# -- survey --------------------------------------------------------------------------------


def _survey(args: argparse.Namespace) -> int:
    from planner.demand.voices import hear  # noqa: PLC0415

    pack = read_pack(find_pack(args.pack))
    if args.questionnaire:
        from planner.export.questionnaire import write_questionnaire  # noqa: PLC0415

        path = Path(args.questionnaire)
        questions = write_questionnaire(pack, path)
        if args.json:
            print_json({"file": path.name, "questions": questions})
        say(f"{path.name}: {questions} questions.")
        return EXIT_DONE
    heard = hear(pack, args.day or date.today())  # noqa: DTZ011 - the day on this desk
    if args.json:
        print_json(_plain(asdict(heard)))
    else:
        for line in _survey_lines(pack, heard):
            print(line)
    return EXIT_DONE


def _plain(value: Any) -> Any:
    """Values as JSON can carry them: days as ISO text."""
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {str(key): _plain(each) for key, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(each) for each in value]
    return value


def _survey_lines(pack: Pack, heard: Heard) -> list[str]:
    sites = {each.id: each.name for each in pack.sites}
    lines = [
        f"{heard.respondents:,} people gave {heard.answers:,} answers"
        + (f", {heard.days[0]} to {heard.days[1]}." if heard.days else "."),
    ]
    if not heard.answers:
        lines.append("Nobody was asked yet: `planner survey PACK --questionnaire FILE` writes one.")
    if heard.everybody is not None:
        lines.append(f"Mean rating, each person alike: {_mean(heard.everybody)}")
    if heard.weighted is not None:
        interval = (
            "" if heard.weighted.low is None or heard.weighted.high is None
            else f" ({heard.weighted.low:.2f} to {heard.weighted.high:.2f})"
        )  # fmt: skip
        lines.append(
            f"Mean rating, weighted by strata: {heard.weighted.mean:.2f}{interval}; the strata"
            f" that answered hold {heard.weighted.covered:.0%} of the customers"
        )
    lines += [f"  {sites.get(key, key)}: {_mean(each)}" for key, each in heard.branches.items()]
    lines += [f"  {key}: {_mean(each)}" for key, each in heard.strata.items()]
    lines += [
        f"Gap of {gap.subject}: {gap.difference.mean:+.2f} (expected {gap.expectation.mean:.2f},"
        f" found {gap.experience.mean:.2f}, {gap.difference.n} people)"
        for gap in heard.gaps
    ]
    lines += [*_more_lines(pack, heard)]
    lines += [
        f"Theme {each.theme.name}: {each.answers} answers, {each.share:.0%} of those in words"
        for each in heard.themes
        if each.answers
    ]
    for audit in heard.audits:
        change = "" if audit.change is None else f", {audit.change:+.0%} since the last"
        lines.append(
            f"Audit {sites.get(audit.site, audit.site)}: {audit.latest.share:.0%} of the points"
            f" on {audit.latest.day}{change}"
        )
    for flag in heard.flags:
        of = f"{flag.value:.2f} < {flag.threshold:g}"
        act = f"{len(flag.actions)} actions" if flag.actions else "no action yet"
        who = flag.champion or "no champion"
        lines.append(f"FLAG {sites.get(flag.site, flag.site)}: {flag.rule} {of}; {act}; {who}")
    for due in heard.due:
        when = "at once" if due.day is None and due.what == "audit" else due.day or "no day"
        what = due.action.action if due.action else "audit"
        late = " (late)" if due.late and due.day else ""
        lines.append(f"Due {when}{late}: {sites.get(due.site, due.site)}: {what}")
    if heard.without_champion:
        names = ", ".join(sites[each] for each in heard.without_champion)
        lines.append(f"Without a champion: {names}")
    return lines


def _more_lines(pack: Pack, heard: Heard) -> Iterator[str]:
    """How far levers are felt to be used, what agencies weigh, and comments on draft plans."""
    for use in heard.adoption:
        gap = "" if use.gap is None else f"; {use.gap.mean:+.2f} of what was expected"
        yield f"Lever {use.lever}, felt to be used: {_mean(use.used)}{gap}"
    for each in heard.priorities:
        theirs = "not asked" if each.customers is None else f"{each.customers:.0%}"
        places = "" if each.difference is None else f" ({each.difference:+g} places)"
        yield f"{each.agency} weighs {each.key} {each.weight:.0%}, customers {theirs}{places}"
    names = {each.id: each.name for each in pack.sites} | {a.code: a.name for a in pack.areas}
    for draft in heard.consultations:
        yield f"Comments on {draft.plan}, {draft.days[0]} to {draft.days[1]}: {_counted(draft.all)}"
        for place in (*draft.sites, *draft.areas):
            if place.key:
                yield f"  {names.get(place.key, place.key)}: {_counted(place)}"
        for theme in draft.themes:
            if theme.answers:
                yield f"  Theme {theme.theme.name}: {theme.answers} comments"


def _counted(stances: Stances) -> str:
    return f"{stances.agree} for, {stances.against} against, {stances.neither} neither"


def _mean(mean: Any) -> str:
    if mean.low is None:
        return f"{mean.mean:.2f} (one person)"
    return f"{mean.mean:.2f} ({mean.low:.2f} to {mean.high:.2f}, {mean.n} people)"
