"""A name that a proxy gives is believed from it alone; what visitors send counts for nothing."""

import base64
import contextlib
import datetime as dt
import os
import re
import shutil
import socket
import ssl
import subprocess
import time
import urllib.error
import urllib.request

import pytest
from streamlit.proto.BackMsg_pb2 import BackMsg

from planner.pack import read_pack
from planner.people import Person, acting_as
from planner.present.people import trusted
from planner.runs import judge_and_write
from planner.runs.store import Subject, open_store
from tests.app.test_many import Person as Visitor
from tests.browser.conftest import ROOT, served
from tests.runs import cases

HEADER, SECRET = "X-Forwarded-User", "at least 16 characters that nobody else knows"
NO_NAME = b"has not said who you are"
NAME = "Three offices"


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    """The address of a server behind a proxy, its store, and Amina's run, which is private."""
    home = tmp_path_factory.mktemp("proxy")
    folder = cases.write_pack(home / "tiny")
    pack, rules = read_pack(folder), cases.scenario(str(folder))
    answer = judge_and_write(cases.answer(pack, rules), pack, rules, home / "run")
    with open_store(str(home / "store.sqlite")) as store, acting_as(Person("amina", "amina")):
        run = store.runs.keep(answer, pack=pack)
        store.owners.set_private(Subject("run", run), is_private=True)
    environment = {
        "UGATUZI_PACK": str(folder),
        "UGATUZI_STORE": str(home / "store.sqlite"),
        "UGATUZI_LOGIN": "required",
        trusted.HEADER: HEADER,
        trusted.PROXIES: "127.0.0.1",
        trusted.SECRET: SECRET,
    }
    with served(home, by="planner.present.server", **environment) as address:
        yield address, home / "store.sqlite", run


@pytest.fixture
def come(place):
    """A visitor with headers, on the page Kept."""
    with contextlib.ExitStack() as stack:

        def start(headers=(), page="kept", address=place[0], **more):
            visitor = Visitor(address, list(headers), **more)
            stack.enter_context(contextlib.closing(visitor))
            visitor.turn_to(page)
            return visitor

        yield start


def named(name):
    return [(HEADER, name), (trusted.SECRET_HEADER, SECRET)]


def is_signed_in(said, name):
    return re.search(rb"Signed in\\?: *" + name.encode(), said) is not None


def test_whom_the_proxy_names_sees_their_own(come):
    assert NAME.encode() in come(named("amina")).said
    theirs = come(named("baraka")).said
    assert NAME.encode() not in theirs
    assert is_signed_in(theirs, "baraka")


@pytest.mark.parametrize(
    "headers",
    [
        [],
        [(HEADER, "amina")],
        [(HEADER, "amina"), (trusted.SECRET_HEADER, "another secret of many characters")],
        [*named("amina"), (HEADER, "baraka")],
        [(trusted.SECRET_HEADER, SECRET)],
    ],
)
def test_without_a_believed_name_nobody_sees_anything(come, headers):
    said = come(headers).said
    assert NO_NAME in said
    assert NAME.encode() not in said


def handed_on(text):
    """A value whose bytes on the wire are UTF-8: the socket sends each letter as one byte."""
    return text.encode().decode("latin-1")


@pytest.mark.parametrize("name", ["Wanjikũ", "ámina", "أمينة"])
def test_a_name_with_letters_of_any_script_is_shown_as_it_is(come, name):
    said = come(named(handed_on(name))).said
    assert is_signed_in(said, name)
    assert NAME.encode() not in said


@pytest.mark.parametrize(
    "value", ["\xe1mina", "amina\xa0", handed_on("amina\xa0"), "amina, baraka", "amina,amina"]
)
def test_what_only_looks_like_a_name_names_nobody(come, value):
    said = come(named(value)).said
    assert NO_NAME in said
    assert NAME.encode() not in said


@pytest.mark.parametrize("headers", [[], named("amina")], ids=["nobody", "amina"])
@pytest.mark.parametrize(
    "path",
    [
        "metrics", "metrics?families=cache_memory_bytes", "%6Detrics", "metrics%0A",
        "script-health-check", "agent/openapi.json", "agent/interact", "agent/mcp", "stream",
    ],
)  # fmt: skip
def test_what_the_server_tells_of_itself_goes_to_nobody(place, path, headers):
    request = urllib.request.Request(f"{place[0]}/_stcore/{path}", headers=dict(headers))
    with pytest.raises(urllib.error.HTTPError, match="404") as refused:
        urllib.request.urlopen(request, timeout=10)
    assert refused.value.read() == b"Not found"


@pytest.mark.parametrize(
    "path", ["", "kept", "_stcore/health", "_stcore/host-config", "favicon.png"]
)
def test_what_a_browser_needs_before_it_signs_in_tells_nothing_of_anybody(come, place, path):
    come(named("amina"))
    with urllib.request.urlopen(f"{place[0]}/{path}", timeout=10) as answer:
        told = answer.read()
    assert told
    for word in (NAME, "amina", str(place[1].parent)):
        assert word.encode() not in told


def test_the_address_is_that_of_the_connection(tmp_path):
    """A visitor on this machine cannot say to come from the proxy elsewhere."""
    environment = {trusted.HEADER: HEADER, trusted.PROXIES: "10.0.0.5", trusted.SECRET: ""}
    with served(tmp_path, by="planner.present.server", **environment) as address:
        headers = [(HEADER, "amina"), ("X-Forwarded-For", "10.0.0.5"), ("X-Real-IP", "10.0.0.5")]
        with contextlib.closing(Visitor(address, headers)) as visitor:
            visitor.turn_to("today")
            assert NO_NAME in visitor.said


def test_a_message_that_no_page_sends_changes_nothing(come, place):
    """The button that puts Amina's run away is pressed in the name of others, by its id."""
    _, store, run = place
    hers = come(named("amina"))
    button = hers._buttons["Put away"]
    for headers in (named("baraka"), []):
        other = come(headers)
        message = BackMsg()
        message.rerun_script.page_name = "kept"
        message.rerun_script.query_string = f"run={run}"
        pressed = message.rerun_script.widget_states.widgets.add()
        pressed.id, pressed.trigger_value = button, True
        other._ask(message)
        assert NAME.encode() not in other.said
    with open_store(str(store)) as opened:
        assert opened.runs.get(run).removed is None


def test_a_link_to_what_is_private_says_that_it_is_not_yours(come, place):
    _, _, run = place
    other = come(named("baraka"), "plan")
    message = BackMsg()
    message.rerun_script.page_name = "plan"
    message.rerun_script.query_string = f"run={run}"
    other._ask(message)
    assert b"somebody else keeps private" in other.said
    assert NAME.encode() not in other.said


# -- behind nginx, as the chapter on servers sets it up -------------------------------------


def free_port():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


def certificate(folder):
    """A certificate of this machine's own and its key."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    now = dt.datetime.now(dt.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .sign(key, hashes.SHA256())
    )
    pem, secret = folder / "planner.pem", folder / "planner.key"
    pem.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    form = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    secret.write_bytes(key.private_bytes(serialization.Encoding.PEM, *form))


@pytest.fixture(scope="module")
def proxied(place, tmp_path_factory):
    """The example of the chapter, run by nginx: its address with TLS, and what trusts it."""
    nginx = shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin")  # Debian's own place
    if nginx is None:
        pytest.skip("no nginx is installed")
    folder = tmp_path_factory.mktemp("nginx")
    folder.chmod(0o755)
    certificate(folder)
    users = [f"{who}:{{PLAIN}}{who}s word" for who in ("amina", "baraka", "Wanjikũ")]
    (folder / "planner.users").write_text("\n".join(users) + "\n", encoding="utf-8")
    port, plain = free_port(), free_port()
    text = (ROOT / "docs" / "server.md").read_text(encoding="utf-8")
    example = re.search(r"```\n(limit_conn_zone.*?)```", text, re.DOTALL)[1]
    for old, new in {
        "listen 443 ssl;": f"listen 127.0.0.1:{port} ssl;",
        "listen 80;": f"listen 127.0.0.1:{plain};",
        "planner.example.org": "localhost",
        "/etc/ssl/": f"{folder}/",
        "/etc/nginx/": f"{folder}/",
        "http://127.0.0.1:8501": place[0],
    }.items():
        assert old in example, old
        example = example.replace(old, new)
    temporary = "".join(
        f"{each}_temp_path {folder}/{each};\n"
        for each in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    whose = "user root;\n" if os.geteuid() == 0 else ""  # the folder is this user's alone
    (folder / "nginx.conf").write_text(
        f"{whose}daemon off;\npid {folder}/pid;\nerror_log {folder}/log;\nevents {{}}\n"
        f"http {{\naccess_log off;\n{temporary}{example}\n}}\n"
    )
    running = subprocess.Popen([nginx, "-p", folder, "-e", folder / "log", "-c", "nginx.conf"])
    try:
        end = time.monotonic() + 10
        while not (folder / "pid").exists() or not (folder / "pid").read_text().strip():
            assert running.poll() is None, (folder / "log").read_text()
            assert time.monotonic() < end
            time.sleep(0.05)
        trust = ssl.create_default_context(cafile=str(folder / "planner.pem"))
        yield f"https://localhost:{port}", f"http://localhost:{plain}", trust
    finally:
        running.terminate()
        running.wait(10)


def word(who):
    told = base64.b64encode(f"{who}:{who}s word".encode()).decode()
    return {"Authorization": f"Basic {told}"}


def ask(address, trust, headers=None):
    request = urllib.request.Request(address, headers=headers or {})
    return urllib.request.urlopen(request, context=trust, timeout=10)


def test_behind_nginx_the_word_of_the_proxy_counts_and_not_that_of_the_visitor(come, proxied):
    address, _, trust = proxied
    liar = [*word("baraka").items(), *named("amina")]
    said = come(liar, address=address, ssl=trust).said
    assert is_signed_in(said, "baraka")
    assert NAME.encode() not in said
    said = come(word("amina").items(), address=address, ssl=trust).said
    assert is_signed_in(said, "amina")
    assert NAME.encode() in said


def test_nginx_sends_a_name_as_it_stands_in_its_list(come, proxied):
    address, _, trust = proxied
    said = come(word("Wanjikũ").items(), address=address, ssl=trust).said
    assert is_signed_in(said, "Wanjikũ")


def test_nginx_lets_nobody_in_without_a_word_and_sets_the_headers(proxied):
    address, plain, trust = proxied
    with pytest.raises(urllib.error.HTTPError, match="401"):
        ask(address, trust)
    with ask(address, trust, word("amina")) as answer:
        told = dict(answer.headers)
    assert "frame-ancestors 'self'" in told["Content-Security-Policy"]
    assert told["X-Content-Type-Options"] == "nosniff"
    assert told["Strict-Transport-Security"] == "max-age=31536000"

    class Stay(urllib.request.HTTPRedirectHandler):
        def redirect_request(self, *_):
            return None

    with pytest.raises(urllib.error.HTTPError, match="301") as moved:
        urllib.request.build_opener(Stay).open(plain, timeout=10)
    assert moved.value.headers["Location"].startswith("https://localhost")
