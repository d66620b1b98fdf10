"""Rules that cannot hold together, in words, with the changes that help as buttons may say them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from planner.insight.mending import keys_of
from planner.plan import Change, Clash, SolveReport
from planner.present.saved.saved_words import change_words
from planner.present.view import View
from planner.scenario import Scenario
from planner.scenario.change import with_keys

_FILE_KEY = re.compile(r"\s*\((?:rules|duplicates|sites|objective|standards)\b[^()]*\)")
_DIVISION = ".divisions."


@dataclass(frozen=True, slots=True)
class Mend:
    """A change that helps: what a button says, the keys it sets, and each rule from and to."""

    label: str
    keys: Mapping[str, object]
    told: str


@dataclass(frozen=True, slots=True)
class Clashing:
    """One of the rules that clash: its name in the form, what it says, and what would help.

    `text` and `repair` are English; the keys of the scenario file, which a page has no use for,
    are left out of them.
    """

    title: str
    text: str
    repair: str
    mends: tuple[Mend, ...]


def clashing(view: View, report: SolveReport, scenario: Scenario) -> list[Clashing]:
    """The rules that cannot hold together.

    Args:
        view: The pack of the run.
        report: An answer without a plan.
        scenario: The rules that would be changed; they need not be those that were solved.
    """
    return [
        Clashing(
            _title(view, clash),
            _FILE_KEY.sub("", clash.text),
            _FILE_KEY.sub("", clash.repair),
            tuple(_mends(view, clash, scenario)),
        )
        for clash in report.clashes
    ]


def _title(view: View, clash: Clash) -> str:
    w, rule = view.words, clash.rule
    group, _, division = rule.partition(_DIVISION)
    if division:
        return w("mend.of_division", rule=w(f"clash.{group.replace('.', '_')}"), name=division)
    kind, _, service = rule.partition(".")
    if kind == "standards":
        return w("mend.of_standard", service=_service(view, service))
    return w(f"clash.{rule.replace('.', '_')}")


def _mends(view: View, clash: Clash, scenario: Scenario) -> list[Mend]:
    found = []
    for change in clash.changes:
        keys = keys_of(change, scenario, view.pack)
        if not keys:
            continue
        told = change_words(view.words, view.pack, scenario, with_keys(scenario, keys))
        if told:  # else the rules say so already
            found.append(Mend(change_label(view, change), keys, told))
    return found


def change_label(view: View, change: Change) -> str:
    """A change in the words of a button."""
    w, values = view.words, change.values
    key, shown = _LABELS.get(change.what, _plain)(view, values)
    return w(f"mend.{change.what}{key}", **shown)


Shown = tuple[str, dict[str, str]]  # what is added to the text's key, and what stands in it


def _plain(view: View, values: Mapping[str, Any]) -> Shown:
    return "", {"to": view.words.count(values["to"])} if "to" in values else {}


def _budget(view: View, values: Mapping[str, Any]) -> Shown:
    rule, _, division = str(values["rule"]).partition(_DIVISION)
    money = view.words.unit("money", v=view.words.count(values["to"]))
    kind = "_annual" if "annual" in rule else "_capital"
    return (f"{kind}_division" if division else kind), {"to": money, "division": division}


def _of_area(view: View, values: Mapping[str, Any]) -> Shown:
    names = {area.code: area.name for area in view.pack.areas}
    code = str(values["area"])
    return "", {"to": view.words.count(values["to"]), "area": names.get(code, code)}


def _of_service(view: View, values: Mapping[str, Any]) -> Shown:
    to, service = view.words.count(values["to"]), _service(view, str(values["service"]))
    return "", {"to": to, "service": service}


def _share(view: View, values: Mapping[str, Any]) -> Shown:
    percent = view.words.unit("percent", v=f"{100 * values['to']:g}")
    return "", {"to": percent, "service": _service(view, str(values["service"]))}


def _minutes(view: View, values: Mapping[str, Any]) -> Shown:
    service = _service(view, str(values["service"]))
    return "", {"to": view.words.minutes(values["to"]), "service": service}


def _separation(view: View, values: Mapping[str, Any]) -> Shown:
    return "", {"to": view.words.unit("km", v=view.words.count(values["to"]))}


def _choice(_view: View, values: Mapping[str, Any]) -> Shown:
    return f"_{values['to']}", {}


def _unlock(view: View, values: Mapping[str, Any]) -> Shown:
    names = {site.id: site.name for site in view.pack.sites}
    site = names.get(str(values["site"]), str(values["site"]))
    service = _service(view, str(values["service"])) if "service" in values else ""
    rule = f"_{values['rule']}" if "rule" in values else ""
    return rule, {"site": site, "service": service}


def _service(view: View, service: str) -> str:
    ids = [each.id for each in view.pack.services]
    return view.service_name(ids.index(service)) if service in ids else service


_LABELS = {
    "budget": _budget,
    "floor_area": _of_area,
    "floor_service": _of_service,
    "capacity": _choice,
    "assignment": _choice,
    "mix": _choice,
    "existing": _choice,
    "share": _share,
    "minutes": _minutes,
    "separation": _separation,
    "unlock": _unlock,
    "close": _unlock,
}
