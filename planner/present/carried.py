"""What stands in the address of every page: the language and the pack, where they were chosen."""

from __future__ import annotations

import streamlit as st

from planner.present import session, spoken


def carried() -> dict[str, str]:
    """The language, once it was asked for or pressed, and a pack that is not everybody's."""
    pack = None if session.is_default_pack() else session.pack_in_address()
    return spoken.in_address() | ({} if pack is None else {"pack": pack})


def as_text() -> str:
    """The same as `name=value;name=value`, for the script that puts back what links leave out."""
    return ";".join(f"{name}={value}" for name, value in carried().items())


def turn_to(page: str, **asked: str) -> None:
    """Show another page with what it is asked for in its address."""
    st.switch_page(f"app_pages/{page}.py", query_params={**asked, **carried()})
