"""The two database engines and all that differs between them. No other file knows that there are two."""

import importlib
import random
import sys
from collections.abc import Callable
from contextlib import AbstractContextManager
from functools import cache
from pathlib import Path
from types import TracebackType
from typing import Any

import environ

try:
    # SQLite 3.7.0 to 3.51.2 can corrupt a WAL database in rare timing; the wheel brings a newer one.
    # It has to be in place before Django imports the standard library's.
    sys.modules["sqlite3"] = importlib.import_module("pysqlite3")
    sys.modules["sqlite3.dbapi2"] = importlib.import_module("pysqlite3.dbapi2")
except ImportError:
    pass

MONGO_ENGINE = "django_mongodb_backend"
SQLITE_ENGINE = "django.db.backends.sqlite3"
# Who watches a server gives it ten seconds and these five. A query may take as long as it takes. An address may say
# otherwise.
PATIENCE = {"serverSelectionTimeoutMS": 5000, "connectTimeoutMS": 5000}
OLDEST_SAFE_SQLITE = (3, 51, 3)

CONTRIB = {
    "admin": "django.contrib.admin",
    "auth": "django.contrib.auth",
    "contenttypes": "django.contrib.contenttypes",
    "account": "allauth.account",
}


def database(env: environ.Env, base: Path) -> dict[str, Any]:
    """The DATABASES entry that MONGO_URI or else DATABASE_URL asks for."""
    url = env.str("MONGO_URI", default="") or env.str("DATABASE_URL", default="")
    if url.startswith(("mongodb://", "mongodb+srv://")):
        return {
            "ENGINE": MONGO_ENGINE,
            "HOST": url,
            "NAME": env.str("MONGO_DB_NAME", default="hospital"),
            "OPTIONS": {"w": "majority"} | {name: ms for name, ms in PATIENCE.items() if name not in url},
        }
    file = base / "var" / "hospital.sqlite3"
    if url:
        file = Path(env.db_url_config(url)["NAME"])
    file.parent.mkdir(parents=True, exist_ok=True)
    return {
        "ENGINE": SQLITE_ENGINE,
        "NAME": str(file),
        "CONN_MAX_AGE": None,
        "OPTIONS": {
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": (
                "PRAGMA journal_mode=WAL;PRAGMA synchronous=FULL;PRAGMA foreign_keys=ON;"
                "PRAGMA temp_store=MEMORY;PRAGMA cache_size=-32000;PRAGMA mmap_size=268435456;"
            ),
        },
    }


def is_mongo(settings: dict[str, Any]) -> bool:
    return bool(settings["ENGINE"] == MONGO_ENGINE)


def contrib_apps(settings: dict[str, Any]) -> list[str]:
    """Django's and third parties' apps; on MongoDB under configurations whose keys are ObjectIds."""
    if is_mongo(settings):
        return [f"hospital.mongo_apps.{label.capitalize()}" for label in CONTRIB]
    return list(CONTRIB.values())


def migration_modules(settings: dict[str, Any]) -> dict[str, str]:
    if is_mongo(settings):
        return {label: f"hospital.mongo_migrations.{label}" for label in CONTRIB}
    return {}


def _connection() -> Any:
    from django.db import connections  # noqa: PLC0415 settings import this module before Django is ready

    return connections["default"]


class _MongoTransaction:
    """The backend's own transaction; a failed commit leaves no half-open session behind."""

    def __enter__(self) -> None:
        from django_mongodb_backend.transaction import Atomic  # noqa: PLC0415

        self.block = Atomic("default")
        self.block.__enter__()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        from django.db import OperationalError  # noqa: PLC0415
        from pymongo.errors import PyMongoError  # noqa: PLC0415

        try:
            self.block.__exit__(kind, error, trace)
        except PyMongoError as failure:
            connection = _connection()
            if connection.session:
                connection._end_session()  # noqa: SLF001 the backend has no public way out of a failed commit
            connection.run_on_commit = []
            raise OperationalError(str(failure)) from failure


def transaction() -> AbstractContextManager[None]:
    """The outermost transaction of the engine in use. `hospital.db.atomic` is the door to it."""
    if _connection().vendor == "mongodb":
        return _MongoTransaction()
    from django.db import transaction as django_transaction  # noqa: PLC0415

    return django_transaction.atomic()


def call_on_commit(call: Callable[[], object]) -> None:
    _connection().on_commit(call, robust=True)


def hang_up() -> None:
    """Close what this thread has opened."""
    _connection().close()


def missing_migrations() -> list[str]:
    """Those that this code has and the database has not. One question: whoever asks has little time."""
    from django.db.migrations.recorder import MigrationRecorder  # noqa: PLC0415

    applied = set(MigrationRecorder(_connection()).migration_qs.values_list("app", "name"))
    return sorted(f"{app}.{name}" for app, name in migrations_of_the_code() - applied)


@cache
def migrations_of_the_code() -> frozenset[tuple[str, str]]:
    """Read from the files once for a process. The first time takes a moment."""
    from django.db.migrations.loader import MigrationLoader  # noqa: PLC0415

    return frozenset(MigrationLoader(None, ignore_no_migrations=True).graph.nodes)


def is_transient(error: BaseException) -> bool:
    """Whether the same transaction, tried again, may succeed: a write conflict or a busy file."""
    cause: BaseException | None = error
    while cause is not None:
        has_label = getattr(cause, "has_error_label", None)
        if has_label and has_label("TransientTransactionError"):
            return True
        if getattr(cause, "code", None) in {112, 251} and has_label:  # WriteConflict, NoSuchTransaction
            return True
        if getattr(cause, "sqlite_errorname", "") in {"SQLITE_BUSY", "SQLITE_BUSY_SNAPSHOT", "SQLITE_LOCKED"}:
            return True
        cause = cause.__cause__
    return False


def wait_before_retry(attempt: int) -> float:
    """Seconds to wait before the next try: at most 10 ms, doubling to 320 ms, with jitter."""
    return random.uniform(0.1, 1.0) * 0.01 * float(1 << min(attempt, 5))  # noqa: S311 jitter, not a secret


def weaknesses() -> list[str]:
    """What is wrong with the engine as it is installed, in words for the administrator."""
    connection = _connection()
    if connection.vendor == "mongodb":
        hello = connection.get_database().client.admin.command("hello")
        if "setName" not in hello and hello.get("msg") != "isdbgrid":
            no_transactions = "it has no transactions, so bookings would not be safe."
            return [f"This MongoDB server is neither in a replica set nor a mongos: {no_transactions}"]
        return []
    import sqlite3  # noqa: PLC0415

    if sqlite3.sqlite_version_info < OLDEST_SAFE_SQLITE:
        return [f"SQLite {sqlite3.sqlite_version} can corrupt a WAL database; install the pysqlite3 wheel."]
    return []
