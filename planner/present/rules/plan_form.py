"""The form of rules on the Plan page: every field shows the rules as they are set, and sets them.

What a field says is written to the scenario at once, as a step that can be undone; what the
scenario says is what the field shows. So a map, a table, a text and a field can set the same rule.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import streamlit as st

from planner.demand.account import base_year
from planner.evaluate import Kpis
from planner.present import session
from planner.present.escape import label_text, markdown_text
from planner.present.rules import help_pictures, locks, rules_hints, rules_text
from planner.present.rules.rules_field import Field, Group, On, Value, back_to
from planner.present.rules.rules_fields import FIELDS, of_group
from planner.present.rules.rules_grids import Grid, show_grid
from planner.present.rules.rules_site import site_room
from planner.present.rules.rules_tables import (
    division_grid,
    floor_area_grid,
    floor_service_grid,
    standard_grid,
)
from planner.present.saved import rules_draft, saved
from planner.present.saved.saved_words import is_within
from planner.present.view import View
from planner.present.widgets import sentences
from planner.problem import PlanningProblem
from planner.scenario import Scenario
from planner.scenario.change import differing_keys
from planner.scenario.demand_checks import LONGEST_YEARS

_OPEN_AT_FIRST = ("many", "money", "close")
_PAIRS = {"count_rule": "count", "count_min": "new_max", "annual_m": "capital_m"}  # side by side
_KEYS_OF: dict[str, tuple[str, ...]] = {
    "money": ("rules.annual_kes.divisions", "rules.capital_kes.divisions"),
    "standards": ("standards",),
    "floors": ("rules.branches_per_area.areas", "rules.branches_per_area.services"),
    "sites": ("sites",),
    "file": ("phases", "channels.where", "description"),
}
_GROUPS = (
    *("many", "money", "close", "best", "standards", "capacity"),
    *("customers", "floors", "sites", "search", "file"),
)


@dataclass(frozen=True, slots=True)
class Beside:
    """What the rules are held against.

    Attributes:
        name: Of the scenario that they were made from.
        rules: Its rules.
        problem: What the rules as they are set would make; None where they do not fit the pack.
        today: The figures of today's network; None where there is none.
    """

    name: str
    rules: Scenario
    problem: PlanningProblem | None
    today: Kpis | None


def show(view: View, base: Beside) -> None:
    """All rules in groups, each with what it is in the base where it differs."""
    _field(view, FIELDS["name"], base.rules)
    changed = [key for key, _, _ in differing_keys(base.rules, rules_draft.now())]
    for name in _GROUPS:
        _group(view, name, base, changed)


def _group(view: View, name: str, base: Beside, changed: list[str]) -> None:
    w = view.words
    keys = [key for each in FIELDS.values() if each.group == name for key in each.keys]
    keys += _KEYS_OF.get(name, ())
    n = sum(is_within(each, keys) for each in changed)
    title = label_text(w(f"rules.group_{name}"))
    label = w("rules.group_changed", title=title, n=n) if n else title
    with st.expander(label, expanded=name in _OPEN_AT_FIRST, key=f"rules-{name}"):
        if name == "sites":
            _sites(view)
        elif name == "floors":
            _grid(view, floor_area_grid(view), base.rules)
            _grid(view, floor_service_grid(view), base.rules)
        elif name == "file":
            rules_text.show(view)
        else:
            _fields(view, name, base)  # type: ignore[arg-type]


def _fields(view: View, group: Group, base: Beside) -> None:
    beside = set(_PAIRS.values())
    for each in of_group(group):
        if each.name in _PAIRS:
            left, right = st.columns(2)
            with left:
                _field(view, each, base.rules)
            with right:
                _field(view, FIELDS[_PAIRS[each.name]], base.rules)
        elif each.name not in beside:
            _field(view, each, base.rules)
    if group == "standards":
        _grid(view, standard_grid(view), base.rules)
        st.caption(view.words("rules.standards_note"))
    if group == "money" and view.problem.division_ids:
        _grid(view, division_grid(view), base.rules)
    sentences(
        rules_hints.of_group(view, group, rules_draft.now(), base.problem, base.today), kind="note"
    )
    if group == "close" and view.pack.services:
        st.page_link("app_pages/sites.py", label=view.words("rules.separation_where"))


def _grid(view: View, grid: Grid, base: Scenario) -> None:
    w = view.words
    back = back_to(rules_draft.now(), grid.keys, base)
    with st.container():
        st.markdown(f"**{markdown_text(grid.title)}**", help=_help(view, grid.name, grid.picture))
        show_grid(grid, w.language)
        if back:
            _set_back(view, grid.name, w("rules.back_table"), back)


def _sites(view: View) -> None:
    w = view.words
    picture = _help(view, "locks", "locks")
    st.markdown(f"**{markdown_text(w('locks.title'))}**", help=picture)
    st.caption(w("locks.explain", n=len(locks.current())))
    locks.table(view)
    site_room(view)


# -- one field -----------------------------------------------------------------------------


def _field(view: View, each: Field, base: Scenario) -> None:
    """A field with its unit, its help, and a way back where it differs from the base."""
    on = On(rules_draft.now(), view.pack)
    if not each.is_shown(on):
        return
    value, key = each.read(on), f"plan.{each.name}"
    # Told at every run: what a run that was cut short told, the browser may never have drawn, and a
    # field that it draws by itself says nothing, none or no, which would be taken for an answer.
    st.session_state[key] = value
    was = On(base, view.pack)
    with st.container():  # so that the mark moves no other field when it comes
        _widget(view, each, on, value)
        if each.read(was) != value:
            keys = back_to(on.rules, each.keys, base)
            _set_back(view, each.name, told(view, each, was), keys)


def _set_back(view: View, name: str, was: str, keys: dict[str, object]) -> None:
    """The mark of a rule that differs, with what it is in the base; a click sets it back."""
    w = view.words
    st.button(
        f"↺ {markdown_text(w('rules.back', base=was))}",
        key=f"back-{name}",
        type="tertiary",
        on_click=saved.change,
        args=(keys,),
        help=markdown_text(w("rules.back_help", base=was)),
    )


def _widget(view: View, each: Field, on: On, value: Value) -> None:
    label = label_text(view.words(f"rules.{each.name}"))
    common: dict[str, Any] = {
        "key": f"plan.{each.name}",
        "help": _help(view, each.name, each.picture) if each.picture else None,
        "disabled": not each.is_open(on),
        "on_change": _changed,
        "args": (each.name,),
    }
    if each.kind == "text":
        st.text_input(label, max_chars=int(each.most or 200), **common)
    elif each.kind == "switch":
        st.checkbox(label, **common)
    elif each.kind in ("choice", "many"):
        chosen = value if isinstance(value, list) else [value]
        options = list(dict.fromkeys((*each.options(on), *map(str, chosen))))
        is_list = each.kind == "many" or len(options) > 3 or each.name in _PAIRS
        shown = str if is_list else markdown_text  # a list shows plain text, a radio Markdown
        common["format_func"] = lambda option: shown(option_name(view, each, option))
        if each.kind == "many":
            st.multiselect(label, options, placeholder=view.words("rules.none"), **common)
        elif is_list:
            st.selectbox(label, options, **common)
        else:
            st.radio(label, options, **common)
    elif each.kind == "share":
        st.slider(label, each.least * 1.0, 100.0, step=each.step * 1.0, format="%g %%", **common)
    else:
        _number(view, each, label, value, common)


def _number(view: View, each: Field, label: str, value: Value, common: dict[str, Any]) -> None:
    """A number that may be left empty; its limits give way to a scenario beyond them."""
    kind = int if each.kind == "whole" else float
    number = value if isinstance(value, int | float) else None
    least, most = _range(view, each)
    st.number_input(
        label,
        kind(least if number is None else min(least, number)),
        None if most is None else kind(most if number is None else max(most, number)),
        value=None if each.is_optional else "min",
        step=kind(each.step),
        format="%d" if each.kind == "whole" else "%g",
        placeholder=view.words("rules.none") if each.is_optional else None,
        **common,
    )


def _range(view: View, each: Field) -> tuple[float, float | None]:
    """The least and the most of a number, as far as the pack gives them."""
    year = base_year(view.pack)
    if each.name == "year" and year is not None:
        return year, year + LONGEST_YEARS
    is_count = each.name in ("count", "count_min", "new_max")
    return each.least, len(view.pack.sites) if is_count else each.most


def _help(view: View, name: str, picture: str) -> str:
    """A small picture and one sentence."""
    w = view.words
    sentence = markdown_text(w(f"rules.{name}_help"))
    alt = markdown_text(w(f"picture.{picture}"))
    return f"![{alt}]({help_pictures.address(picture)})\n\n{sentence}"


def option_name(view: View, each: Field, option: str) -> str:
    """What an option of a field is called."""
    if each.named is not None:
        return each.named(view.words, view.pack, option)
    text = view.words.texts.get(f"{each.words}{option}")
    return option if text is None else text.format(**view.words.terms)


def told(view: View, each: Field, on: On) -> str:
    """What a field says, in words."""
    w, value = view.words, each.read(on)
    if value is None or value == []:
        return w("saved.not_set")
    if isinstance(value, bool):
        return w("saved.yes" if value else "saved.no")
    if isinstance(value, list):
        return ", ".join(option_name(view, each, one) for one in value)
    if each.kind == "choice":
        return option_name(view, each, str(value))
    if isinstance(value, int | float):
        return w.unit("percent", v=f"{value:g}") if each.kind == "share" else w.number(value)
    return value


def _changed(name: str) -> None:
    """Write what a field says to the scenario."""
    on = On(rules_draft.now(), session.case().pack)
    keys = FIELDS[name].write(st.session_state[f"plan.{name}"], on)
    if keys:
        saved.change(keys)
