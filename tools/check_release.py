"""What a release stands on: pins, licences and files of the packages it needs, hashes, an audit.

    python tools/check_release.py                        # needs no network, but for the audit
    python tools/check_release.py --hashes FILE          # also writes the pins with their hashes

It looks whether every package of `requirements.txt` is installed as it is pinned, whether every
file of it is as its wheel said, and whether its licence is one that this project may stand on.
Hashes are of the files that pip would install on this machine's system and Python; with them
`pip install --require-hashes --no-deps -r FILE` takes nothing else. The audit asks pip-audit, where
that is installed and its database of weaknesses can be reached.

Ends with 0 where all is well, 1 where something is wrong, 3 where all is well but nothing could be
audited.
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import importlib.metadata
import importlib.util
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parent.parent
WELL, WRONG, NOT_AUDITED = 0, 1, 3
_PIN = re.compile(r"([A-Za-z0-9._-]+)==([^\s;#]+)")
_AUDIT_S = 300

# Licences that ask for no more than to be named, and two that ask for changes of their own files.
ALLOWED = re.compile(
    r"\b(mit|bsd|0bsd|apache|psfl?|python software|isc|zlib|cc0|mpl|mozilla|lgpl|hpnd)\b",
    re.IGNORECASE,
)
_LONGEST_WORD = 100  # of a licence that is told; some packages put the whole text there
READ = {  # by hand, where the package's own note does not say it in a word
    "altair": "BSD-3-Clause",
    "scipy": "BSD-3-Clause",
    "streamlit-folium": "MIT",
}


@dataclass(frozen=True, slots=True)
class Pin:
    """A package as it is pinned."""

    name: str
    version: str

    @property
    def plain(self) -> str:
        """The name as every spelling of it reads."""
        return re.sub(r"[-_.]+", "-", self.name).lower()


def main() -> int:
    """Look at everything; see the module for what is returned."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--pins", type=Path, default=ROOT / "requirements.txt")
    parser.add_argument("--hashes", type=Path, metavar="FILE", help="write the pins with hashes")
    parser.add_argument("--no-audit", action="store_true", help="ask for no known weaknesses")
    args = parser.parse_args()
    pins = read_pins(args.pins)
    wrong = [line for pin in pins for line in faults(pin)]
    for line in wrong:
        print(f"WRONG  {line}")
    if not wrong:
        print(f"well   {len(pins)} packages as they are pinned, every file and licence looked at")
    if args.hashes is not None:
        wrong += write_hashes(args.pins, pins, args.hashes)
    found = None if args.no_audit else audit(args.pins)
    if found:
        wrong += found
    if wrong:
        return WRONG
    return NOT_AUDITED if found is None else WELL


def read_pins(path: Path) -> list[Pin]:
    """The packages that a file pins.

    Raises:
        SystemExit: A line is no pin.
    """
    found = []
    for number, text in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        line = text.partition("#")[0].strip()
        if not line or line.startswith("-"):
            continue
        match = _PIN.match(line)
        if match is None:
            sys.exit(f"{path.name}, line {number}: {line!r} is not pinned; expected name==version")
        found.append(Pin(match[1], match[2]))
    return found


def faults(pin: Pin) -> Iterator[str]:
    """What is wrong with an installed package."""
    try:
        there = importlib.metadata.distribution(pin.name)
    except importlib.metadata.PackageNotFoundError:
        yield f"{pin.name}: not installed; expected {pin.version}"
        return
    if there.version != pin.version:
        yield f"{pin.name}: {there.version} is installed; expected {pin.version}"
    changed = list(changed_files(there))
    if changed:
        yield f"{pin.name}: {len(changed)} files are not as in its wheel, {changed[0]} for one"
    told = licence(there)
    if ALLOWED.search(READ.get(pin.plain, told)) is None:
        yield f"{pin.name}: found the licence {told[:60]!r}; read it, and add it to the list"


def changed_files(there: importlib.metadata.Distribution) -> Iterator[str]:
    """Installed files that are not what the wheel's own list says."""
    for file in there.files or ():
        if file.hash is None:
            continue
        try:
            digest = hashlib.new(
                file.hash.mode, Path(there.locate_file(file)).read_bytes()
            ).digest()
        except OSError:
            yield str(file)
            continue
        if base64.urlsafe_b64encode(digest).decode().rstrip("=") != file.hash.value:
            yield str(file)


def licence(there: importlib.metadata.Distribution) -> str:
    """What a package says of its licence."""
    told = there.metadata
    kinds = [each for each in told.get_all("Classifier") or () if each.startswith("License ::")]
    words = (told.get("License-Expression"), told.get("License"), *kinds)
    return " ".join(each[:_LONGEST_WORD] for each in words if each)


def write_hashes(path: Path, pins: list[Pin], out: Path) -> list[str]:
    """Write the pins with the hashes of what pip would install here; returns what is wrong."""
    command = [sys.executable, "-m", "pip", "install", "--dry-run", "--ignore-installed"]
    command += ["--no-deps", "--only-binary", ":all:", "--quiet", "--report", "-", "-r", str(path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        print("WRONG  pip could not find every package; nothing was written")
        return ["no hashes"]
    found = {}
    for each in json.loads(done.stdout)["install"]:
        name = Pin(each["metadata"]["name"], each["metadata"]["version"])
        found[name.plain, name.version] = each["download_info"]["archive_info"]["hashes"]["sha256"]
    missing = [pin for pin in pins if (pin.plain, pin.version) not in found]
    if missing:
        print(f"WRONG  no hash of {', '.join(pin.name for pin in missing)}; nothing was written")
        return ["no hashes"]
    lines = [
        f"{pin.plain}=={pin.version} --hash=sha256:{found[pin.plain, pin.version]}" for pin in pins
    ]
    out.write_text("\n".join(sorted(lines)) + "\n", encoding="utf-8")
    print(f"well   {len(lines)} hashes written to {out}")
    return []


def audit(path: Path) -> list[str] | None:
    """Known weaknesses of the pinned packages; None where nobody could be asked."""
    if importlib.util.find_spec("pip_audit") is None:
        print("not audited: pip-audit is not installed; install it, and run this again")
        return None
    command = [sys.executable, "-m", "pip_audit", "--format", "json", "--no-deps"]
    command += ["--disable-pip", "--progress-spinner", "off", "-r", str(path)]
    try:
        done = subprocess.run(
            command, capture_output=True, text=True, check=False, timeout=_AUDIT_S
        )
        told = json.loads(done.stdout)["dependencies"]
    except (subprocess.TimeoutExpired, ValueError, KeyError):
        print("not audited: no database of weaknesses could be reached from here")
        return None
    found = [
        f"{each['name']} {each['version']}: {weak['id']}, mended in "
        f"{', '.join(weak['fix_versions']) or 'no version yet'}"
        for each in told
        for weak in each.get("vulns", ())
    ]
    for line in found:
        print(f"WRONG  {line}")
    if not found:
        print(f"well   {len(told)} packages without known weaknesses")
    return found


if __name__ == "__main__":
    sys.exit(main())
