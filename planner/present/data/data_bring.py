"""On the page of data: files are taken, checked, looked at against what is shown, and kept."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from planner.errors import Fault, InputError, PlannerError
from planner.pack.locate import name_of_pack
from planner.pack.own import MOST_NAME, keep_pack
from planner.pack.own_note import is_id, own_root
from planner.pack.parts import NEEDED, PARTS, files_by_kind
from planner.present import session
from planner.present.data import data, data_changes, data_faults
from planner.present.data.data_draft import (
    ENDINGS,
    MOST_MB,
    Brought,
    Draft,
    Upload,
    digest_of,
    make_draft,
    sort_out,
)
from planner.present.data.data_shown import tell
from planner.present.escape import markdown_text
from planner.present.maps.maps import show_map
from planner.present.network_map import data_map
from planner.present.session import Case
from planner.present.view import View
from planner.present.widgets import sentences, table, titled_table
from planner.present.words import Words

_DRAFT, _CASE, _SORTED = "data.draft", "data.case", "data.sorted"
_NAME, _ROUND = "data.name", "pack.round"


def bring(w: Words) -> Draft | None:
    """The files that a visitor brings, put together as a draft.

    None while there are none, or while it is not said what one of them holds.
    """
    state = st.session_state
    sent = st.file_uploader(
        w("data.upload"),
        type=list(ENDINGS),
        accept_multiple_files=True,
        key=f"data.files.{state.get(_ROUND, 0)}",
        max_upload_size=MOST_MB,
        help=w("data.upload_help"),
    )
    left_out = _leave_out(w)
    brought = _sorted_out(sent or [])
    files = _kinds(w, brought)
    if files is None or not (brought.whole or files or left_out):
        _forget()
        if not sent:
            st.info(w("data.nothing_yet"))
        return None
    source = session.pack_folder()
    digest = digest_of(session.case_key(), brought.whole, files, left_out)
    draft: Draft | None = state.get(_DRAFT)
    if draft is None or draft.digest != digest or not _is_there(draft):
        _forget()
        with st.spinner(w("data.checking")):
            draft = make_draft(source, digest, brought.whole, files, left_out)
        state[_DRAFT] = draft
    return draft


def _forget() -> None:
    for key in (_DRAFT, _CASE):
        st.session_state.pop(key, None)


def _is_there(draft: Draft) -> bool:
    return draft.folder is None or (draft.folder / "pack.toml").exists()


def _leave_out(w: Words) -> list[str]:
    there = [each for each in files_by_kind(session.pack_folder()) if each not in NEEDED]
    with st.expander(w("data.leave_out")):
        chosen: list[str] = st.multiselect(
            w("data.leave_out_pick"),
            there,
            key=f"data.leave_out.{st.session_state.get(_ROUND, 0)}",
            format_func=lambda kind: data.kind_name(w, kind),
            help=w("data.leave_out_help"),
        )
    return chosen


def _sorted_out(sent: Sequence[UploadedFile]) -> Brought:
    """The files, told apart once, not at every turn of the page."""
    state, ids = st.session_state, [each.file_id for each in sent]
    if state.get(_SORTED, (None,))[0] != ids:
        state[_SORTED] = (ids, sort_out([(each.name, each.getvalue()) for each in sent]))
    brought: Brought = state[_SORTED][1]
    return brought


def _kinds(w: Words, brought: Brought) -> dict[str, Upload] | None:
    """What each single file is: as it looks, or as the visitor says; None while one is open.

    Of two files of one kind the one that was brought last counts: it is most often the mended one.
    """
    files: dict[str, Upload] = {}
    is_settled = not brought.unreadable
    told = [w(f"data.unreadable_{why}", file=name) for name, why in brought.unreadable]
    sentences(told, kind="warning")
    taken = [] if brought.whole is None else [w("data.is_whole", file=brought.whole[0])]
    sentences(taken)
    for number, (upload, guess) in enumerate(zip(brought.single, brought.kinds, strict=True)):
        kind = st.selectbox(
            markdown_text(w("data.kind_of", file=upload[0])),
            PARTS,
            index=None if guess is None else PARTS.index(guess),
            key=f"data.kind.{number}.{digest_of('', upload, {}, ())[:12]}",
            placeholder=w("data.kind_choose"),
            format_func=lambda each: data.kind_name(w, each),
        )
        is_settled = is_settled and kind is not None
        if kind is None:
            sentences([w("data.kind_unknown", file=upload[0])], kind="warning")
            continue
        if kind in files:
            which = {"file": files[kind][0], "other": upload[0], "kind": data.kind_name(w, kind)}
            sentences([w("data.kind_twice", **which)], kind="warning")
        files[kind] = upload
    return files if is_settled else None


def result(w: Words, draft: Draft, case: Case | None) -> None:
    """What the check found: every fault, or what is new, and the way to keep it."""
    told, faults = None, draft.faults
    if draft.is_sound and draft.folder is not None:
        try:
            with st.spinner(w("data.reading")):
                told = _case_of(draft, draft.folder)
        except InputError as error:
            faults = error.faults
    said = data_faults.verdict(w, draft.report, faults)
    if told is None:
        st.error(markdown_text(said))
        _faults(w, faults)
    else:
        st.success(markdown_text(said))
    if draft.report.warnings:
        with st.expander(w("data.warnings", n=len(draft.report.warnings))):
            sentences(w.in_english(draft.report.warnings))
    if told is not None:
        _preview(w, case, told)
        _keep(w, draft, told)


def _case_of(draft: Draft, folder: Path) -> Case:
    """What a sound draft holds; it goes with the visit.

    Raises:
        InputError: It has faults that only show when a question is asked of it.
    """
    kept: tuple[str, Case] | None = st.session_state.get(_CASE)
    if kept is None or kept[0] != draft.digest:
        st.session_state.pop(_CASE, None)
        kept = st.session_state[_CASE] = (draft.digest, session.case_of_visit(folder))
    return kept[1]


def _faults(w: Words, faults: tuple[Fault, ...]) -> None:
    groups = data_faults.group_table(w, faults)
    if len(groups) < len(faults):
        titled_table(w("data.fault_groups"), groups)
    titled_table(w("data.faults"), data_faults.fault_table(w, faults[: data_faults.SHOWN]))
    if len(faults) > data_faults.SHOWN:
        st.caption(w("data.faults_more", n=data_faults.SHOWN, all=w.count(len(faults))))
    st.download_button(
        w("data.faults_file"),
        data_faults.fault_csv(faults),
        "faults.csv",
        "text/csv",
        on_click="ignore",
        key="data_faults",
    )


def _preview(w: Words, case: Case | None, told: Case) -> None:
    st.subheader(w("data.preview"), anchor=False)
    left, right = st.columns([2, 3], gap="medium")
    with left:
        if case is not None:
            sentences(data_changes.sentences(w, case, told))
            table(data_changes.count_table(w, case, told), w("data.counts"), rows_in_view=None)
    with right:
        if data_map.has_places(told.pack):
            view = View(w, told.pack, told.problem)
            show_map(
                "data_map",
                told.pack,
                w,
                data_map.map_layers(view),
                travel=told.problem.travel,
                height=520,
                answers=False,
            )
        else:
            st.info(w("data.no_map"))


def _keep(w: Words, draft: Draft, told: Case) -> None:
    st.subheader(w("data.keep"), anchor=False)
    state = st.session_state
    if state.get("data.named") != draft.digest:
        same = told.pack.id == session.case().pack.id if _is_shown_sound() else False
        state[_NAME] = w("data.new_name", name=told.pack.name) if same else told.pack.name
        state[_NAME] = state[_NAME][:MOST_NAME]
        state["data.named"] = draft.digest
    st.text_input(w("data.name"), key=_NAME, max_chars=MOST_NAME, help=w("data.name_help"))
    st.button(
        w("data.keep_button"), type="primary", key="data_keep", on_click=_keep_it, args=(draft,)
    )
    st.caption(w("data.keep_note"))


def _is_shown_sound() -> bool:
    try:
        session.case()
    except PlannerError:
        return False
    return True


def _keep_it(draft: Draft) -> None:
    """Keep the draft and look at it; what the disk or the name refuses is told."""
    state = st.session_state
    if draft.folder is None:
        return
    shown = name_of_pack(session.pack_folder())
    try:
        kept = keep_pack(
            own_root(),
            draft.folder,
            name=str(state.get(_NAME) or ""),
            based_on=shown if is_id(shown) else "",
        )
        session.choose_pack(kept.id)
    except PlannerError as error:
        tell("data.not_done", why=str(error))
        return
    state[_ROUND] = state.get(_ROUND, 0) + 1
    state.pop("pack.undo", None)
    tell("data.was_kept", name=kept.name, id=kept.id)
