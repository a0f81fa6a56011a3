"""A payment is carried out once, however often it is sent at once, and whatever is killed while it is.

Real processes: each payment is sent several times in parallel to the production server, of which now a worker, now
all of it is ended with `kill -9` at random moments. Whoever got no answer sends it again, and at the end everybody
sends everything once more.
"""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from random import Random
from typing import Any

import pytest

from hospital.tests.mongo import ON_MONGO
from hospital.tests.scratch import ROOT, Scratch, answers, free_port, scratch

pytestmark = pytest.mark.concurrency
SEED = int(os.environ.get("STORM_SEED", "20261129"))
STORM = ("-m", "billing.tests.storm")
ON_ONE_BILL, EACH = 10, 10
OWED = 3 * ON_ONE_BILL * EACH  # so that nobody is refused for paying twice
KILLS_IN_SOAK = 0 if ON_MONGO else 60  # the test server keeps what a dead client had open
UP_WITHIN, ANSWERED_WITHIN = 60, 120  # seconds
THE_PRODUCT, THE_NAIVE_ONE = "hospital.wsgi:application", "billing.tests.naive_server:application"


class Server:
    """The production server, which is up again whenever it was killed."""

    def __init__(self, here: Scratch, application: str) -> None:
        self.here, self.application, self.port = here, application, free_port()
        self.killed: Counter[str] = Counter()
        self._start()

    def _start(self) -> None:
        command = ["-m", "gunicorn", self.application, "--bind", f"127.0.0.1:{self.port}"]
        command += ["--worker-class", "gthread", "--workers", "2", "--threads", "8", "--backlog", "256"]
        command += ["--preload", "--no-control-socket", "--log-level", "critical"]
        with self.here.log.open("a") as log:
            self.process = subprocess.Popen(
                [sys.executable, *command],
                cwd=ROOT,
                env=self.here.env | {"LOG_LEVEL": "CRITICAL"},
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def wait_until_up(self) -> None:
        give_up, pause = time.monotonic() + UP_WITHIN, threading.Event()
        while not answers(self.port):
            assert time.monotonic() < give_up, self.here.log.read_text()[-4000:]
            pause.wait(0.05)

    def kill_a_worker(self, random: Random) -> None:
        """The other one goes on, and the server starts another."""
        pid = self.process.pid
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        with suppress(ProcessLookupError, IndexError):
            os.kill(int(random.choice(children)), signal.SIGKILL)
            self.killed["a worker"] += 1

    def kill(self) -> None:
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def kill_all(self) -> None:
        self.kill()
        self.killed["all of it"] += 1
        self._start()


@dataclass
class Tills:
    """Everybody who sends payments, and what each was answered, by key."""

    port: int
    who: dict[str, str]
    bills: list[str]
    token: str = ""
    heard: dict[str, Counter[tuple[int, bytes]]] = field(default_factory=dict)
    without_answer: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def log_in(self, over: str) -> None:
        """A token is good for ten minutes: whoever finds it over gets another one for everybody."""
        with self.lock:
            if self.token == over:
                status, said = self._post("/api/v1/auth/login", json.dumps(self.who), {})[:2]
                assert status == 200, said
                self.token = json.loads(said)["access"]

    def _post(self, at: str, body: str, headers: dict[str, str]) -> tuple[int, bytes, str | None]:
        with closing(HTTPConnection("127.0.0.1", self.port, timeout=60)) as connection:
            connection.request("POST", at, body, headers | {"Content-Type": "application/json"})
            answer = connection.getresponse()
            return answer.status, answer.read(), answer.headers["Retry-After"]

    def send(self, number: int, amount: int = EACH) -> tuple[int, bytes]:
        """One payment, until it is answered. A 409 says to send it again."""
        give_up, pause = time.monotonic() + ANSWERED_WITHIN, threading.Event()
        body = json.dumps({"amount": str(amount), "method": "card", "reference": f"P{number}"})
        at = f"/api/v1/billing/{self.bills[number // ON_ONE_BILL]}/payments"
        while True:
            assert time.monotonic() < give_up, f"P{number} was never answered"
            token = self.token
            headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": f"till-{number}"}
            try:
                status, said, again = self._post(at, body, headers)
                if status == 401:
                    self.log_in(token)
                    continue
                if status != 409:
                    return status, said
                assert again, said
            except (OSError, HTTPException):
                with self.lock:
                    self.without_answer += 1
            pause.wait(0.1)

    def pay(self, number: int) -> None:
        said = self.send(number)
        with self.lock:
            self.heard.setdefault(f"P{number}", Counter())[said] += 1

    def all_pay(self, payments: int, times: int) -> None:
        """Each payment so many times, as nearly at once as can be."""
        wishes = [number for number in range(payments) for _ in range(times)]
        with ThreadPoolExecutor(min(40, 4 * times)) as pool:
            for done in [pool.submit(self.pay, number) for number in wishes]:
                done.result()


@contextmanager
def served(here: Scratch, application: str) -> Iterator[Server]:
    server = Server(here, application)
    try:
        yield server
    finally:
        server.kill()


def kill_at_random(server: Server, kills: int, over: threading.Event) -> None:
    """So many times, now a worker, now all of it, and then whoever is left goes on."""
    random = Random(SEED)
    for number in range(kills):
        if over.wait(random.uniform(0.1, 0.6)):
            return
        if number % 2:
            server.kill_all()
            with suppress(AssertionError):
                server.wait_until_up()
        else:
            server.kill_a_worker(random)


def weather(folder: Path, payments: int, times: int, kills: int, application: str) -> tuple[Tills, Any]:
    """A storm, then everything once more in the calm; what was heard and what there is."""
    with scratch(folder) as here:
        bills = -(-payments // ON_ONE_BILL)
        many = ("--bills", str(bills), "--total", str(OWED))
        with served(here, application) as server:  # it starts while the bills are written
            planted = here.run(*STORM, "prepare", *many)
            server.wait_until_up()
            tills, over = Tills(server.port, planted["who"], planted["bills"]), threading.Event()
            killer = threading.Thread(target=kill_at_random, args=(server, kills, over))
            began = time.monotonic()
            killer.start()
            try:
                tills.all_pay(payments, times)
            finally:
                over.set()
                killer.join()
            took = time.monotonic() - began
            tills.all_pay(payments, 1)
            other = {tills.send(number, amount=1)[0] for number in range(0, payments, ON_ONE_BILL)}
            assert other == {422}
            found = here.run(*STORM, "look")
        print(
            f"seed {SEED}: {payments} payments sent {times} times in {took:.1f} s, kills {dict(server.killed)}, "
            f"{tills.without_answer} without an answer, {found['entries']} entries"
        )
        return tills, found


def each_is_carried_out_once(folder: Path, payments: int, times: int, kills: int) -> None:
    tills, found = weather(folder, payments, times, kills, THE_PRODUCT)
    for key, heard in tills.heard.items():
        assert len(heard) == 1, (key, heard)  # one answer, the same to the byte
        ((status, _body),) = heard
        assert (status, heard.total()) == (201, times + 1), (key, heard)
    assert found["payments"] == {f"P{number}": 1 for number in range(payments)}
    assert found["entries"] == payments
    assert found["receipts"] == list(range(1, payments + 1))
    assert found["paid"] == [f"{ON_ONE_BILL * EACH}.00"] * (payments // ON_ONE_BILL)
    assert found["broken"] == ""


def test_each_payment_is_carried_out_once(tmp_path: Path) -> None:
    payments, kills = (ON_ONE_BILL, 0) if ON_MONGO else (30, 2)
    each_is_carried_out_once(tmp_path, payments=payments, times=4, kills=kills)


@pytest.mark.soak
def test_a_thousand_payments_are_each_carried_out_once(tmp_path: Path) -> None:
    each_is_carried_out_once(tmp_path, payments=1_000, times=10, kills=KILLS_IN_SOAK)


@pytest.mark.soak
def test_the_naive_version_is_seen_to_fail(tmp_path: Path) -> None:
    """So that the tests above are known to be able to: the memory of a request is a commit of its own there."""
    tills, found = weather(tmp_path, 100, 10, KILLS_IN_SOAK // 10, THE_NAIVE_ONE)
    assert found["entries"] > 100
    assert max(len(heard) for heard in tills.heard.values()) > 1
