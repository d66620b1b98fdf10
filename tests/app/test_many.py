"""Twenty people at once: pages open, five solve in turn and are told so, and nothing is left.

They speak with a real server as browsers do, by its web socket, but draw nothing.
"""

import contextlib
import json
import re
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import psutil
import pytest
from insight.uncertain_case import two_places
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.sync.client import connect

from planner.runs.queue import slot_count, try_lock
from tests.browser.conftest import served

PEOPLE, SOLVING, WAIT_S = 20, 5, 80
MOST_MB = 900  # of the server with all its visitors
MOST_MB_A_VISITOR = 15
PAGES = ("today", "reach", "kept", "compare", "method", "demand", "scorecard", "plans", "plan")
FIND = "Find the best plan"
END = "script_finished"


class Person:
    """One visitor: turns to pages, presses buttons, and has all that was sent for the last time."""

    def __init__(self, address, headers=None, **more):
        self._socket = connect(
            f"{address.replace('http', 'ws')}/_stcore/stream",
            subprotocols=["streamlit"],
            max_size=None,
            additional_headers=headers,
            **more,
        )
        self.said, self._buttons, self._page = b"", {}, ""

    def close(self):
        self._socket.close()

    def turn_to(self, name):
        """Open a page and wait until it is whole."""
        self._page = name
        self._ask(self._same_page())

    def look_again(self):
        self._ask(self._same_page())

    def press(self, label):
        message = self._same_page()
        pressed = message.rerun_script.widget_states.widgets.add()
        pressed.id, pressed.trigger_value = self._buttons[label], True
        self._ask(message)

    def place(self):
        """The place in the queue that is told; None for none."""
        told = re.search(rb"place (\d+) in the queue", self.said)
        return int(told[1]) if told else None

    def _same_page(self):
        message = BackMsg()
        message.rerun_script.page_name = self._page
        return message

    def _ask(self, message):
        self._socket.send(message.SerializeToString())
        parts, end = [], time.monotonic() + WAIT_S
        while True:
            data = self._socket.recv(timeout=end - time.monotonic())
            found = ForwardMsg.FromString(data)
            kind = found.WhichOneof("type")
            parts.append(data)
            if kind == "new_session":
                parts = []
            elif kind == "delta":
                element = found.delta.new_element
                if element.WhichOneof("type") == "button":
                    self._buttons[element.button.label] = element.button.id
                assert element.WhichOneof("type") != "exception", element.exception.message
            elif found.script_finished == ForwardMsg.FINISHED_SUCCESSFULLY and kind == END:
                break
        self.said = b"".join(parts)
        assert b"Something went wrong" not in self.said


@pytest.fixture
def address(tmp_path):
    folder = two_places(tmp_path / "pack").folder
    with served(tmp_path, UGATUZI_PACK=str(folder)) as found:
        yield found


@pytest.fixture
def people(address):
    with contextlib.ExitStack() as stack:
        yield [stack.enter_context(contextlib.closing(Person(address))) for _ in range(PEOPLE)]


def all_at_once(people, act):
    with ThreadPoolExecutor(len(people)) as pool:
        return list(pool.map(act, people))


@contextlib.contextmanager
def all_slots(home):
    """Hold all places for plans, as long solves of others would."""
    folder = home / "queue" / "slots"
    folder.mkdir(parents=True, exist_ok=True)
    with contextlib.ExitStack() as stack:
        for number in range(slot_count()):
            file = stack.enter_context((folder / f"{number}.lock").open("ab"))
            assert try_lock(file)
        yield


def solvers(home):
    """The processes that this home's jobs have."""
    jobs = str(home / "jobs")
    return [
        process
        for process in psutil.process_iter(["cmdline"])
        if any(word.startswith(jobs) for word in process.info["cmdline"] or ())
    ]


def server_mb(address, module="streamlit"):
    port = address.rsplit(":", 1)[-1]
    for process in psutil.process_iter(["cmdline"]):
        words = process.info["cmdline"] or []
        if module in words and port in words:
            return process.memory_info().rss / 2**20
    raise LookupError(address)


def until(is_so, seconds=WAIT_S):
    end = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < end
        time.sleep(0.5)


def test_twenty_people_at_once(people, address, tmp_path):
    solving, others = people[:SOLVING], people[SOLVING:]
    people[-1].turn_to("today")
    before = server_mb(address)
    pages = dict(zip(others, PAGES * 2, strict=False))
    all_at_once(others, lambda person: person.turn_to(pages[person]))
    all_at_once(solving, lambda person: person.turn_to("plan"))
    with all_slots(tmp_path):
        all_at_once(solving, lambda person: person.press(FIND))

        def is_each_told_another_place():
            all_at_once(solving, Person.look_again)
            told = {person.place() for person in solving}
            return told == set(range(1, SOLVING + 1))

        until(is_each_told_another_place)
        all_at_once(others, lambda person: person.turn_to("method"))  # the others go on
    most = [0]
    over = threading.Event()

    def watch():
        while not over.wait(0.02):
            most[0] = max(most[0], at_work(tmp_path))

    with ThreadPoolExecutor(1) as watching:
        watched = watching.submit(watch)
        try:
            until(lambda: all(is_done(person) for person in solving))
        finally:
            over.set()
    watched.result()
    assert 1 <= most[0] <= slot_count()
    until(lambda: not solvers(tmp_path), 5)
    after = server_mb(address)
    assert after < MOST_MB
    assert after - before < MOST_MB_A_VISITOR * PEOPLE


def is_done(person):
    person.look_again()
    return b"Best possible plan" in person.said


def at_work(home):
    """How many jobs are solving: begun, and neither over nor still waiting."""
    working = 0
    for folder in (home / "jobs").iterdir():
        begun = (folder / "progress.jsonl").exists()
        over = (folder / "run").exists() or (folder / "error.json").exists()
        working += begun and not over
    return working


def test_a_window_that_is_closed_ends_no_search_and_leaves_no_process(address, tmp_path):
    with contextlib.closing(Person(address)) as person, all_slots(tmp_path):
        person.turn_to("plan")
        person.press(FIND)
    (job,) = (tmp_path / "jobs").iterdir()
    until((job / "run" / "run.json").exists)
    until(lambda: not solvers(tmp_path), 5)
    assert json.loads((job / "run" / "run.json").read_text())["status"] == "optimal"
    with contextlib.closing(Person(address)) as person:
        person.turn_to("plan")
    assert (job / "kept.json").exists()
