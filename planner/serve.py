"""Starts the web app's server on this machine and opens a browser at it."""

from __future__ import annotations

import contextlib
import errno
import importlib.util
import os
import signal
import socket
import subprocess
import sys
import threading
import time
import webbrowser
from collections.abc import Iterator
from pathlib import Path
from types import FrameType
from typing import NoReturn

from planner.errors import PlannerError
from planner.pack import bundle_root
from planner.starter import VARIABLE
from planner.terminal import say

HOST = "127.0.0.1"
WAIT_SECONDS = 60
_LOOK_SECONDS = 0.05
_ANSWER_SECONDS = 0.5  # in which a program of this machine takes a visitor
FIRST_PAGE_SECONDS = 4.0  # in which nothing else is begun
END_SECONDS = 5  # that the server has to end by itself
_ENDING = tuple(
    getattr(signal, name) for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name)
)  # a terminal that closes says SIGHUP; Windows does not know it


def serve(port: int, *, open_browser: bool, pack: Path | None = None) -> int:
    """Run the app until it is stopped; returns the server's exit status.

    The server never outlives this process, however that ends: Ctrl-C, SIGTERM, SIGHUP, a kill.

    Args:
        port: The port to listen on; the next free one is taken when it is in use.
        open_browser: Open the page in the default browser once the server answers.
        pack: The pack that the pages show; the built-in one when left out.

    Raises:
        PlannerError: The app's files or Streamlit are not installed, or no port is free.
    """
    app = bundle_root() / "app.py"
    if not app.is_file() or importlib.util.find_spec("streamlit") is None:
        raise PlannerError("The app is not installed whole: install the package again.")
    port = _free_port(port)
    address = f"http://{HOST}:{port}"
    say(f"Ugatuzi Planner opens at {address} (Ctrl-C ends it)")
    if open_browser:
        threading.Thread(target=_open_when_ready, args=(address, port), daemon=True).start()
    command = [sys.executable, "-m", "planner.present.server", "run", str(app)]
    options = ["--server.address", HOST, "--server.port", str(port), "--server.headless", "true"]
    environment = os.environ | {VARIABLE: str(os.getpid())}
    if pack is not None:
        environment["UGATUZI_PACK"] = str(pack.resolve())
    # Beside the pages: the engine is compiled, jobs left behind are seen to, first plans made. It
    # begins when the first page has had the processors for itself.
    beside = [sys.executable, "-m", "planner.runs.at_start"]
    serving = [*command, *options]
    with _told_to_end(), _child(serving, folder=app.parent, environment=environment) as server:
        try:
            with contextlib.suppress(subprocess.TimeoutExpired):
                return server.wait(FIRST_PAGE_SECONDS)
            with _child(beside, environment=environment, is_quiet=True):
                return server.wait()
        except KeyboardInterrupt:
            return 0


@contextlib.contextmanager
def _told_to_end() -> Iterator[None]:
    """Within, a signal to end leaves by the normal way, so that children are ended too."""

    def leave(number: int, _frame: FrameType | None) -> NoReturn:
        for each in taken:
            signal.signal(each, signal.SIG_IGN)  # ending has begun
        raise SystemExit(128 + number)

    # What was set to be ignored stays so, as under nohup.
    taken = [each for each in _ENDING if signal.getsignal(each) == signal.SIG_DFL]
    for each in taken:
        signal.signal(each, leave)
    try:
        yield
    finally:
        for each in taken:
            signal.signal(each, signal.SIG_DFL)


@contextlib.contextmanager
def _child(
    command: list[str],
    *,
    folder: Path | None = None,
    environment: dict[str, str] | None = None,
    is_quiet: bool = False,
) -> Iterator[subprocess.Popen[bytes]]:
    """A process with a group of its own, which ends with the block."""
    out = subprocess.DEVNULL if is_quiet else None
    process = subprocess.Popen(
        command, cwd=folder, env=environment, stdout=out, stderr=out, start_new_session=True
    )
    try:
        yield process
    finally:
        _end(process)


def _end(process: subprocess.Popen[bytes]) -> None:
    _send(process, "SIGTERM")
    try:
        process.wait(END_SECONDS)
    except subprocess.TimeoutExpired:
        pass
    finally:
        _send(process, "SIGKILL")
    process.wait()


def _send(process: subprocess.Popen[bytes], name: str) -> None:
    if hasattr(os, "killpg"):
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, getattr(signal, name))
    elif process.poll() is None:
        process.terminate()  # Windows has no other way


def _free_port(wanted: int) -> int:
    for port in range(wanted, min(wanted + 20, 65536)):
        why = _why_not(port)
        if not why:
            return port
        if port == wanted:
            say(f"{why} A proxy that leads there will not find this app.")
    raise PlannerError(f"No port is free from {wanted} on; choose another with --port.")


def _why_not(port: int) -> str:
    """Why the app cannot listen on a port; empty where it can."""
    in_use = f"Another program uses port {port}."
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as visitor:
        visitor.settimeout(_ANSWER_SECONDS)
        if visitor.connect_ex((HOST, port)) == 0:  # also one that listens on all addresses
            return in_use
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        if sys.platform != "win32":  # what has just ended leaves its port to the next
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        else:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_EXCLUSIVEADDRUSE, 1)
        try:
            probe.bind((HOST, port))
        except OSError as error:
            return in_use if error.errno == errno.EADDRINUSE else f"Port {port} may not be used."
    return ""


def _open_when_ready(address: str, port: int) -> None:
    for _ in range(int(WAIT_SECONDS / _LOOK_SECONDS)):
        with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
            if probe.connect_ex((HOST, port)) == 0:
                webbrowser.open(address)
                return
        time.sleep(_LOOK_SECONDS)
