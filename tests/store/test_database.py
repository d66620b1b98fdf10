"""Opening a store: safe settings, and every refusal told in words with what to do."""

from __future__ import annotations

import resource
import signal
import sqlite3
import sys
import time

import pytest
from sqlalchemy import event, insert

from planner.errors import PlannerError
from planner.runs.store import Subject, open_store, schema
from planner.runs.store.check import check_log, check_whole
from planner.runs.store.database import connect
from planner.runs.store.ids import author_name, now
from planner.runs.store.migrations import STEPS
from planner.runs.store.state import state_of
from planner.scenario.change import with_key
from tests.nobody import as_nobody
from tests.store import postgres
from tests.store.damage import FORK, keep, refusal

# -- where it is ---------------------------------------------------------------------------


def test_by_default_it_is_a_file_in_our_folder(home):
    with open_store() as store:
        assert store.database.place == str(home / "store.sqlite")
    assert (home / "store.sqlite").is_file()


def test_the_variable_names_it(monkeypatch, tmp_path):
    for named in (str(tmp_path / "a" / "b" / "c.db"), f"sqlite:///{tmp_path}/a/b/c.db"):
        monkeypatch.setenv("UGATUZI_STORE", named)
        with open_store() as store:
            assert store.database.place == str(tmp_path / "a" / "b" / "c.db")


@pytest.mark.parametrize(
    ("named", "words"),
    [
        ("mysql://x@y/z", "mysql:// is no kind of store"),
        ("sqlite://", "sqlite:// is no kind of store"),
        (":memory:", "needs a file"),
        ("a\0b", "needs a file"),
        ("postgresql://u:s3cret-w0rd@h:notaport/d", "cannot be read"),
    ],
)
def test_names_that_are_none(named, words):
    assert words in refusal(named)


def test_without_the_driver_the_part_to_install_is_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "psycopg", None)
    assert 'pip install "ugatuzi-planner[server]"' in refusal("postgresql://u@h/d")


# -- SQLite --------------------------------------------------------------------------------


def test_the_settings_that_keep_what_was_confirmed(tmp_path):
    with open_store(str(tmp_path / "s.db")) as store, store.database.reading() as connection:

        def asked(name):
            return connection.exec_driver_sql(f"PRAGMA {name}").scalar()

        assert asked("journal_mode") == "wal"
        assert asked("synchronous") == 2  # FULL
        assert asked("foreign_keys") == 1
        assert asked("busy_timeout") == 30_000


def test_a_writer_takes_the_lock_at_once(tmp_path, scenario):
    path = str(tmp_path / "s.db")
    with open_store(path) as store, store.database.writing():
        other = sqlite3.connect(path, timeout=0.05, isolation_level=None)
        with pytest.raises(sqlite3.OperationalError, match="locked"):
            other.execute("BEGIN IMMEDIATE")
        assert other.execute("SELECT count(*) FROM scenarios").fetchone() == (0,)
        other.close()


def test_who_waits_too_long_is_told(tmp_path, scenario, monkeypatch):
    monkeypatch.setattr("planner.runs.store.database._BUSY_S", 0.1)
    path = str(tmp_path / "s.db")
    with (
        open_store(path) as one,
        open_store(path) as two,
        one.database.writing(),
        pytest.raises(PlannerError, match="another program has been writing"),
    ):
        keep(two, scenario)


def test_a_replaced_row_does_not_pass_its_trigger(tmp_path, scenario):
    with open_store(str(tmp_path / "s.db")) as store:
        keep(store, scenario)
        with pytest.raises(PlannerError, match="never change"), store.database.writing() as c:
            c.exec_driver_sql("INSERT OR REPLACE INTO scenario_versions SELECT * FROM "
                              "scenario_versions")  # fmt: skip


def test_a_disk_without_shared_use_is_told(tmp_path, monkeypatch):
    """A file system without shared memory: SQLite then refuses the log that we need."""
    real = sqlite3.connect

    def without(path, **options):
        return real(f"file:{path}?vfs=unix-none", uri=True, **options)

    monkeypatch.setattr(sqlite3.dbapi2, "connect", without)
    monkeypatch.setattr(sqlite3, "connect", without)
    assert "does not let programs share a file safely" in refusal(str(tmp_path / "s.db"))


def test_a_folder_in_the_files_place(tmp_path):
    (tmp_path / "s.db").mkdir()
    assert "is a folder, not a file" in refusal(str(tmp_path / "s.db"))


def test_a_file_in_the_folders_place(tmp_path, monkeypatch):
    (tmp_path / "home").write_text("")
    monkeypatch.setenv("UGATUZI_HOME", str(tmp_path / "home"))
    assert "a file stands where a folder is needed" in refusal()


def test_a_folder_that_can_only_be_read(open_folder):
    open_folder.chmod(0o555)

    def task():
        assert "cannot be opened or made there" in refusal(str(open_folder / "s.db"))
        assert "no permission" in refusal(str(open_folder / "deeper" / "s.db"))

    as_nobody(task)


def test_a_file_that_can_only_be_read(open_folder, scenario):
    file = open_folder / "s.db"
    with open_store(str(file)) as store:
        keep(store, scenario)
    file.chmod(0o444)
    open_folder.chmod(0o555)
    as_nobody(lambda: refusal(str(file)))


def test_a_full_disk_is_told_and_nothing_is_half_kept(tmp_path, scenario):
    with open_store(str(tmp_path / "s.db")) as store:
        saved = keep(store, scenario)

        def fill(connection, _record, _proxy):
            connection.execute("PRAGMA max_page_count = 1")  # SQLite's own word for a full disk

        event.listen(store.database.engine, "checkout", fill)
        confirmed = {saved.id}
        with pytest.raises(PlannerError, match="the disk is full; nothing of this was kept"):
            for _ in range(100):
                large = with_key(scenario, "description", "x" * 20_000)
                confirmed.add(keep(store, large).id)
        event.remove(store.database.engine, "checkout", fill)
        store.database.engine.dispose()
        assert {each.id for each in store.scenarios.list()} == confirmed
        assert check_whole(store.database) == ()


def test_a_disk_that_takes_no_more_bytes(tmp_path, scenario):
    """A limit on the size of files, which the disk itself enforces."""
    path = str(tmp_path / "s.db")
    with open_store(path) as store:
        saved = keep(store, scenario)

    def task():
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (300_000, resource.RLIM_INFINITY))
        with open_store(path) as store, pytest.raises(PlannerError) as told:
            for _ in range(100):
                keep(store, with_key(scenario, "description", "x" * 20_000))
        assert "disk" in str(told.value)

    child = FORK.Process(target=task)
    child.start()
    child.join(60)
    assert child.exitcode == 0
    with open_store(path) as store:
        assert saved.id in {each.id for each in store.scenarios.list()}
        assert check_whole(store.database) == ()


def test_others_at_work_are_no_damage(tmp_path, scenario):
    """The log grows, is copied and begins anew while others open the store."""
    path = str(tmp_path / "s.db")
    open_store(path).close()
    stop = FORK.Event()

    def work():
        while not stop.is_set():
            with open_store(path) as store:
                keep(store, scenario)

    workers = [FORK.Process(target=work) for _ in range(2)]
    for worker in workers:
        worker.start()
    for _ in range(150):
        check_log(tmp_path / "s.db")
    stop.set()
    for worker in workers:
        worker.join(60)
    assert [worker.exitcode for worker in workers] == [0, 0]


def test_a_store_with_a_thousand_runs_opens_quickly(tmp_path):
    path = str(tmp_path / "s.db")
    kpis = {f"figure_{number}": number * 1.5 for number in range(60)}
    fixed = {"name": "A", "created": now(), "kept": now(), "author": "", "source": "solve"}
    fixed |= {"pack_id": "p", "pack": "0" * 16, "problem": "0" * 16, "status": "optimal"}
    fixed |= {"solver": "", "seed": 0, "version": "1", "unit": "min", "seconds": 1.0, "kpis": kpis}
    ids = [f"{number:016x}" for number in range(1000)]
    files = [(run, f"{run}{number:048x}") for run in ids for number in range(8)]
    rows = {
        schema.runs: [fixed | {"id": run} for run in ids],
        schema.contents: [
            {"digest": digest, "size": 1, "content": b"x" * 2000} for _, digest in files
        ],
        schema.run_files: [
            {"run_id": run, "name": digest, "digest": digest} for run, digest in files
        ],
    }
    with open_store(path) as store, store.database.writing() as connection:
        for table, given in rows.items():
            connection.execute(insert(table), given)
    seconds = []
    for _ in range(3):
        begin = time.process_time()
        open_store(path).close()
        seconds.append(time.process_time() - begin)
    assert min(seconds) <= 0.3


# -- PostgreSQL ----------------------------------------------------------------------------


def test_a_server_that_refuses_the_password(server):
    text = refusal(server.name("postgres", password="wr0ng"))
    assert "it refused the password" in text
    assert "wr0ng" not in text


def test_a_server_without_the_database(server):
    assert "it has no such database" in refusal(server.name("nowhere"))


def test_a_server_that_is_not_there(server):
    away = server.name("postgres").replace(str(server.port), str(postgres._free_port()))
    assert "it does not answer" in refusal(away)
    unknown = server.name("postgres").replace("127.0.0.1", "no-such-host.invalid")
    assert "it does not answer" in refusal(unknown)


def test_a_user_without_rights(server):
    place = server.new_place()
    server.ask("CREATE ROLE guest LOGIN PASSWORD 's3cret-w0rd'")
    guest = place.replace(f"{postgres.USER}:", "guest:")
    assert "may not" in refusal(guest) or "does not let" in refusal(guest)


def test_a_lost_connection_is_told_and_the_next_works(server, scenario):
    with open_store(server.new_place()) as store:
        keep(store, scenario)
        with (
            pytest.raises(PlannerError, match="connection was lost"),
            store.database.writing() as connection,
        ):
            pid = connection.exec_driver_sql("SELECT pg_backend_pid()").scalar()
            server.ask(f"SELECT pg_terminate_backend({pid})")
            connection.exec_driver_sql("SELECT 1")
        assert len(store.scenarios.list()) == 1


def test_a_server_that_was_restarted(server, scenario):
    with open_store(server.new_place()) as store:
        saved = keep(store, scenario)
        server.stop()
        with pytest.raises(PlannerError, match=r"does not answer|was lost"):
            store.scenarios.list()
        server.start()
        assert store.scenarios.list() == (saved,)


def test_the_name_shown_has_no_password(server):
    with open_store(server.new_place()) as store:
        told = state_of(store.database)
    assert postgres.PASSWORD not in told.place
    assert told.kind == "PostgreSQL"
    assert told.place.startswith(f"postgresql://{postgres.USER}@127.0.0.1:{server.port}/")


# -- both ----------------------------------------------------------------------------------


def test_the_state_in_figures(store, scenario):
    one, two = keep(store, scenario), keep(store, scenario)
    store.scenarios.remove(two.id)
    store.notes.add(Subject("scenario", one.id), "x")
    told = state_of(store.database)
    assert told.counts == {"scenarios": 1, "runs": 0, "studies": 0, "packs": 0, "notes": 1}
    assert told.put_away == {"scenarios": 1}
    assert told.schema == len(STEPS)
    assert told.megabytes > 0
    file = store.database.file
    if file is not None:  # with the log of what was saved last
        sizes = [file.stat().st_size, file.with_name(f"{file.name}-wal").stat().st_size]
        assert min(sizes) > 0
        assert told.megabytes == sum(sizes) / 1_000_000


def test_who_writes(monkeypatch):
    assert author_name(" Baraka ") == "Baraka"
    assert author_name() == "Amina"
    monkeypatch.delenv("UGATUZI_USER")
    for name in ("LOGNAME", "USER", "LNAME", "USERNAME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr("pwd.getpwuid", lambda _: (_ for _ in ()).throw(KeyError("no name")))
    assert author_name() == "unknown"


def test_a_closed_store_lets_go_of_its_file(tmp_path, scenario):
    with open_store(str(tmp_path / "s.db")) as store:
        keep(store, scenario)
    assert {each.name for each in tmp_path.iterdir()} == {"s.db"}
    assert connect(str(tmp_path / "s.db")).kind == "SQLite"
