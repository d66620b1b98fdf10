"""Runs in the store: all of a run folder's files, with the pack as it was. They never change."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, RowMapping, select

from planner.errors import Fault, InputError, PlannerError
from planner.pack import find_pack
from planner.pack.fingerprint import print_from
from planner.pack.place import home
from planner.pack.snapshot import Snapshot
from planner.runs.files import way_to
from planner.runs.store import cached, contents, packs, schema
from planner.runs.store.database import Database
from planner.runs.store.ids import author_name, now
from planner.runs.store.marks import put_away, put_back, removed_at, tags_of, wanted
from planner.runs.store.owners import of_private, own, own_id, owners_of, seen, seen_id
from planner.runs.store.runfiles import INFO, NAMES, SCENARIO, RunFiles, on_pack, read_files, row_of
from planner.runs.store.types import KeptRun, SavedScenario

if TYPE_CHECKING:
    from planner.pack.types import Pack
    from planner.runs.reading import StoredRun

SOURCES = ("solve", "sweep", "roadmap", "robust", "why", "first", "import")
_KIND = "run"
_runs, _files = schema.runs, schema.run_files
_MOST_NAMED = 5


class Runs:
    """The runs of a store."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._packs = packs.Packs(database)

    def keep(
        self,
        folder: Path,
        *,
        pack: Pack | None = None,
        scenario: SavedScenario | None = None,
        source: str = "solve",
        author: str | None = None,
    ) -> str:
        """Keep a run folder with its pack. The same run is kept once, however often this is asked.

        Args:
            folder: The run folder; it is not needed any more afterwards.
            pack: The pack that was solved, when already read; otherwise the one that
                `scenario.toml` names. Not needed where the store has that pack as it was.
            scenario: The saved scenario that was solved, as it stood then.
            source: What made the run; see `KeptRun`.
            author: Who keeps it; see `author_name`.

        Returns:
            The run's id.

        Raises:
            InputError: The folder cannot be read as a run.
            PlannerError: The pack is not what was solved any more, or cannot be kept.
        """
        if source not in SOURCES:
            raise PlannerError(f"No run comes from {source!r}; expected {', '.join(SOURCES)}.")
        run = read_files(Path(folder))
        with self._database.reading() as connection:
            if is_there(connection, run.id):
                return run.id
            has_pack = run.pack is not None and bool(packs.digests_of(connection, run.pack))
        taken = None if has_pack else _pack_of(run, Path(folder), pack)
        fingerprint = run.pack if taken is None else taken.fingerprint
        row = row_of(run) | {
            "kept": now(),
            "author": author_name(author),
            "source": source,
            "scenario_id": None if scenario is None else scenario.id,
            "scenario_version": None if scenario is None else scenario.version,
            "pack": fingerprint,
        }
        with self._database.writing() as connection:
            if taken is not None:
                packs.put(connection, taken)
            put(connection, row, run.files)
        return run.id

    def find(self, prefix: str) -> str:
        """The whole id of a run, from its first digits.

        Raises:
            PlannerError: No run begins so, or more than one does.
        """
        with self._database.reading() as connection:
            return seen_id(connection, _KIND, prefix)

    def get(self, run_id: str) -> KeptRun:
        """What is known of a run, also of one that was put away.

        Raises:
            PlannerError: There is none with this id, or these first digits.
            NotYoursError: It is somebody else's and private; so of all that asks for a run.
        """
        with self._database.reading() as connection:
            found = seen_id(connection, _KIND, run_id)
            away, tags = removed_at(connection, _KIND, found), tags_of(connection, _KIND, found)
            query = select(_runs).where(_runs.c.id == found)
            row = connection.execute(query).mappings().one()
            return _kept(row, away, tags, owners_of(connection, _KIND, found))

    def list(
        self,
        *,
        tag: str | None = None,
        pack_id: str | None = None,
        source: str | None = None,
        scenario_id: str | None = None,
        removed: bool = False,
        limit: int | None = None,
    ) -> tuple[KeptRun, ...]:
        """The runs in use, or those that were put away, newest first; no file is touched.

        Args:
            tag: Only those with this tag.
            pack_id: Only those on a pack of this id.
            source: Only those that came from there.
            scenario_id: Only those that were solved from this saved scenario.
            removed: Those that were put away, in place of those in use.
            limit: At most so many.
        """
        conditions = wanted(_KIND, _runs.c.id, tag=tag, removed=removed)
        conditions += seen(_KIND, _runs.c.id)
        asked = {_runs.c.pack_id: pack_id, _runs.c.source: source, _runs.c.scenario_id: scenario_id}
        conditions += [column == value for column, value in asked.items() if value is not None]
        order = (_runs.c.created.desc(), _runs.c.kept.desc(), _runs.c.id)
        query = select(_runs).where(*conditions).order_by(*order).limit(limit)
        with self._database.reading() as connection:
            away, tags = removed_at(connection, _KIND), tags_of(connection, _KIND)
            owners = owners_of(connection, _KIND)
            rows = connection.execute(query).mappings()
            return tuple(_kept(row, away, tags, owners) for row in rows)

    def folder(self, run_id: str) -> Path:
        """A run folder with the run's files, a copy in the planner's own folder.

        It is mended where somebody has changed it; its `scenario.toml` names the pack as it was
        kept, so that every command and page can read it.

        Raises:
            PlannerError: There is no such run, or the disk refuses.
        """
        kept = self.get(run_id)
        root = home() / "cache" / "runs" / kept.id
        place = _place(self._packs.folder(kept.pack), kept.pack, root)
        with self._database.reading() as connection:
            digests = _all_digests(connection, kept.id)
            scenario = on_pack(contents.take(connection, digests[SCENARIO]), place)
            digests[SCENARIO] = contents.digest_of(scenario)

            def content(digest: str) -> bytes:
                is_scenario = digest == digests[SCENARIO]
                return scenario if is_scenario else contents.take(connection, digest)

            cached.ready(root, digests, content, f"the run {kept.id}")
        return root

    def info(self, run_id: str) -> Mapping[str, Any]:
        """A run's `run.json`, without a copy of the run on the disk.

        Raises:
            PlannerError: There is no such run, or the store is damaged.
        """
        with self._database.reading() as connection:
            found = seen_id(connection, _KIND, run_id)
            content = contents.take(connection, _all_digests(connection, found)[INFO])
        told: Mapping[str, Any] = json.loads(content)
        return told

    def open(self, run_id: str) -> StoredRun:
        """A run with its question, on the pack as it was kept; every score computed anew.

        Raises:
            PlannerError: There is no such run, or this planner cannot read it.
        """
        from planner.runs.reading import read_run  # noqa: PLC0415 - lists need it not

        kept = self.get(run_id)
        return read_run(self.folder(kept.id), pack=self._packs.read(kept.pack))

    def remove(self, run_id: str) -> None:
        """Put a run away; nothing of it is lost."""
        with self._database.writing() as connection:
            put_away(connection, _KIND, own_id(connection, _KIND, run_id))

    def restore(self, run_id: str) -> None:
        """Bring a run back that was put away."""
        with self._database.writing() as connection:
            put_back(connection, _KIND, own_id(connection, _KIND, run_id))


def put(connection: Connection, row: Mapping[str, Any], files: Mapping[str, bytes]) -> bool:
    """Keep a run within a transaction; False where it was there already.

    Args:
        connection: Of a transaction that writes; the run's pack is there.
        row: Of the table of runs.
        files: The run's files as `RunFiles` has them.
    """
    if not contents.add_once(connection, _runs, row):
        return False
    contents.put(connection, files.values())
    rows = [
        {"run_id": row["id"], "name": name, "digest": contents.digest_of(content)}
        for name, content in sorted(files.items())
    ]
    connection.execute(_files.insert(), rows)
    hidden = of_private(connection, "scenario", row.get("scenario_id"))
    own(connection, _KIND, row["id"], is_private=hidden)
    return True


def digests_of(connection: Connection, run_id: str) -> dict[str, str]:
    """SHA-256 of each file of a run, by its name."""
    query = select(_files.c.name, _files.c.digest).where(_files.c.run_id == run_id)
    return {row.name: row.digest for row in connection.execute(query.order_by(_files.c.name))}


def _all_digests(connection: Connection, run_id: str) -> dict[str, str]:
    """As `digests_of`, of a run that has what every run has, and nothing else.

    Raises:
        PlannerError: It has not.
    """
    digests = digests_of(connection, run_id)
    if not {INFO, SCENARIO} <= digests.keys() <= {*NAMES}:
        raise PlannerError(f"The store is damaged: the run {run_id} is not complete.")
    return digests


def is_there(connection: Connection, run_id: str) -> bool:
    """Whether a run is in the store."""
    query = select(_runs.c.id).where(_runs.c.id == run_id)
    return connection.execute(query).first() is not None


def _kept(
    row: RowMapping, away: Mapping[str, Any], tags: Mapping[str, Any], owners: Mapping[str, Any]
) -> KeptRun:
    key = row["id"]
    return KeptRun(**row, removed=away.get(key), tags=tags.get(key, ()), owner=owners.get(key))


def _place(folder: Path, fingerprint: str, root: Path) -> str:
    """How a copy of a run names its pack: a built-in id, or the way there from the copy."""
    return packs.builtin_of(fingerprint) or way_to(folder, root)


def _pack_of(run: RunFiles, folder: Path, pack: Pack | None) -> Snapshot:
    """The files of the pack that was solved.

    Raises:
        PlannerError: It is not found, or is not what was solved any more.
    """
    place = find_pack(run.scenario.pack, folder) if pack is None else pack.folder
    taken = packs.take_snapshot(place)
    if run.pack is None:
        _require_problem(run, pack, place)
    elif taken.fingerprint != run.pack:
        now_there = print_from(
            {name: contents.digest_of(content) for name, content in taken.data.items()}
        )
        names = now_there.differences(run.pack_files)
        more = f" and {len(names) - _MOST_NAMED} more" if len(names) > _MOST_NAMED else ""
        named = f" ({', '.join(names[:_MOST_NAMED])}{more})" if run.pack_files else ""
        message = (
            f"The run {folder.name} is not kept: the pack {taken.id} has been changed since it "
            f"was solved{named}. Put the pack back as it was, or solve again."
        )
        raise PlannerError(message)
    return taken


def _require_problem(run: RunFiles, pack: Pack | None, place: Path) -> None:
    """Of an old run only the question's own fingerprint tells whether the pack is the same."""
    from planner.pack import read_pack  # noqa: PLC0415 - only for old runs
    from planner.runs.asked import asked_of  # noqa: PLC0415

    then = run.info["fingerprint"]
    fingerprint = asked_of(pack or read_pack(place), run.scenario, then)[1].fingerprint
    if fingerprint != then:
        found = f"problem {then}, and the pack makes {fingerprint}"
        message = "The pack or the scenario was changed since. Solve again and keep that run."
        raise InputError([Fault("run.json", None, "fingerprint", found, "the same", message)])
