"""Who is believed to be who, what is refused at the server's door, and what visitors share."""

from __future__ import annotations

import ast
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


def test_a_login_that_cannot_hold_lets_no_file_out(monkeypatch):
    monkeypatch.delenv(trusted.HEADER, raising=False)
    monkeypatch.setenv(own_login.LOGIN, own_login.REQUIRED)
    assert asked("/media/abc.zip", _AMINA) == 404


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


# -- what visitors share -------------------------------------------------------------------

_MUTABLE = {"list", "dict", "set", "defaultdict", "deque", "Counter", "OrderedDict", "bytearray"}
_CHANGES = {
    "append", "extend", "insert", "update", "setdefault", "pop", "popitem", "clear", "add",
    "discard", "remove", "sort", "reverse",
}  # fmt: skip


def modules():
    """Those that are imported once for all visitors; app.py and the pages run anew for each."""
    return sorted((ROOT / "planner" / "present").rglob("*.py"))


def changed_at_module_level(tree):
    """Names of a module that hold something that can change, and that a function changes."""
    held = {
        target.id
        for node in tree.body
        for target in getattr(node, "targets", [getattr(node, "target", None)])
        if isinstance(target, ast.Name) and _is_mutable(getattr(node, "value", None))
    }
    inside = [
        node
        for function in ast.walk(tree)
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef)
        for node in ast.walk(function)
    ]
    changed = {name for node in inside if isinstance(node, ast.Global) for name in node.names}
    for node in inside:
        at = node.func if isinstance(node, ast.Call) else None
        if isinstance(at, ast.Attribute) and at.attr in _CHANGES:
            changed |= _named(at.value) & held
        if isinstance(node, ast.Subscript | ast.Attribute) and not isinstance(node.ctx, ast.Load):
            changed |= _named(node.value) & held
        if isinstance(node, ast.AugAssign):
            changed |= _named(node.target) & held
    return changed


def _is_mutable(value):
    if isinstance(value, ast.List | ast.Dict | ast.Set | ast.ListComp | ast.DictComp | ast.SetComp):
        return True
    return isinstance(value, ast.Call) and bool(_named(value.func) & _MUTABLE)


def _named(node):
    return {node.id} if isinstance(node, ast.Name) else set()


def test_no_module_of_the_pages_holds_what_visitors_change():
    found = {
        str(path.relative_to(ROOT)): changed
        for path in modules()
        if (changed := changed_at_module_level(ast.parse(path.read_text("utf-8"))))
    }
    assert found == {}


@pytest.mark.parametrize(
    "text",
    [
        "seen = []\ndef f():\n    seen.append(1)",
        "seen: dict = {}\ndef f():\n    seen['a'] = 1",
        "seen = dict()\ndef f():\n    seen.update(a=1)",
        "seen = set()\ndef f():\n    global seen\n    seen = {1}",
        "seen = [0]\ndef f():\n    seen[0] += 1",
        "seen = {}\ndef f():\n    del seen['a']",
    ],
)
def test_the_look_finds_what_would_be_shared(text):
    assert changed_at_module_level(ast.parse(text)) == {"seen"}


def test_what_is_computed_once_for_all_cannot_be_changed():
    """What `st.cache_resource` keeps is handed to every visitor: only records that are frozen."""
    from planner.compare import Comparison
    from planner.evaluate import Score
    from planner.pack.types import Pack
    from planner.plan import Plan
    from planner.present.session import Case, Network
    from planner.present.studies.robust_kept import Look
    from planner.problem import PlanningProblem
    from planner.runs.reading import StoredRun
    from planner.runs.record import RunRecord
    from planner.scenario import Scenario

    kinds = (Comparison, Score, Pack, Plan, Case, Network, Look, PlanningProblem, StoredRun)
    for kind in (*kinds, RunRecord):
        assert kind.__dataclass_params__.frozen, kind
    assert Scenario.model_config["frozen"]
