"""What can be done to anything that is kept: put away and brought back, tags, notes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

import streamlit as st

from planner.errors import PlannerError
from planner.people import acting, may_change
from planner.present.kept.kept import note_line
from planner.present.kept_store import store
from planner.present.saved import saved_told
from planner.present.widgets import sentences
from planner.present.words import Words
from planner.runs.store import KeptRun, SavedScenario, Subject
from planner.runs.store.runs import Runs
from planner.runs.store.scenarios import Scenarios
from planner.scenario.change import with_keys

_GONE, _FAULT = "kept:gone", "kept:fault"
Thing = KeptRun | SavedScenario


@contextmanager
def refusals_told() -> Iterator[None]:
    """A refusal of the store is told at the top of the page."""
    try:
        yield
    except PlannerError as error:
        st.session_state[_FAULT] = str(error)


def notices(w: Words) -> None:
    """What was refused, and what was put away just now, with the way back; told once."""
    state = st.session_state
    fault = state.pop(_FAULT, "")
    sentences(w.in_english(fault.splitlines()), kind="warning")
    gone = state.get(_GONE)
    if gone is not None:
        subject, name = gone
        sentences([w("kept.gone", name=name)], kind="note")
        st.button(w("kept.undo"), on_click=bring_back, args=(subject,), key="kept-undo")


def may_act(thing: Thing) -> bool:
    """Whether this visitor may change a thing."""
    return may_change(None if thing.owner is None else thing.owner.id)


def whose(w: Words, subject: Subject, thing: Thing) -> None:
    """Whose a thing is, and for its owner whether others see it; nothing without a login."""
    person, owner = acting(), thing.owner
    if person is None:
        return
    if owner is None:
        sentences([w("people.of_all")], kind="note")
    elif owner.id != person.id:
        sentences([w("people.not_mine", name=owner.name)], kind="note")
    else:
        key = f"kept_private.{subject.id}"
        st.session_state[key] = owner.is_private  # another window may have changed it
        st.checkbox(
            w("people.private_to_me"),
            key=key,
            help=w("people.private_help"),
            on_change=_hide,
            args=(subject, key),
        )


def _hide(subject: Subject, key: str) -> None:
    with refusals_told():
        store().owners.set_private(subject, is_private=st.session_state[key])


def put_away_button(w: Words, subject: Subject, thing: Thing) -> None:
    """Puts a thing away, or brings it back."""
    if thing.removed is None:
        st.button(
            w("kept.put_away"),
            on_click=put_away,
            args=(subject, thing.name),
            key="kept-away",
            width="stretch",
        )
    else:
        st.button(
            w("kept.bring_back"),
            on_click=bring_back,
            args=(subject,),
            key="kept-back",
            width="stretch",
        )


def put_away(subject: Subject, name: str) -> None:
    """Put a thing away; the page offers the way back at once."""
    with refusals_told():
        _part(subject).remove(subject.id)
        st.session_state[_GONE] = (subject, name)


def bring_back(subject: Subject) -> None:
    """Bring a thing back that was put away."""
    with refusals_told():
        _part(subject).restore(subject.id)
        st.session_state.pop(_GONE, None)


def _part(subject: Subject) -> Scenarios | Runs:
    return store().scenarios if subject.kind == "scenario" else store().runs


def rename(its_id: str, revision: int, key: str) -> None:
    """Give a saved scenario another name, as a version of its history."""
    with refusals_told():
        there = store().scenarios.get(its_id)
        named = with_keys(there.scenario, {"name": st.session_state[key].strip()})
        store().scenarios.save(its_id, named, expected=revision, author=saved_told.author())


# -- tags and notes ------------------------------------------------------------------------


def tags(w: Words, subject: Subject, now: Sequence[str]) -> None:
    """The tags of a thing: chosen among all, or new ones."""
    key = f"kept_tags.{subject.id}"
    st.session_state[key] = list(now)  # others may have changed them
    known = sorted({*store().notes.tags(), *now})
    st.multiselect(
        w("kept.column_tags"),
        known,
        key=key,
        accept_new_options=True,
        on_change=_tagged,
        args=(subject, tuple(now), key),
        placeholder=w("kept.tags_choose"),
    )


def _tagged(subject: Subject, before: Sequence[str], key: str) -> None:
    after = st.session_state[key]
    with refusals_told():
        for name in after:
            if name not in before:
                store().notes.tag(subject, name)
        for name in before:
            if name not in after:
                store().notes.untag(subject, name)


def notes(w: Words, subject: Subject) -> None:
    """The notes on a thing, to read, change, put away and add to."""
    found = store().notes.of(subject)
    for note in found:
        sentences(note.text.splitlines())
        left, right = st.columns([3, 1], vertical_alignment="center")
        with left:
            sentences([note_line(w, note)], kind="note")
        if not may_change(None if note.owner is None else note.owner.id):
            continue
        with right.popover(w("kept.note_change"), width="stretch"):
            key = f"kept_note.{note.id}"
            st.session_state.setdefault(key, note.text)
            st.text_area(w("kept.note"), key=key)
            st.button(w("kept.note_save"), on_click=_edit, args=(note.id, key), key=f"{key}-save")
            st.button(
                w("kept.put_away"),
                on_click=_note_done,
                args=(note.id, store().notes.remove),
                key=f"{key}-away",
            )
    gone = st.session_state.get("kept:note")
    if gone is not None and gone not in {note.id for note in found}:
        st.button(
            w("kept.note_back"),
            on_click=_note_done,
            args=(gone, store().notes.restore),
            key="kept-note-back",
        )
    with st.form(f"kept-note-{subject.id}", clear_on_submit=True):
        key = f"kept_note.new.{subject.id}"
        st.text_area(w("kept.note_new"), key=key, height=80)
        st.form_submit_button(w("kept.note_add"), on_click=_add, args=(subject, key))


def _add(subject: Subject, key: str) -> None:
    with refusals_told():
        store().notes.add(subject, st.session_state[key], author=saved_told.author())


def _edit(note_id: str, key: str) -> None:
    with refusals_told():
        store().notes.edit(note_id, st.session_state[key])


def _note_done(note_id: str, do: Callable[[str], None]) -> None:
    with refusals_told():
        do(note_id)
        st.session_state["kept:note"] = note_id
