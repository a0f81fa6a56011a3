"""`make bench`: what pages and endpoints cost, at 10 000 and at 1 000 000 patients, against a bare Django view.

Both are served by gunicorn with the same settings from the same SQLite file, and asked in turn over one
kept connection each. Prints a table in Markdown; bench/README.md keeps the last one.
"""

import argparse
import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from http.client import HTTPConnection
from pathlib import Path
from statistics import median
from typing import Any
from urllib.parse import urlencode

from bench.asks import Ask, api_asks, chart_asks, cycle, page_asks

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "var" / "bench"
SIZES = {"10k": (10_000, 10_000), "1M": (1_000_000, 1_000_000)}
SERVER = ("--worker-class", "gthread", "--workers", "1", "--threads", "4", "--keep-alive", "75")
CLIENTS = 8
TICKS = os.sysconf("SC_CLK_TCK")


@dataclass
class Server:
    """A gunicorn with one worker; CPU is read from that worker's line in /proc."""

    port: int
    process: "subprocess.Popen[bytes]"
    connection: HTTPConnection = field(init=False)
    headers: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.connection = HTTPConnection("127.0.0.1", self.port, timeout=120)

    def ask(self, path: str, method: str = "GET", body: Any = None, **headers: str) -> tuple[int, bytes, Any]:
        data = body if isinstance(body, str | None) else json.dumps(body)
        self.connection.request(method, path, data, self.headers | headers)
        answer = self.connection.getresponse()
        return answer.status, answer.read(), answer

    def cpu(self) -> float:
        """Seconds of CPU that the workers have used."""
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
        return sum(cpu_of(child) for child in children)


def cpu_of(pid: str) -> float:
    words = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(words[11]) + int(words[12])) / TICKS


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def served(application: str, env: dict[str, str], path: str) -> Iterator[Server]:
    port = free_port()
    command = [sys.executable, "-m", "gunicorn", application, "--bind", f"127.0.0.1:{port}", *SERVER]
    process = subprocess.Popen([*command, "--no-control-socket", "--log-level", "warning"], cwd=ROOT, env=env)
    try:
        server = Server(port, process)
        for _ in range(300):
            with suppress(OSError):
                if server.ask(path)[0] < 500:
                    break
            server.connection.close()
            time.sleep(0.1)
        yield server
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait()


def environment(size: str) -> dict[str, str]:
    """Settings as in production, on this size's file; the throttle is set where it is not met."""
    return {
        **os.environ,
        "DATABASE_URL": f"sqlite:///{FOLDER / size}.sqlite3",
        "MONGO_URI": "",
        "REDIS_URL": "",
        "DEBUG": "false",
        "HTTPS": "false",
        "LOG_LEVEL": "WARNING",
        "SECRET_KEY": "bench-" * 10,
        "JWT_SECRET_KEY": "measured-" * 6,
        "REQUESTS_PER_MINUTE": "100000000",
        "SIGN_IN_FAILURES_PER_MINUTE": "1000",
    }


def plant(size: str) -> None:
    if (FOLDER / f"{size}.planted").exists():
        return
    patients, appointments = SIZES[size]
    print(f"Planting {size}: {patients} patients, {appointments} appointments …", flush=True)
    FOLDER.mkdir(parents=True, exist_ok=True)
    (FOLDER / f"{size}.sqlite3").unlink(missing_ok=True)
    command = [sys.executable, "-m", "bench.plant", "--patients", str(patients)]
    env = environment(size) | {"DEBUG": "true"}
    subprocess.run([*command, "--appointments", str(appointments)], cwd=ROOT, env=env, check=True)
    (FOLDER / f"{size}.planted").touch()


def log_in_to_api(server: Server, who: str = "reception") -> None:
    body = {"email": f"{who}@example.org", "password": os.environ.get("DEMO_PASSWORD", "demo-demo-demo")}
    status, text, _ = server.ask("/api/v1/auth/login", "POST", body, **{"Content-Type": "application/json"})
    assert status == 200, text
    server.headers = {
        "Authorization": f"Bearer {json.loads(text)['access']}",
        "Content-Type": "application/json",
    }


def log_in_to_pages(server: Server, who: str = "reception") -> None:
    server.headers = {}
    _, text, answer = server.ask("/accounts/login/")
    token = re.search(rb'name="csrfmiddlewaretoken" value="([^"]+)"', text)
    assert token
    cookie = answer.headers["Set-Cookie"].split(";")[0]
    form = {
        "login": f"{who}@example.org",
        "password": os.environ.get("DEMO_PASSWORD", "demo-demo-demo"),
        "csrfmiddlewaretoken": token[1].decode(),
    }
    headers = {"Cookie": cookie, "Content-Type": "application/x-www-form-urlencoded"}
    status, text, answer = server.ask("/accounts/login/", "POST", urlencode(form), **headers)
    assert status == 302, text
    cookies = [line.split(";")[0] for line in answer.headers.get_all("Set-Cookie")]
    server.headers = {"Cookie": "; ".join(cookies)}


@dataclass
class Figure:
    """What one request costs: milliseconds at the median, and of server CPU on average."""

    p50: float
    cpu: float


def measure(product: Server, bare: Server, ask: Ask, bare_path: str, rounds: int) -> tuple[Figure, Figure]:
    """Both in turn, in blocks of ten, after ten that do not count."""
    figures: list[tuple[list[float], list[float]]] = [([], []), ([], [])]
    asks: list[tuple[Server, Ask]] = [(product, ask), (bare, lambda: (bare_path, "GET", None))]
    for number in range(rounds // 10 + 1):
        for (server, what), (times, cpus) in zip(asks, figures, strict=True):
            before = server.cpu()
            for _ in range(10):
                path, method, body = what()
                started = time.perf_counter()
                status, text, _ = server.ask(path, method, body)
                if number:
                    times.append((time.perf_counter() - started) * 1000)
                assert status < 400, (path, status, text[:500])
            if number:
                cpus.append((server.cpu() - before) * 100)
    first, second = (Figure(median(times), sum(cpus) / len(cpus)) for times, cpus in figures)
    return first, second


def some(server: Server) -> dict[str, Any]:
    """Ids and words of this database to ask about."""
    patients = json.loads(server.ask("/api/v1/patients?page_size=100")[1])["results"]
    doctors = json.loads(server.ask("/api/v1/doctors?page_size=100")[1])["results"]
    visits = json.loads(server.ask("/api/v1/appointments?page_size=100")[1])["results"]
    return {"patients": patients, "doctors": doctors, "visits": visits}


def free_times(server: Server, doctors: list[Any]) -> list[tuple[str, dict[str, Any]]]:
    """All that can be booked in the coming weeks."""
    today = datetime.now(UTC).date()
    window = f"from={today + timedelta(days=15)}&to={today + timedelta(days=44)}"
    found = []
    for doctor in doctors:
        text = server.ask(f"/api/v1/doctors/{doctor['id']}/availability?{window}")[1]
        found += [(doctor["id"], slot) for slot in json.loads(text)["slots"]]
    return sorted(
        found, key=lambda one: str(one[1]["starts_at"])
    )  # so that no patient is in two places at once


def new_patients(server: Server, number: int = 300) -> list[Any]:
    """People who have no visit yet, so that nobody is in two places at once, however often this was run."""
    body = {"given_name": "Bench", "family_name": "Person", "birth_date": "1980-01-01", "sex": "other"}
    return [json.loads(server.ask("/api/v1/patients", "POST", body)[1]) for _ in range(number)]


def booking_ask(patients: list[Any], times: list[tuple[str, dict[str, Any]]]) -> Ask:
    patient = cycle(patients)

    def ask() -> tuple[str, str, Any]:
        doctor, slot = times.pop()
        return "/api/v1/appointments", "POST", {"doctor": doctor, "patient": patient()["id"], **slot}

    return ask


CLIENT = """
import json, sys, time
from http.client import HTTPConnection
port, headers, work, seconds = json.load(sys.stdin)
talk = HTTPConnection("127.0.0.1", port, timeout=60)
done, end = 0, time.time() + seconds
for body in work:
    if time.time() > end:
        break
    talk.request("POST", "/api/v1/appointments", json.dumps(body), headers)
    answer = talk.getresponse()
    answer.read()
    done += answer.status == 201
print(done)
"""


def bookings_per_second(server: Server, patients: list[Any], times: list[Any], seconds: int) -> float:
    """Of eight clients at once, each with times of its own."""
    patient = cycle(patients)
    bodies = [{"doctor": doctor, "patient": patient()["id"], **slot} for doctor, slot in times]
    started = time.perf_counter()
    clients = []
    for number in range(CLIENTS):
        client = subprocess.Popen(
            [sys.executable, "-c", CLIENT], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        assert client.stdin
        json.dump([server.port, server.headers, bodies[number::CLIENTS], seconds], client.stdin)
        client.stdin.close()
        clients.append(client)
    done = sum(int(client.stdout.read()) for client in clients if client.stdout)
    for client in clients:
        client.wait()
    return done / (time.perf_counter() - started)


def line(size: str, name: str, kind: str, product: Figure, bare: Figure) -> dict[str, Any]:
    return {
        "size": size,
        "name": name,
        "kind": kind,
        "p50": product.p50,
        "cpu": product.cpu,
        "times": product.p50 / bare.p50,
        "cpu_times": product.cpu / bare.cpu,
        "bare": bare.p50,
    }


def measure_size(size: str, rounds: int) -> list[dict[str, Any]]:
    env = environment(size)
    found = []
    with served("hospital.wsgi", env, "/healthz") as product, served("bench.bare", env, "/?mrn=x") as bare:
        log_in_to_api(product)
        data = some(product)
        bare_path = f"/?mrn={data['patients'][0]['mrn']}"
        times = free_times(product, data["doctors"])
        patients = new_patients(product)
        asks = api_asks(data)
        asks["booking"] = ("booking", booking_ask(patients, times))
        for name, (kind, ask) in asks.items():
            found.append(line(size, name, kind, *measure(product, bare, ask, bare_path, rounds)))
            show(found[-1])
        rate = bookings_per_second(product, patients, times, 10)
        print(f"| {size} | bookings a second, {CLIENTS} clients | {rate:.0f} | | | |", flush=True)
        log_in_to_pages(product)
        for name, (kind, ask) in page_asks(data).items():
            found.append(line(size, name, kind, *measure(product, bare, ask, bare_path, rounds)))
            show(found[-1])
    return [*found, *measure_charts(size, rounds)]


def measure_charts(size: str, rounds: int) -> list[dict[str, Any]]:
    """What the long chart costs, for the doctor who treats the patient."""
    env, found = environment(size), []
    asks = chart_asks(long_chart(env))
    with served("hospital.wsgi", env, "/healthz") as product, served("bench.bare", env, "/?mrn=x") as bare:
        log_in_to_api(product)
        bare_path = f"/?mrn={some(product)['patients'][0]['mrn']}"
        log_in_to_pages(product, "doctor")
        for name, (kind, ask) in asks.items():
            found.append(line(size, name, kind, *measure(product, bare, ask, bare_path, rounds)))
            show(found[-1])
    return found


def long_chart(env: dict[str, str]) -> str:
    """The id of the patient whose chart is long; planted now, where it has not been."""
    command = [sys.executable, "-m", "bench.chart"]
    return subprocess.run(
        command, cwd=ROOT, env=env | {"DEBUG": "true"}, check=True, capture_output=True, text=True
    ).stdout.strip()


def show(one: dict[str, Any]) -> None:
    print(
        f"| {one['size']} | {one['name']} | {one['p50']:.1f} | {one['times']:.1f} × "
        f"| {one['cpu']:.1f} | {one['cpu_times']:.1f} × |",
        flush=True,
    )


def collect_static_files(size: str) -> None:
    words = ("collectstatic", "--no-input", "--verbosity", "0", "--ignore", "*.map")
    subprocess.run([sys.executable, "manage.py", *words], cwd=ROOT, env=environment(size), check=True)


def main() -> None:
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--sizes", nargs="*", default=list(SIZES), choices=list(SIZES))
    parser.add_argument("--rounds", type=int, default=200)
    parser.add_argument("--only-charts", action="store_true", help="only the chart of 10 000 entries")
    parser.add_argument(
        "--only-prescriptions", action="store_true", help="only prescribing: bench.prescribing"
    )
    parser.add_argument("--only-bills", action="store_true", help="only billing: bench.billing")
    parser.add_argument("--only-analytics", action="store_true", help="only figures: bench.figures")
    parser.add_argument("--only-assistant", action="store_true", help="only searching: bench.assistant")
    asked = parser.parse_args()
    apart = {
        "bench.prescribing": asked.only_prescriptions,
        "bench.billing": asked.only_bills,
        "bench.assistant": asked.only_assistant,
        "bench.figures": asked.only_analytics,
    }
    for module in (name for name, is_asked in apart.items() if is_asked):
        command = [sys.executable, "-m", module, "--rounds", str(asked.rounds)]
        sys.exit(subprocess.run(command, cwd=ROOT, check=False).returncode)
    for size in asked.sizes:
        plant(size)
    collect_static_files(asked.sizes[0])
    print(f"\n{date.today()}, Python {sys.version.split()[0]}, {os.cpu_count()} processors\n")  # noqa: DTZ011
    print("| size | what | p50, ms | to bare | server CPU, ms | to bare |\n|---|---|---:|---:|---:|---:|")
    measured = measure_charts if asked.only_charts else measure_size
    figures = [one for size in asked.sizes for one in measured(size, asked.rounds)]
    if len(asked.sizes) == 2:
        print("\n| what | 1M against 10k, CPU | p50 |\n|---|---:|---:|")
        small, large = ({one["name"]: one for one in figures if one["size"] == size} for size in asked.sizes)
        for name, one in large.items():
            cpu, p50 = one["cpu_times"] / small[name]["cpu_times"], one["times"] / small[name]["times"]
            print(f"| {name} | {cpu:.2f} × | {p50:.2f} × |")


if __name__ == "__main__":
    main()
