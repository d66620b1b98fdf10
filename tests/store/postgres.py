"""A real PostgreSQL server of one's own, in a temporary folder, for as long as the tests run."""

from __future__ import annotations

import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from pathlib import Path

import psycopg

USER, PASSWORD = "planner", "s3cret-w0rd"
_READY_S = 30


def binaries() -> Path | None:
    """The folder with initdb and postgres; None where no server is installed."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    on_path = shutil.which("initdb")
    if found:
        return found[-1].parent
    return Path(on_path).resolve().parent if on_path else None


class Server:
    """A running server; `new_place` names an empty part of it."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="store-pg-", dir="/tmp"))
        self._as_user = _unprivileged()
        if self._as_user:
            user = pwd.getpwnam(self._as_user)
            os.chown(self.folder, user.pw_uid, user.pw_gid)
        (self.folder / "password").write_text(PASSWORD)
        (self.folder / "password").chmod(0o644)
        self._data = self.folder / "data"
        self._run(
            *("initdb", "-D", self._data, "-U", USER, "-E", "UTF8", "--locale=C", "--no-sync"),
            *("--auth-local=trust", "--auth-host=scram-sha-256"),
            f"--pwfile={self.folder / 'password'}",
        )
        self.port = _free_port()
        self._process: subprocess.Popen[bytes] | None = None
        self.start()

    def start(self) -> None:
        options = {"listen_addresses": "127.0.0.1", "port": self.port, "fsync": "off"}
        options |= {"unix_socket_directories": self.folder, "max_connections": 60}
        given = [f"-c{key}={value}" for key, value in options.items()]
        with (self.folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                self._command("postgres", "-D", self._data, *given),
                stdout=log,
                stderr=log,
                cwd="/",
                env=_plain_environment(),
            )
        deadline = time.monotonic() + _READY_S
        while True:
            try:
                psycopg.connect(self.name("postgres"), connect_timeout=2).close()
            except psycopg.OperationalError:
                if time.monotonic() > deadline or self._process.poll() is not None:
                    raise
                time.sleep(0.05)
            else:
                return

    def stop(self) -> None:
        """End it at once, without writing down what can be found in its log, and wait."""
        if self._process is not None:
            self._process.send_signal(signal.SIGQUIT)
            self._process.wait(_READY_S)
            self._process = None

    def close(self) -> None:
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def name(self, database: str, password: str = PASSWORD) -> str:
        return f"postgresql://{USER}:{password}@127.0.0.1:{self.port}/{database}"

    def new_place(self) -> str:
        """The URL of a place that is new and empty: a schema, which is much quicker than a database
        and as much apart.
        """
        schema = f"planner_{secrets.token_hex(4)}"
        self.ask(f"CREATE SCHEMA {schema}")
        return f"{self.name('postgres')}?options=-csearch_path%3D{schema}"

    def new_database(self) -> str:
        """The URL of a whole database of its own."""
        database = f"planner_{secrets.token_hex(4)}"
        self.ask(f"CREATE DATABASE {database}")
        return self.name(database)

    def ask(self, statement: str) -> list[tuple[object, ...]]:
        with psycopg.connect(self.name("postgres"), autocommit=True) as connection:
            cursor = connection.execute(statement)
            return cursor.fetchall() if cursor.description else []

    def _run(self, *words: object) -> None:
        done = subprocess.run(
            self._command(*words),
            capture_output=True,
            text=True,
            cwd="/",
            env=_plain_environment(),
            check=False,
        )
        assert done.returncode == 0, done.stderr

    def _command(self, program: object, *words: object) -> list[str]:
        folder = binaries()
        assert folder is not None
        command = [str(folder / str(program)), *map(str, words)]
        if self._as_user:
            user = self._as_user
            command = [
                "setpriv", "--reuid", user, "--regid", str(pwd.getpwnam(user).pw_gid),
                "--clear-groups", *command,
            ]  # fmt: skip
        return command


def _unprivileged() -> str | None:
    """The user to run a server as, which refuses to be root; None where we are somebody else."""
    if os.getuid() != 0:
        return None
    names = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in names else "nobody"


def _plain_environment() -> dict[str, str]:
    return {"PATH": os.environ.get("PATH", ""), "LC_ALL": "C", "TZ": "UTC"}


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
