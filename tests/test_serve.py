"""The app's server ends with the command that started it, however that is asked to end."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request

import psutil
import pytest

from planner.errors import PlannerError
from planner.serve import serve
from tests.app.test_many import Person

HOST = "127.0.0.1"


def free_port():
    with socket.socket() as free:
        free.bind((HOST, 0))
        return free.getsockname()[1]


def wait_for_app(port, process, seconds=60):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        assert process.poll() is None, "the command ended"
        try:
            with urllib.request.urlopen(f"http://{HOST}:{port}/_stcore/health", timeout=1):
                return
        except OSError:
            time.sleep(0.1)
    raise TimeoutError(port)


@pytest.fixture
def heard(name):
    """The signal is not ignored: tests may run under nohup, and children take that over."""
    before = signal.signal(getattr(signal, name), signal.SIG_DFL)
    yield
    signal.signal(getattr(signal, name), before)


def started(folder, port):
    with (folder / "log").open("w") as log:
        return subprocess.Popen(
            [sys.executable, "-m", "planner", "app", "--no-browser", "--port", str(port)],
            env=os.environ | {"UGATUZI_HOME": str(folder), "UGATUZI_FIRST_START": "off"},
            stdout=log,
            stderr=log,
        )


def end(processes):
    for each in processes:
        if each.is_running() if isinstance(each, psutil.Process) else each.poll() is None:
            each.kill()


@pytest.mark.usefixtures("heard")
@pytest.mark.skipif(os.name == "nt", reason="Windows ends processes without a signal")
@pytest.mark.parametrize("name", ["SIGTERM", "SIGHUP"])
def test_nothing_is_left_when_the_command_is_told_to_end(tmp_path, name):
    port = free_port()
    command = started(tmp_path, port)
    children = []
    try:
        wait_for_app(port, command)
        children = psutil.Process(command.pid).children(recursive=True)
        assert any("planner.present.server" in child.cmdline() for child in children)
        with contextlib.closing(Person(f"http://{HOST}:{port}")) as visitor:
            visitor.turn_to("today")
        component = f"http://{HOST}:{port}/component/streamlit_folium.st_folium/index.html"
        with urllib.request.urlopen(component, timeout=10) as answer:
            assert answer.status == 200  # the server knows what draws the maps
        command.send_signal(getattr(signal, name))
        assert command.wait(15) == 128 + getattr(signal, name)
        assert [child for child in children if child.is_running()] == []
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((HOST, port))  # refused while somebody listens
    finally:
        end((*children, command))


def test_a_command_that_is_killed_takes_its_server_along_and_the_next_has_its_port(tmp_path):
    port = free_port()
    command = started(tmp_path, port)
    children, again = [], None
    try:
        wait_for_app(port, command)
        with contextlib.closing(Person(f"http://{HOST}:{port}")) as visitor:
            visitor.turn_to("today")
            children = psutil.Process(command.pid).children(recursive=True)
            command.kill()
            _, left = psutil.wait_procs(children, timeout=20)
            assert left == []
        again = started(tmp_path, port)
        wait_for_app(port, again)
        assert f"opens at http://{HOST}:{port} " in (tmp_path / "log").read_text()
    finally:
        end((*children, command, *([again] if again else [])))


def test_a_command_that_is_killed_while_it_starts_leaves_nothing(tmp_path):
    port = free_port()
    command = started(tmp_path, port)
    children = []
    try:
        limit = time.monotonic() + 30
        while not children and time.monotonic() < limit:
            children = psutil.Process(command.pid).children()
        command.kill()
        _, left = psutil.wait_procs(children, timeout=30)
        assert left == []
    finally:
        end((*children, command))


def test_a_port_that_may_not_be_used_is_told(monkeypatch, capsys):
    class Closed(socket.socket):
        def bind(self, address):
            if address[1] < 1024:
                raise PermissionError(13, "Permission denied")
            super().bind(address)

    def ended(command, **_options):
        raise PlannerError(command[command.index("--server.port") + 1])

    monkeypatch.setattr(socket, "socket", Closed)
    monkeypatch.setattr(subprocess, "Popen", ended)
    with pytest.raises(PlannerError, match=r"^10\d\d$"):
        serve(1019, open_browser=False)
    assert "Port 1019 may not be used." in capsys.readouterr().err


def test_a_port_that_another_program_uses_is_told(monkeypatch, capsys):
    with socket.socket() as other:
        other.bind((HOST, 0))
        other.listen()
        taken = other.getsockname()[1]

        def ended(command, **_options):
            raise PlannerError(command[command.index("--server.port") + 1])

        monkeypatch.setattr(subprocess, "Popen", ended)
        with pytest.raises(PlannerError) as told:
            serve(taken, open_browser=False)
    assert int(str(told.value)) != taken
    assert f"Another program uses port {taken}" in capsys.readouterr().err
