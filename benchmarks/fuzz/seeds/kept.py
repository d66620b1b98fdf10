"""First inputs of the readers of what was kept and comes back."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from pathlib import Path

from benchmarks.fuzz import parts
from benchmarks.fuzz.seeds.ground import Seeds
from planner.export import export_run
from planner.pack import read_pack
from planner.runs import judge_and_write, read_run
from planner.runs.store import open_store
from planner.runs.store.workspace import export_workspace
from tests.export.test_returned import Book
from tests.runs import cases

DONE = (
    "site,name,service,work,phase,due,opened,closed,capital_kes,visits,visits_from,visits_to,lat,"
    "lon,source,confidence,note\n"
    "021-town,Town,,open,1,2026-03-31,2026-04-02,,9500000,120,2026-04-02,2026-04-30,,,office,"
    "found,\n028-iten,,permit,,,2026-05-01,3/4/2026,,,,,,,,,,late\n"
    "900-new,A new one,,,,,2026-01-02,,1000,,,,0.5,36.2,,,\n"
)


def _run(place: Path) -> Path:
    return cases.write_answer(place)


def _run_json(place: Path) -> Seeds:
    run = _run(place)
    yield (run / "run.json").read_bytes()
    pack, rules = read_pack(place / "tiny"), cases.scenario(str(place / "tiny"))
    none = judge_and_write(cases.no_answer(pack, rules), pack, rules, place / "none")
    yield (none / "run.json").read_bytes()


def _run_tables(place: Path) -> Seeds:
    run = _run(place)
    found = {path.name: path.read_bytes() for path in sorted(run.iterdir())}
    for name, content in found.items():
        if name != "run.json":
            yield parts.joined({name: content})
    yield parts.joined({name: content for name, content in found.items() if name != "run.json"})


def _returned(place: Path) -> Seeds:
    run = read_run(_run(place))
    for language in ("en", "sw"):
        book = Book(run, place / language, language)
        (place / language / "edited").mkdir(parents=True)
        book.put("028-iten", note="new wing").drop("099-voi").read(run)
        yield from _sheet(book.path, place)
    table = next(path for path in export_run(run, "csv", place / "csv") if "branches" in path.name)
    yield b"T" + table.read_bytes()


def _sheet(path: Path, place: Path) -> Seeds:
    members = parts.unzipped(path.read_bytes())
    parts.unpacked(members, place / "book")
    names = sorted(name for name in members if name.startswith("xl/worksheets/sheet"))
    strings = {name: each for name, each in members.items() if name.startswith("xl/sharedStrings")}
    for name in names:
        yield parts.IN_PARTS + parts.joined({name: members[name]})
    yield parts.IN_PARTS + parts.joined(strings)


def _workspace(place: Path) -> Seeds:
    os.environ["UGATUZI_HOME"] = str(place / "first")
    run = _run(place)
    pack = read_pack(place / "tiny")
    with open_store() as store:
        saved = store.scenarios.create(cases.scenario(str(pack.folder)), pack=str(pack.folder))
        store.runs.keep(run, scenario=saved)
        path = place / "work.zip"
        export_workspace(store, path)
    content = path.read_bytes()
    yield parts.AS_IT_IS + content
    members = parts.unzipped(content)
    parts.unpacked(members, place / "book")
    for name, part in members.items():
        yield parts.IN_PARTS + parts.joined({name: part})


def _tracking(place: Path) -> Seeds:
    _run(place)
    yield DONE.encode()
    yield "branch;opened\n028-iten;2026-01-31\nTotal;\n".encode("utf-16")


SEEDS: Mapping[str, Callable[[Path], Seeds]] = {
    "run.json": _run_json,
    "run": _run_tables,
    "returned": _returned,
    "tracking": _tracking,
    "workspace": _workspace,
}
