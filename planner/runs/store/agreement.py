"""Whether the store's lists say what the kept files say, from which they were made."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy import Connection, RowMapping, Text, exists, select, type_coerce

from planner.errors import PlannerError
from planner.pack.fingerprint import print_from
from planner.runs.store import contents, schema
from planner.runs.store.runfiles import INFO, run_id

_LISTED = ("name", "status", "objective", "bound", "gap", "version")
"""What the list of runs says in the words and figures of `run.json`."""


def run_differences(connection: Connection) -> Iterator[str]:
    """Runs whose files are not those that they were kept with, or that are listed otherwise."""
    runs, files = schema.runs, schema.run_files
    digests: dict[str, dict[str, str]] = defaultdict(dict)
    for row in connection.execute(select(files.c.run_id, files.c.name, files.c.digest)):
        digests[row.run_id][row.name] = row.digest
    columns = [runs.c[name] for name in ("id", *_LISTED)]
    query = select(*columns, type_coerce(runs.c.kpis, Text).label("kpis")).order_by(runs.c.id)
    for listed in connection.execute(query).mappings().all():
        kept = digests[listed["id"]]
        if run_id(kept) != listed["id"]:
            yield f"the run {listed['id']} does not have the files that it was kept with"
            continue
        try:
            told = json.loads(contents.take(connection, kept[INFO]))
        except PlannerError:
            continue  # told with the contents
        wrong = [name for name in (*_LISTED, "kpis") if not _is_as_told(listed, told, name)]
        if wrong:
            yield f"the run {listed['id']} is listed with another {', '.join(wrong)} than it has"


def _is_as_told(listed: RowMapping, told: Mapping[str, Any], name: str) -> bool:
    if name != "kpis":
        return bool(listed[name] == told[name])
    try:
        return bool(json.loads(listed["kpis"] or "null") == told["kpis"])
    except ValueError:
        return False


def scenario_differences(connection: Connection) -> Iterator[str]:
    """Scenarios whose present version is not there."""
    heads, versions = schema.scenarios, schema.scenario_versions
    there = (versions.c.scenario_id == heads.c.id) & (versions.c.number == heads.c.version)
    query = select(heads.c.id, heads.c.version).where(~exists().where(there))
    for row in connection.execute(query.order_by(heads.c.id)):
        yield f"scenario {row.id} is at version {row.version}, which is not there"


def pack_differences(connection: Connection) -> Iterator[str]:
    """Packs whose files are not those that they were kept with."""
    packs, files = schema.packs, schema.pack_files
    data: dict[str, dict[str, str]] = defaultdict(dict)
    query = select(files.c.pack, files.c.name, files.c.digest).where(files.c.is_data)
    for row in connection.execute(query):
        data[row.pack][row.name] = row.digest
    for fingerprint in connection.execute(select(packs.c.fingerprint)).scalars().all():
        if print_from(data[fingerprint]).fingerprint != fingerprint:
            yield f"the pack {fingerprint} does not have the files that it was kept with"
