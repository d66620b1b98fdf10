"""Signing in and out: who this visitor is, the page before all pages, and the name beside them."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from planner import people
from planner.errors import PlannerError
from planner.people import LONGEST, NotSignedInError, Person
from planner.present.escape import markdown_text
from planner.present.people import own_login, trusted
from planner.present.words import Words

SIGN_OUT = "UGATUZI_SIGN_OUT"  # where a proxy signs out, /oauth2/sign_out for instance
_PERSON = "app.person"
_HERE = "127.0.0.1"  # what Streamlit tells as no address


def who() -> Person | None:
    """The visitor whose page is being made; None without a login, and outside of pages.

    Raises:
        NotSignedInError: There is a login, and this visitor is not signed in.
        PlannerError: The login is set up in a way that cannot hold.
    """
    if get_script_run_ctx(suppress_warning=True) is None:
        return None
    believed = trusted.proxy()
    if believed is not None:
        headers = st.context.headers
        name = believed.name(
            headers.get_all(believed.header),
            headers.get_all(trusted.SECRET_HEADER),
            st.context.ip_address or _HERE,
        )
        if name is None:
            raise NotSignedInError(_NOBODY)
        return Person(name, name)
    return person_in(st.user.to_dict()) if own_login.is_set_up() else None


_NOBODY = "Nobody is signed in. Sign in first."


def person_in(claims: Mapping[str, Any]) -> Person:
    """The person that a provider vouches for: known by issuer and subject, which never change.

    Raises:
        NotSignedInError: It vouches for nobody.
    """
    subject = str(claims.get("sub") or "").strip()
    if claims.get("is_logged_in") is not True or not subject:
        raise NotSignedInError(_NOBODY)
    known = f"{claims.get('iss') or ''}#{subject}"
    names = (claims.get(each) for each in ("name", "preferred_username", "email"))
    name = next((each.strip() for each in names if isinstance(each, str) and each.strip()), subject)
    return Person(known, "".join(c if c.isprintable() else " " for c in name)[:LONGEST])


def gate(w: Words) -> None:
    """Go on only with somebody who is signed in, where there is a login; before all of a page.

    What another person had in the same window is forgotten.
    """
    people.follow(who)
    try:
        person = who()
    except NotSignedInError:
        _ask(w)
        st.stop()
    except PlannerError as error:
        st.error(w("error.input"))
        st.text(str(error))
        st.stop()
    state, mine = st.session_state, "" if person is None else person.id
    if state.setdefault(_PERSON, mine) != mine:
        for name in list(state):
            del state[name]
        st.rerun()


def beside(w: Words) -> None:
    """The name of who is signed in, and the way out; nothing where there is no login."""
    person = people.acting()
    if person is None:
        return
    st.caption(markdown_text(w("people.signed_in", name=person.name)))
    if trusted.proxy() is None:
        st.button(w("people.sign_out"), on_click=st.logout, key="people-out")
    elif way := _way_out():
        st.link_button(w("people.sign_out"), way)


def name() -> str | None:
    """What people call who is signed in; None where there is no login."""
    person = people.acting()
    return None if person is None else person.name


def _way_out() -> str:
    """Where a proxy signs out: a path of this server, or an address with TLS."""
    way = os.environ.get(SIGN_OUT, "").strip()
    is_path = way.startswith("/") and not way.startswith("//") and "\\" not in way
    return way if is_path or way.startswith("https://") else ""


def _ask(w: Words) -> None:
    """The page of somebody who is not signed in."""
    st.title(w("people.title"))
    if trusted.proxy() is not None:
        st.info(w("people.no_name"))
        return
    st.text(w("people.why"))
    for provider in _providers():
        label = w("people.sign_in") if provider is None else w("people.sign_in_by", name=provider)
        st.button(
            markdown_text(label),
            on_click=_sign_in,
            args=(provider,),
            type="primary",
            key=f"people-in-{provider or ''}",
        )


def _providers() -> list[str | None]:
    """The providers by name; None for the one that has none."""
    told = st.secrets["auth"]
    named = [str(key) for key, value in told.items() if isinstance(value, Mapping)]
    return [*([None] if "client_id" in told else []), *named]


def _sign_in(provider: str | None) -> None:
    if provider is None:
        st.login()
    else:
        st.login(provider)
