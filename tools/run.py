"""Run the whole hospital on this machine: what `make run` starts.

Prepares the database, then lets honcho run the Procfile and waits. However it is
told to stop (Ctrl-C, SIGTERM, a closed terminal), everything it started ends too.
"""

import fcntl
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.client import HTTPConnection
from pathlib import Path
from types import FrameType

import environ

ROOT = Path(__file__).resolve().parent.parent
DEMO_USERS = ("admin", "reception", "doctor", "colleague", "nurse", "pharmacy", "cashier", "manager", "api")
WEB_MUST_ANSWER_WITHIN = 60
EVERYTHING_MUST_END_WITHIN = 15


def say(text: str = "") -> None:
    """One line to the person at the keyboard."""
    print(text, flush=True)


def read_settings() -> int:
    """Load .env into the environment, as settings do, and return the port."""
    environ.Env.read_env(ROOT / ".env")
    os.environ["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    os.environ["PYTHONUNBUFFERED"] = "1"
    os.environ.setdefault("HOSPITAL_DEBUG_DEFAULT", "on")  # a laptop, as manage.py assumes; DEBUG decides
    port = os.environ.get("PORT") or "8000"
    if not port.isdecimal():
        sys.exit(f"PORT must be a number, not {port!r}.")
    os.environ["PUBLIC_URL"] = os.environ.get("PUBLIC_URL") or f"http://localhost:{port}"
    return int(port)


def be_the_only_one() -> int:
    """Hold a lock until the last of our processes has ended; return its descriptor.

    Two brokers on one data folder would destroy it. honcho inherits the lock, so it
    is kept even if this process is killed and its children are not.
    """
    (ROOT / "var").mkdir(exist_ok=True)
    lock = os.open(ROOT / "var/run.lock", os.O_CREAT | os.O_RDWR, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        sys.exit("The hospital is already running from this folder. Stop that one first.")
    return lock


def refuse_a_taken_port(port: int) -> None:
    """Say so now, not in the middle of the log."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            sys.exit(f"Port {port} cannot be used ({error.strerror}). Choose another: PORT=8001 make run")


def count_together() -> None:
    """Give the server's processes a folder in which they count for Prometheus; it is empty at the start."""
    folder = os.environ.setdefault("PROMETHEUS_MULTIPROC_DIR", str(ROOT / "var/metrics"))
    for old in Path(folder).glob("*.db"):
        old.unlink(missing_ok=True)


def vector_store() -> list[str]:
    """The process to start for the index of passages: none if CHROMA_URL names a server.

    The web does not wait for it. It keeps ids and vectors, and listens on a free port of this machine only.
    """
    if os.environ.get("CHROMA_URL"):
        return []
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        os.environ["CHROMA_PORT"] = str(probe.getsockname()[1])
    os.environ["CHROMA_URL"] = f"http://127.0.0.1:{os.environ['CHROMA_PORT']}"
    return ["chroma"]


@contextmanager
def broker() -> Iterator[list[str]]:
    """Choose the processes to start: the embedded Valkey only if REDIS_URL names no server.

    Its socket lies in a private folder with a short name: the system allows 107 bytes,
    and some file systems allow no socket at all.
    """
    if os.environ.get("REDIS_URL"):
        yield ["web", "worker", "beat"]
        return
    folder = tempfile.mkdtemp(prefix="hospital-", dir=short_temporary_folder())
    try:
        os.environ["VALKEY_SOCKET"] = f"{folder}/valkey.sock"
        os.environ["REDIS_URL"] = f"unix://{folder}/valkey.sock"
        yield ["web", "worker", "beat", "valkey"]
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def short_temporary_folder() -> str:
    """TMPDIR if a socket's path fits there, else /tmp."""
    return tempfile.gettempdir() if len(os.fsencode(tempfile.gettempdir())) < 70 else "/tmp"  # noqa: S108 a private folder is made there


def prepare() -> bool:
    """Migrate and seed. True if the demo users can log in."""
    say("Preparing …")
    done = subprocess.run(
        [sys.executable, "tools/prepare.py"], stdout=subprocess.PIPE, text=True, check=False
    )
    if done.returncode:
        sys.exit(done.returncode)
    return done.stdout.split()[-1:] == ["demo"]


def web_answers(port: int) -> bool:
    """Ask /healthz once."""
    with suppress(OSError):
        connection = HTTPConnection("127.0.0.1", port, timeout=2)
        try:
            connection.request("GET", "/healthz")
            return connection.getresponse().status < 400
        finally:
            connection.close()
    return False


def greet_once_web_answers(honcho: "subprocess.Popen[bytes]", port: int, *, demo: bool) -> None:
    """Wait for the first answer, then print where to go and who may log in."""
    started = time.monotonic()
    while honcho.poll() is None:
        if web_answers(port):
            say(greeting(port, demo=demo))
            return
        if time.monotonic() - started > WEB_MUST_ANSWER_WITHIN:
            say(f"The web server has not answered for {WEB_MUST_ANSWER_WITHIN} s: see the log above.")
            return
        time.sleep(0.2)


def greeting(port: int, *, demo: bool) -> str:
    """What a newcomer needs to know."""
    lines = ["", f"  The hospital is open:  http://127.0.0.1:{port}", ""]
    if demo:
        password = os.environ.get("DEMO_PASSWORD") or "demo-demo-demo"
        lines += [
            f"  Log in with the password {password} as",
            *(f"    {user}@example.org" for user in DEMO_USERS),
            "",
        ]
    return "\n".join([*lines, "  Ctrl-C ends everything.", ""])


def run(processes: list[str], port: int, lock: int, *, demo: bool) -> int:
    """Start honcho in a session of its own, so that each stop signal reaches it through us, once."""
    # .env is in the environment already. honcho must not read it: its reader lets .env
    # win over the environment.
    command = [sys.executable, "-m", "honcho", "start", "--env", os.devnull, "--port", str(port), *processes]
    asked_to_stop = threading.Event()
    honcho = subprocess.Popen(command, start_new_session=True, pass_fds=[lock])

    def stop(_signum: int, _frame: FrameType | None) -> None:
        asked_to_stop.set()
        honcho.terminate()

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, stop)
    threading.Thread(
        target=greet_once_web_answers, args=(honcho, port), kwargs={"demo": demo}, daemon=True
    ).start()
    code = honcho.wait()
    return 0 if asked_to_stop.is_set() else code


def main() -> int:
    """Run until told to stop. 0 if that is why it ended."""
    os.chdir(ROOT)
    port = read_settings()
    lock = be_the_only_one()
    refuse_a_taken_port(port)
    count_together()
    with broker() as processes:
        demo = prepare()
        say("Starting …")
        return run([*processes, *vector_store()], port, lock, demo=demo)


if __name__ == "__main__":
    sys.exit(main())
