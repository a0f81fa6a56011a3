"""Emptying the MongoDB database after a test: only the collections that were written, because all would be slow."""

from typing import Any

from django.conf import settings
from django.db import connections
from django.test import TransactionTestCase
from pymongo import monitoring

from hospital import engine

ON_MONGO = engine.is_mongo(settings.DATABASES["default"])
WRITES = {"insert", "update", "findAndModify", "bulkWrite"}
KEPT = {"django_migrations"}


class Written(monitoring.CommandListener):
    """Remembers the collections that this process has written."""

    def __init__(self) -> None:
        self.names: set[str] = set()

    def started(self, event: monitoring.CommandStartedEvent) -> None:
        if event.command_name in WRITES:
            self.names.add(str(event.command[event.command_name]))

    def succeeded(self, event: monitoring.CommandSucceededEvent) -> None:
        """Nothing to remember."""

    def failed(self, event: monitoring.CommandFailedEvent) -> None:
        """Nothing to remember."""


written = Written()


def empty(names: set[str]) -> None:
    database = _database()
    for name in names - KEPT:
        database[name].delete_many({})


def _database() -> Any:
    connection: Any = connections["default"]
    return connection.get_database()


def _teardown(test: Any) -> None:
    empty(written.names)
    written.names.clear()


def install() -> None:
    """Use this in place of Django's flush."""
    monitoring.register(written)
    TransactionTestCase._fixture_teardown = _teardown  # type: ignore[attr-defined] # noqa: SLF001
