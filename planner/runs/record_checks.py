"""Whether what `run.json` says beside its checked keys is of the kind that is read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from planner.errors import Fault
from planner.runs.info import COPY
from planner.runs.record_tables import BranchRow
from planner.runs.table import clean_text

_KPIS = (
    *("visits_per_year", "unserved_visits_per_year", "mean_min", "mean_km", "within_standard"),
    *("worst_tenth_min", "branches", "offerings", "capital_kes", "annual_kes"),
    *("areas_without_branch", "shortfall_visits_per_year", "overloaded_branches"),
)
_PAIRS = ("pairs", "justified", "unnecessary")


def other_faults(info: Mapping[str, Any]) -> Iterator[Fault]:
    """What is at fault in the keys of `run.json` that `read_info` does not look at."""
    yield from _pack(info.get("pack"))
    for key in ("kpis", "baseline_kpis"):
        yield from _kpis(info[key], key)
    if not _is_prints(info.get("inputs", {})):
        yield _fault("inputs", info["inputs"], "digits by the name of the input")
    seed = info.get("seed")
    if seed is not None and not _is_whole(seed):
        yield _fault("seed", seed, "a whole number")
    unit = info.get("objective_unit", "")
    if not isinstance(unit, str):
        yield _fault("objective_unit", unit, "a unit")
    for list_key in ("branches", "baseline_branches"):
        for number, told in enumerate(info.get(list_key, ())):
            place = f"{list_key}.{number}"
            if not isinstance(told.get("name", ""), str):
                yield _fault(f"{place}.name", told["name"], "text")
            for key in ("capital_kes", "annual_kes"):
                if told.get(key) is not None and not _is_whole(told[key]):
                    yield _fault(f"{place}.{key}", told[key], "whole money")


def _pack(pack: Any) -> Iterator[Fault]:
    if not isinstance(pack, dict):
        yield _fault("pack", pack, "the pack's id, name and year")
        return
    for key in ("id", "name"):
        if not isinstance(pack.get(key), str):
            yield _fault(f"pack.{key}", pack.get(key), "text")
    for key in ("fingerprint", "currency"):
        if not isinstance(pack.get(key, ""), str):
            yield _fault(f"pack.{key}", pack[key], "text")
    if pack.get("year") is not None and not _is_whole(pack["year"]):
        yield _fault("pack.year", pack["year"], "a year")
    if not _is_prints(pack.get("files", {})):
        yield _fault("pack.files", pack["files"], "digits by the name of the file")


def _kpis(kpis: Any, place: str) -> Iterator[Fault]:
    if kpis is None:
        return
    pairs = kpis.get("duplicates")
    if not isinstance(pairs, dict):
        yield _fault(f"{place}.duplicates", pairs, "pairs, justified and unnecessary")
        pairs = {}
    figures = [
        *((f"{place}.{key}", kpis.get(key)) for key in _KPIS),
        *((f"{place}.duplicates.{key}", pairs.get(key)) for key in _PAIRS),
    ]
    for key, value in figures:
        if value is not None and (isinstance(value, bool) or not isinstance(value, int | float)):
            yield _fault(key, value, "a number")


def contradictions(info: Mapping[str, Any], branches: Sequence[BranchRow]) -> Iterator[Fault]:
    """Where `branches.csv` and `run.json` tell of different networks."""
    told = {each["site"]: tuple(each["services"]) for each in info["branches"]}
    listed = {row.site: row.services for row in branches}
    for site in sorted({*told} | {*listed}):
        if site not in listed:
            yield Fault("branches.csv", None, "site", "nothing", f"{site}, as in run.json", COPY)
        elif site not in told:
            yield Fault("branches.csv", None, "site", site, "the branches of run.json", COPY)
        elif sorted(told[site]) != sorted(listed[site]):
            found = ";".join(listed[site])[:80]
            expected = f"{';'.join(told[site])[:80]} at {site}, as in run.json"
            yield Fault("branches.csv", None, "services", found, expected, COPY)


def _is_whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _is_prints(value: Any) -> bool:
    return isinstance(value, dict) and all(isinstance(each, str) for each in value.values())


def _fault(key: str, found: Any, expected: str) -> Fault:
    shown = "nothing" if found is None else clean_text(str(found))[:60]
    return Fault("run.json", None, key, shown, expected, COPY)
