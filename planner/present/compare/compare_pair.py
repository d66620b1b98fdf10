"""One plan held against the base on the page Compare: cards, map, moves, people and areas."""

from __future__ import annotations

import streamlit as st

from planner import compare as comparing
from planner.pack.types import Pack
from planner.present.compare import compare_cards, compare_maps, compare_moves
from planner.present.compare.compare import Seen
from planner.present.maps.maps import show_map
from planner.present.widgets import heading, sentences, show_cards, table


def choose_other(seen: Seen, members: list[str]) -> int:
    """Which plan is held against the base, by its position; asked where there are several.

    Args:
        seen: What is compared.
        members: The ids of all that is compared, in their order.
    """
    state, others = st.session_state, {members[m]: m for m in seen.others}
    if len(others) == 1:
        return seen.others[0]
    if state.get("compare.other") not in others:
        state["compare.other"] = next(iter(others))
    wanted = st.selectbox(
        seen.words("compare.other", base=seen.base),
        list(others),
        key="compare.other",
        format_func=dict(zip(members, seen.names, strict=True)).get,
    )
    return others[wanted]


def show_map_of(seen: Seen, other: int, pack: Pack | None) -> None:
    """The answer in three cards and on the map.

    Args:
        seen: What is compared.
        other: The plan's position.
        pack: What the map is drawn of; None where it is not there any more.
    """
    heading(seen.words("compare.map_title", name=seen.names[other], base=seen.base))
    if cards := compare_cards.pair_cards(seen, other):
        show_cards(cards)
    _show_map(seen, other, pack)


def show_details(seen: Seen, other: int) -> None:
    """What moves, whose travel changes, and every area."""
    w = seen.words
    st.subheader(w("compare.moves"), anchor=False)
    sentences([compare_moves.moves_sentence(seen, other)])
    moves = compare_moves.moves_table(seen, other)
    if not moves.empty:
        table(moves, w("compare.moves"))
    sentences([compare_moves.shared_sentence(seen)])
    if len(seen.others) > 1 and not (shared := compare_moves.shared_table(seen)).empty:
        with st.expander(w("compare.who_has")):
            table(shared, w("compare.who_has"))
    _show_people(seen, other)
    heading(seen.heading(w("compare.areas")))
    order = st.selectbox(
        w("compare.order"),
        compare_moves.ORDERS,
        key="compare.order",
        format_func=lambda name: w(f"compare.order_{name}"),
    )
    table(compare_moves.area_table(seen, other, order), w("compare.areas"))


def _show_map(seen: Seen, other: int, pack: Pack | None) -> None:
    """The two networks on the map, in one of three ways."""
    w = seen.words
    if pack is None:
        st.info(w("compare.no_pack"))
        return
    if not compare_maps.can_draw(seen, other):
        st.info(w("compare.no_map"))
        return
    st.session_state.setdefault("compare.mode", compare_maps.MODES[0])
    mode = st.segmented_control(
        w("compare.mode"),
        compare_maps.MODES,
        key="compare.mode",
        required=True,
        format_func=lambda name: w(f"compare.mode_{name}"),
    )
    show_map(
        "compare_map",
        pack,
        w,
        compare_maps.layers(seen, other, mode),
        travel=seen.travel,
        height=760 if mode == "beside" else 660,
        answers=False,
    )
    st.caption(w(f"compare.help_{mode}"))


def _show_people(seen: Seen, other: int) -> None:
    """Who gains and who loses, and where most of them are."""
    w = seen.words
    st.subheader(w("compare.people_title"), anchor=False)
    sentences([compare_moves.people_sentence(seen, other)])
    if not compare_moves.people_frame(seen).empty:
        st.altair_chart(compare_moves.people_chart(seen), width="stretch")
        table(compare_moves.people_table(seen), w("compare.people_title"))
        sentences([w("compare.people_note", v=comparing.THRESHOLD_MIN)], kind="note")
    for way, places in compare_moves.place_tables(seen, other).items():
        with st.expander(seen.heading(w(f"compare.places_{way}"))):
            table(places, w(f"compare.places_{way}"))
