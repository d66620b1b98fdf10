"""Tries the README's commands as a newcomer would: fresh clone, fresh home, nothing installed.

python tools/try_readme.py app      the first command, until the page answers
python tools/try_readme.py tests    the second command, until the tests are done
"""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parent.parent
WAIT_SECONDS = 1200
ADDRESS = re.compile(r"http://127\.0\.0\.1:\d+")


def commands() -> list[str]:
    """The commands of the README's first code block, one a line."""
    text = (REPOSITORY / "README.md").read_text(encoding="utf-8")
    block = text.split("```", 2)[1]
    return [line.strip() for line in block.splitlines() if line.strip()]


def clone(folder: Path) -> Path:
    """A fresh clone of what is committed."""
    target = folder / "clone"
    subprocess.run(["git", "clone", "--quiet", str(REPOSITORY), str(target)], check=True)
    return target


def environment(folder: Path) -> dict[str, str]:
    """The environment of someone new on this machine: an empty home, no browser to open."""
    home = folder / "home"
    home.mkdir()
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("UGATUZI_", "VIRTUAL_ENV"))}
    return {**kept, "HOME": str(home), "BROWSER": "true"}


def try_app(command: str, folder: Path) -> int:
    """Run the first command until the page answers; report how long the start took."""
    log = folder / "app.log"
    with log.open("w", encoding="utf-8") as stream:
        process = subprocess.Popen(
            ["bash", "-c", command],
            cwd=clone(folder),
            env=environment(folder),
            stdout=stream,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        return _wait_for_page(process, log)
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait(timeout=30)


def _wait_for_page(process: subprocess.Popen[bytes], log: Path) -> int:
    begin = time.monotonic()
    started: float | None = None
    while time.monotonic() - begin < WAIT_SECONDS and process.poll() is None:
        found = ADDRESS.search(log.read_text(encoding="utf-8", errors="replace"))
        if found:
            started = started or time.monotonic()
            if _answers(f"{found[0]}/_stcore/health"):
                print(
                    f"The app answers at {found[0]}, {time.monotonic() - started:.1f} s after start"
                )
                return 0
        time.sleep(0.2)
    print(f"The app did not answer. Its last words:\n{log.read_text(errors='replace')[-3000:]}")
    return 1


def _answers(address: str) -> bool:
    try:
        with urllib.request.urlopen(address, timeout=2) as reply:
            return bool(reply.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def main() -> int:
    """Try one of the two commands; exit status 0 when it did what the README says."""
    what = sys.argv[1] if len(sys.argv) == 2 else ""
    if what not in {"app", "tests"}:
        print(__doc__)
        return 2
    app, tests = commands()
    with tempfile.TemporaryDirectory(prefix="newcomer-") as name:
        folder = Path(name)
        if what == "app":
            return try_app(app, folder)
        done = subprocess.run(
            ["bash", "-c", tests], cwd=clone(folder), env=environment(folder), check=False
        )
        return done.returncode


if __name__ == "__main__":
    sys.exit(main())
