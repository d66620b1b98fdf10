"""`planner packs`: the built-in ones and one's own; one kept, put away or brought back."""

from __future__ import annotations

import argparse
import tempfile
import tomllib
from pathlib import Path
from typing import Any

from planner.commands.options import Add, json_flag, print_json
from planner.errors import EXIT_DONE, InputError, PlannerError, UsageError
from planner.pack import builtin_packs, find_pack
from planner.pack.draft import unpack_pack
from planner.pack.faults import Findings
from planner.pack.locate import name_of_pack
from planner.pack.own import OwnPack, bring_back, keep_pack, own_packs, put_away
from planner.pack.own_note import is_id, own_root
from planner.terminal import say


def add_commands(add: Add) -> None:
    """Adds packs."""
    packs = add("packs", _packs, "the built-in packs and your own; keep one, put one away")
    packs.add_argument("--add", metavar="FOLDER_OR_ZIP", help="keep a pack as one of your own")
    packs.add_argument("--name", help="what to call it, with --add")
    packs.add_argument("--put-away", metavar="ID", help="take one of your own out of use")
    packs.add_argument("--bring-back", metavar="ID", help="bring back one that was put away")
    json_flag(packs)


def _packs(args: argparse.Namespace) -> int:
    root = own_root()
    asked = [each for each in (args.add, args.put_away, args.bring_back) if each is not None]
    if len(asked) > 1:
        raise UsageError("Give one of --add, --put-away and --bring-back.")
    if (args.add is None) != (args.name is None):
        raise UsageError("--add needs a --name, and --name goes with --add.")
    if args.add is not None:
        kept = _add(root, args.add, args.name)
        say(f"Kept as {kept.id}. It is found everywhere by that name: planner check {kept.id}")
    elif args.put_away is not None:
        gone = put_away(root, args.put_away)
        say(f"{gone.id} is put away; planner packs --bring-back {gone.id} undoes it.")
    elif args.bring_back is not None:
        say(f"{bring_back(root, args.bring_back).id} is in use again.")
    _list(root, as_json=args.json)
    return EXIT_DONE


def _add(root: Path, path: str, name: str) -> OwnPack:
    """Keep a folder, a known pack or a zip.

    Raises:
        InputError: With every fault of the pack.
        PlannerError: It cannot be kept.
    """
    if not Path(path).is_file() or Path(path).name == "pack.toml":
        source = find_pack(path)
        known = name_of_pack(source)
        return keep_pack(root, source, name=name, based_on=known if is_id(known) else "")
    findings = Findings()
    try:
        with tempfile.TemporaryDirectory(prefix="ugatuzi-") as beside:
            folder = unpack_pack(Path(path), Path(beside), findings)
            if folder is None:
                raise InputError(findings.faults)
            return keep_pack(root, folder, name=name)
    except OSError as error:
        words = (error.strerror or "the disk refused").lower()
        raise PlannerError(f"{Path(path).name} could not be unpacked: {words}.") from error


def _list(root: Path, *, as_json: bool) -> None:
    built_in = {name: _name_in(find_pack(name)) for name in builtin_packs()}
    own, away = own_packs(root), own_packs(root, away=True)
    if as_json:
        told = [{"id": each, "name": name} for each, name in built_in.items()]
        print_json({"built_in": told, "own": list(map(_told, own)), "away": list(map(_told, away))})
        return
    width = max(map(len, [*built_in, *(each.id for each in (*own, *away))]), default=0)
    for name, called in built_in.items():
        print(f"{name:<{width}}  built-in   {called}")
    for each in (*own, *away):
        state = "put away" if each.is_away else "your own"
        made = f", from {each.based_on}" if each.based_on else ""
        when = f", kept {each.kept[:10]}" if each.kept else ""
        print(f"{each.id:<{width}}  {state}   {each.name}{made}{when}")
        if each.fault:
            say(f"{each.id}: {each.fault}")


def _told(pack: OwnPack) -> dict[str, Any]:
    return {
        "id": pack.id,
        "name": pack.name,
        "folder": str(pack.folder),
        "based_on": pack.based_on,
        "kept": pack.kept,
        "fault": pack.fault,
    }


def _name_in(folder: Path) -> str:
    """What a pack calls itself."""
    return str(tomllib.loads((folder / "pack.toml").read_text("utf-8")).get("name", ""))
