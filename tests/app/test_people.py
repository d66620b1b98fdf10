"""Who is believed to be who, and what is refused at the server's door."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from pathlib import Path

import pytest
from streamlit.runtime.media_file_manager import MediaFileManager
from streamlit.runtime.memory_media_file_storage import MemoryMediaFileStorage

from planner.errors import PlannerError
from planner.people import NotSignedInError, Person, acting, acting_as
from planner.present.people import deferred, guard, own_login, signing, trusted
from planner.present.people.guard import Guard, Window, mark_of

ROOT = Path(__file__).parent.parent.parent
SECRET = "a secret of both servers"


@pytest.fixture
def proxy(monkeypatch):
    """Set up a proxy: the header, its address and its secret."""

    def set_up(header="X-Forwarded-User", networks="", secret=""):
        monkeypatch.setenv(trusted.HEADER, header)
        monkeypatch.setenv(trusted.PROXIES, networks)
        monkeypatch.setenv(trusted.SECRET, secret)

    return set_up


# -- names from a proxy --------------------------------------------------------------------


def test_without_a_header_there_is_no_proxy(monkeypatch):
    monkeypatch.delenv(trusted.HEADER, raising=False)
    assert trusted.proxy() is None
    assert not own_login.is_any()


@pytest.mark.parametrize(
    ("header", "networks", "secret", "told"),
    [
        ("X-Forwarded-User", "", "", "anybody could be anybody"),
        ("X-Forwarded-User", "10.0.0.300", "", "expected addresses or networks"),
        ("X-Forwarded-User", "the proxy", "", "expected addresses or networks"),
        ("X-Forwarded-User", "", "short", "expected 16 or more"),
        ("X Forwarded", "10.0.0.1", "", "expected the name of a header"),
        (trusted.SECRET_HEADER, "10.0.0.1", "", "expected the name of a header"),
    ],
)
def test_a_proxy_that_would_not_hold_is_refused(proxy, header, networks, secret, told):
    proxy(header, networks, secret)
    with pytest.raises(PlannerError, match=told):
        trusted.proxy()


@pytest.mark.parametrize(
    ("peer", "is_believed"),
    [
        ("127.0.0.1", True),
        ("10.1.2.3", True),
        ("::ffff:10.1.2.3", True),
        ("10.2.0.1", False),
        ("203.0.113.9", False),
        ("::1", False),
        ("not an address", False),
        (None, False),
    ],
)
def test_only_the_proxys_addresses_are_believed(proxy, peer, is_believed):
    proxy(networks="127.0.0.1, 10.1.0.0/16")
    found = trusted.proxy().name(["amina"], [], peer)
    assert found == ("amina" if is_believed else None)


@pytest.mark.parametrize("sent", [[], [""], [SECRET + "x"], [SECRET, SECRET], ["sécret"]])
def test_without_the_secret_nobody_is_believed(proxy, sent):
    proxy(secret=SECRET)
    believed = trusted.proxy()
    assert believed.name(["amina"], sent, "127.0.0.1") is None
    assert believed.name(["amina"], [SECRET], "203.0.113.9") == "amina"


def test_where_both_are_set_both_must_hold(proxy):
    proxy(networks="10.0.0.5", secret=SECRET)
    believed = trusted.proxy()
    assert believed.name(["amina"], [SECRET], "10.0.0.6") is None
    assert believed.name(["amina"], [], "10.0.0.5") is None
    assert believed.name([" amina "], [SECRET], "10.0.0.5") == "amina"


@pytest.mark.parametrize("values", [[], [""], ["  "], ["a", "b"], ["a\tb"], ["x" * 201]])
def test_a_header_that_names_nobody_or_several_names_nobody(proxy, values):
    proxy(networks="10.0.0.5")
    assert trusted.proxy().name(values, [], "10.0.0.5") is None


def handed_on(text):
    """A header's value as the server hands it on: its bytes, which are UTF-8, as Latin-1."""
    return text.encode().decode("latin-1")


@pytest.mark.parametrize(
    "name", ["Wanjikũ", "ámina", "أمينة", "Ամինա", "O'Brien Kĩz", "x" * 200, "ũ" * 200]
)
def test_a_name_is_read_as_utf_8(proxy, name):
    proxy(networks="10.0.0.5")
    assert trusted.proxy().name([f"\t {handed_on(name)} \t"], [], "10.0.0.5") == name
    assert mark_of([("X-Forwarded-User", handed_on(name))], "10.0.0.5") == name


@pytest.mark.parametrize(
    "value",
    ["\xe1mina", "amina\xff", "\xc0\xafamina", "\xed\xa0\x80", "ũ"],
    ids=["latin-1", "no-utf-8", "too-long-a-form", "half-a-pair", "no-byte"],
)
def test_bytes_that_are_no_utf_8_name_nobody(proxy, value):
    proxy(networks="10.0.0.5")
    assert trusted.proxy().name([value], [], "10.0.0.5") is None


@pytest.mark.parametrize(
    "blank",
    ["\xa0", "\x85", "\u2003", "\u3000", "\u2028", "\u200b", "\xad", "\ufeff", "\x0b", "\x1f"],
)
def test_only_space_and_tab_are_taken_off_a_name(proxy, blank):
    proxy(networks="10.0.0.5")
    believed = trusted.proxy()
    for name in (f"amina{blank}", f"{blank}amina", f"am{blank}ina"):
        assert believed.name([handed_on(name)], [], "10.0.0.5") is None
    assert believed.name(["amina\xa0"], [], "10.0.0.5") is None


@pytest.mark.parametrize("value", ["amina, baraka", "amina,amina", "amina,", "cn=Asha,ou=x"])
def test_values_that_a_proxy_in_front_has_joined_name_nobody(proxy, value):
    proxy(networks="10.0.0.5")
    assert trusted.proxy().name([value], [], "10.0.0.5") is None


def test_a_secret_may_have_letters_of_any_script(proxy):
    proxy(secret="siri ya wũrũ tatu")
    believed = trusted.proxy()
    assert believed.name(["amina"], [handed_on("siri ya wũrũ tatu")], None) == "amina"
    assert believed.name(["amina"], [handed_on("siri ya wuru tatu")], None) is None


# -- names from a provider -----------------------------------------------------------------


def test_a_person_is_known_by_issuer_and_subject_and_called_by_name():
    claims = {"is_logged_in": True, "iss": "https://id.example", "sub": "7", "name": " Amina\n"}
    assert signing.person_in(claims) == Person("https://id.example#7", "Amina")
    other = claims | {"iss": "https://other.example", "name": None, "email": "a@example.org"}
    assert signing.person_in(other) == Person("https://other.example#7", "a@example.org")


@pytest.mark.parametrize(
    "claims",
    [
        {"is_logged_in": False},
        {"is_logged_in": False, "sub": "7"},
        {"is_logged_in": "true", "sub": "7"},
        {"is_logged_in": True},
        {"is_logged_in": True, "sub": " ", "email": "a@example.org"},
    ],
)
def test_claims_that_vouch_for_nobody_are_nobodys(claims):
    with pytest.raises(NotSignedInError):
        signing.person_in(claims)


# -- files of others -----------------------------------------------------------------------

_AMINA, _BARAKA = "_streamlit_user=signed-amina", "_streamlit_user=signed-baraka; other=1"


def asked(path, cookie="", method="GET", windows=None):
    """The status of an answer, where the app itself answers 200."""
    answers = []

    async def app(scope, receive, send):
        await send({"type": "http.response.start", "status": 200, "headers": []})

    async def send(message):
        answers.append(message)

    held = [
        Window("one", mark_of([("Cookie", _AMINA)], None), frozenset({"abc"})),
        Window("two", mark_of([("Cookie", _BARAKA)], None), frozenset({"def"})),
        Window("out", None, frozenset({"xyz"})),
    ]
    scope = {
        "type": "http",
        "path": path,
        "method": method,
        "headers": [(b"cookie", cookie.encode())] if cookie else [],
        "client": ("127.0.0.1", 5),
    }
    door = Guard(app, lambda: held if windows is None else windows)
    asyncio.run(door(scope, None, send))
    return answers[0]["status"]


@pytest.fixture(autouse=True)
def is_quick(monkeypatch):
    """Nobody waits long for a file that does not come."""
    monkeypatch.setattr(guard, "_BETWEEN_S", 0.001)


@pytest.mark.parametrize(
    ("path", "cookie", "status"),
    [
        ("/media/abc.zip", _AMINA, 200),
        ("/prefix/media/abc.zip", _AMINA, 200),
        ("/media/abc.zip", _BARAKA, 404),
        ("/media/abc.zip", "", 404),
        ("/media/abc.zip", "other=1", 404),
        ("/media/xyz.zip", "", 404),
        ("/media/def.zip", _BARAKA, 200),
        ("/media/def", _BARAKA, 200),
        ("/media/..%2fdef", _BARAKA, 404),
        ("/_stcore/upload_file/one/5", _AMINA, 200),
        ("/_stcore/upload_file/one/5", _BARAKA, 404),
        ("/_stcore/upload_file/one/5", "", 404),
        ("/component/planner.present.served.made/outlines-1.js", _BARAKA, 200),
        ("/component/planner.present.served.made/outlines-1.js", "", 404),
        ("/component/planner.present.served.shipped/page.js", "", 200),
        ("/_stcore/metrics", "", 404),
        ("/_stcore/metrics", _AMINA, 404),
        ("/_stcore/metrics\n", _AMINA, 404),
        ("/prefix/_stcore/metrics", _AMINA, 404),
        ("/_stcore/script-health-check", "", 404),
        ("/_stcore/agent/openapi.json", "", 404),
        ("/_stcore/agent/interact", _AMINA, 404),
        ("/_stcore/health\n", "", 404),
        ("/_stcore/health", "", 200),
        ("/prefix/_stcore/host-config", "", 200),
        ("/_stcore/bidi-components/some.component/index.js", "", 200),
        ("/", "", 200),
        ("/kept", "", 200),
    ],
)
def test_a_file_goes_only_to_whom_it_was_made_for(path, cookie, status, monkeypatch):
    monkeypatch.delenv(trusted.HEADER, raising=False)
    monkeypatch.setattr(own_login, "is_set_up", lambda: True)
    assert asked(path, cookie) == status


def test_a_file_of_a_page_that_is_being_made_anew_is_waited_for(monkeypatch):
    monkeypatch.delenv(trusted.HEADER, raising=False)
    monkeypatch.setattr(own_login, "is_set_up", lambda: True)
    mark, looks = mark_of([("cookie", _AMINA)], None), []

    class Windows(list):
        def __iter__(self):
            looks.append(1)
            files = frozenset({"abc"}) if len(looks) > 3 else frozenset()
            return iter([Window("one", mark, files)])

    assert asked("/media/abc.zip", _AMINA, windows=Windows()) == 200
    assert len(looks) == 4


def test_a_file_made_at_a_press_is_made_by_whose_page_it_is_and_stands_there(monkeypatch):
    for name in ("add_deferred", "execute_deferred"):
        monkeypatch.setattr(MediaFileManager, name, getattr(MediaFileManager, name))
    deferred.follow()
    storage = MemoryMediaFileStorage("/media")
    manager = MediaFileManager(storage)
    with acting_as(Person("amina", "Amina")):
        asked = manager.add_deferred(lambda: acting().id, "text/plain", "1.1", "a.txt")
    made = manager.execute_deferred(asked).rsplit("/", 1)[-1]
    assert storage.get_file(made).content == b"amina"
    file = made.split(".")[0]
    assert deferred.with_made(frozenset({asked})) == {asked, file}
    assert deferred.with_made(frozenset({"another"})) == {"another"}


def test_behind_a_proxy_the_cookie_counts_for_nothing(proxy):
    proxy(networks="127.0.0.1")
    assert asked("/media/abc.zip", _AMINA) == 404
    name = [("X-Forwarded-User", "amina")]
    assert mark_of(name, "127.0.0.1") == "amina"
    assert mark_of(name, "10.0.0.1") is None
    assert mark_of([*name, ("x-forwarded-user", "baraka")], "127.0.0.1") is None


def test_without_a_login_files_go_to_whoever_asks(monkeypatch):
    monkeypatch.delenv(trusted.HEADER, raising=False)
    assert asked("/media/abc.zip") == 200
    assert asked("/_stcore/metrics") == 200


def test_a_login_that_cannot_hold_lets_no_file_out(monkeypatch):
    monkeypatch.delenv(trusted.HEADER, raising=False)
    monkeypatch.setenv(own_login.LOGIN, own_login.REQUIRED)
    assert asked("/media/abc.zip", _AMINA) == 404
    assert asked("/_stcore/metrics", _AMINA) == 404


@pytest.mark.parametrize(
    ("secrets", "wanted", "told"),
    [
        ("[auth\n", "", "cannot be read"),
        ("[other]\nkey = 1\n", "required", "none is set up"),
        (None, "required", "none is set up"),
        (None, "please", "expected 'required'"),
    ],
)
def test_a_login_that_is_meant_and_not_there_lets_nobody_in(
    tmp_path, monkeypatch, secrets, wanted, told
):
    monkeypatch.delenv(trusted.HEADER, raising=False)
    monkeypatch.setenv(own_login.LOGIN, wanted)
    file = tmp_path / "secrets.toml"
    if secrets is not None:
        file.write_text(secrets)
    code = (
        "from streamlit import config\n"
        f"config.set_option('secrets.files', [{str(file)!r}])\n"
        "from planner.present.people import own_login\n"
        "try:\n    own_login.is_any()\nexcept Exception as error:\n    print(error)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert told in done.stdout


def test_a_cookie_in_parts_is_compared_whole():
    parts = "_streamlit_user=a; _streamlit_user__1=b"
    assert mark_of([("cookie", parts)], None) != mark_of([("cookie", "_streamlit_user=a")], None)
    turned = "_streamlit_user__1=b; _streamlit_user=a"
    assert mark_of([("cookie", turned)], None) == mark_of([("cookie", parts)], None)
