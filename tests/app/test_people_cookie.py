"""Where the app asks itself who comes, a cookie that nobody has signed opens nothing."""

import contextlib
import json
import re
import urllib.error
import urllib.request

import pytest
from streamlit.web.server.starlette.starlette_app_utils import (
    create_signed_value,
    generate_xsrf_token_string,
)
from websockets.sync.client import connect

from tests.app.test_many import Person as Visitor
from tests.browser.conftest import served
from tests.runs import cases

KEY = "at least 32 characters that nobody else knows"
USER, XSRF = "_streamlit_user", "_streamlit_xsrf"


class Browser(Visitor):
    """A visitor who comes from the app's own page and brings the cookie that it was given."""

    def __init__(self, address, user):
        token = generate_xsrf_token_string()
        self._socket = connect(
            f"{address.replace('http', 'ws')}/_stcore/stream",
            subprotocols=["streamlit", token],
            max_size=None,
            origin=address,
            additional_headers={"Cookie": f"{XSRF}={token}; {USER}={user}"},
        )
        self.said, self._buttons, self._page = b"", {}, ""


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    """A server that asks a provider; nobody ever reaches that one here."""
    home = tmp_path_factory.mktemp("own-login")
    secrets = home / "secrets.toml"
    secrets.write_text(
        f"[auth]\nredirect_uri = 'http://localhost/oauth2callback'\ncookie_secret = '{KEY}'\n"
        "client_id = 'planner'\nclient_secret = 'a secret of both'\n"
        "server_metadata_url = 'https://id.example.org/.well-known/openid-configuration'\n"
    )
    environment = {
        "UGATUZI_PACK": str(cases.write_pack(home / "tiny")),
        "UGATUZI_LOGIN": "required",
        "STREAMLIT_SECRETS_FILES": str(secrets),
    }
    with served(home, by="planner.present.server", **environment) as found:
        yield found


@pytest.fixture
def come(address):
    """A visitor with a cookie, on the page Today."""
    with contextlib.ExitStack() as stack:

        def start(user):
            visitor = Browser(address, user)
            stack.enter_context(contextlib.closing(visitor))
            visitor.turn_to("today")
            return visitor

        yield start


def signed(address, key=KEY):
    """The cookie that the app gives Amina when her provider has vouched for her."""
    claims = {
        "is_logged_in": True,
        "iss": "https://id.example.org",
        "sub": "7",
        "name": "Amina",
        "origin": address,
    }
    return create_signed_value(key, USER, json.dumps(claims)).decode()


def status(address, user=None):
    request = urllib.request.Request(address, headers={"Cookie": f"{USER}={user}"} if user else {})
    try:
        with urllib.request.urlopen(request, timeout=15) as answer:
            return answer.status
    except urllib.error.HTTPError as refused:
        refused.close()
        return refused.code


def test_a_cookie_that_nobody_has_signed_opens_no_file(come, address):
    cookie = signed(address)
    said = come(cookie).said
    assert b"Amina" in said
    outlines = re.search(rb"planner\.present\.served\.made/outlines-\w+\.js", said)[0].decode()
    file = f"{address}/component/{outlines}"
    assert status(file, cookie) == 200
    for false in ("anything", signed(address, "another secret of 32 characters and more")):
        said = come(false).said
        assert b"Amina" not in said
        assert status(file, false) == 404
    assert status(file) == 404


def test_the_figures_of_the_server_go_to_nobody(come, address):
    cookie = signed(address)
    come(cookie)
    assert status(f"{address}/_stcore/metrics") == 404
    assert status(f"{address}/_stcore/metrics", cookie) == 404
    assert status(f"{address}/_stcore/health") == 200
