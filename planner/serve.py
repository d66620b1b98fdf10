"""Starts the web app's server on this machine and opens a browser at it."""

from __future__ import annotations

import importlib.util
import os
import socket
import subprocess
import sys
import threading
import time
import webbrowser
from pathlib import Path

from planner.errors import PlannerError
from planner.pack import bundle_root
from planner.terminal import say

HOST = "127.0.0.1"
WAIT_SECONDS = 60
_WARM_UP = """
from planner.runs.processes import be_kind
be_kind()
from planner.optimize.engine import is_warm, warm_up
for one_class in (False, True):
    if not is_warm(one_class=one_class):
        warm_up(one_class=one_class)
"""


def serve(port: int, *, open_browser: bool, pack: Path | None = None) -> int:
    """Run the app until it is stopped; returns the server's exit status.

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
    command = [sys.executable, "-m", "streamlit", "run", str(app)]
    options = ["--server.address", HOST, "--server.port", str(port), "--server.headless", "true"]
    environment = dict(os.environ)
    if pack is not None:
        environment["UGATUZI_PACK"] = str(pack.resolve())
    # The engine's code is compiled while the first page is being read.
    warming = subprocess.Popen(
        [sys.executable, "-c", _WARM_UP], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        done = subprocess.run([*command, *options], cwd=app.parent, env=environment, check=False)
    except KeyboardInterrupt:
        return 0
    finally:
        warming.terminate()
        warming.wait()
    return done.returncode


def _free_port(wanted: int) -> int:
    for port in range(wanted, min(wanted + 20, 65536)):
        with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
            try:
                probe.bind((HOST, port))
            except OSError:
                continue
            return port
    raise PlannerError(f"No port is free from {wanted} on; choose another with --port.")


def _open_when_ready(address: str, port: int) -> None:
    for _ in range(WAIT_SECONDS * 4):
        with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
            if probe.connect_ex((HOST, port)) == 0:
                webbrowser.open(address)
                return
        time.sleep(0.25)
