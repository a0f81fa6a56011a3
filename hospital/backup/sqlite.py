"""How an SQLite database is copied while people work, and how a copy is put in its place."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from django.db import connections

from hospital.backup.sealing import Unusable

FILE = "hospital.sqlite3"


def _live() -> Any:
    """The connection that the engine opens, with its options."""
    connection = connections["default"]
    connection.ensure_connection()
    return connection.connection


@contextmanager
def _said_plainly() -> Iterator[None]:
    """What SQLite cannot do, such as write where there is no room, as a sentence."""
    try:
        yield
    except sqlite3.Error as error:
        raise Unusable(f"SQLite says: {error}.") from error


def version() -> str:
    return sqlite3.sqlite_version


def save(folder: Path, without: set[str]) -> dict[str, int]:
    """Copy the database by SQLite's backup API, as of one moment, and say how many rows each table has.

    All pages in one step: one that waits between steps begins anew whenever somebody writes.
    """
    with _said_plainly(), closing(sqlite3.connect(folder / FILE)) as copy:
        copy.execute("PRAGMA synchronous=OFF")
        _live().backup(copy, pages=-1)
        copy.execute("PRAGMA journal_mode=DELETE")  # one file, nothing beside it
        copy.execute("PRAGMA secure_delete=ON")
        for table in without:
            copy.execute(f'DELETE FROM "{table}"')  # noqa: S608 a name of ours
        copy.commit()
        (said,) = copy.execute("PRAGMA quick_check(1)").fetchone()
        if said != "ok":
            raise Unusable(f"The database itself is damaged, and so would be the backup: {said}")
        return _count(copy)


def _count(copy: Any) -> dict[str, int]:
    names = copy.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
    return {name: copy.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0] for (name,) in names}  # noqa: S608


def load(folder: Path) -> None:
    """Put the copy in the place of what is there, in one transaction of SQLite.

    Who has the file open sees the old rows or the new ones. If this process dies, all is as it was.
    """
    with _said_plainly(), closing(sqlite3.connect(folder / FILE)) as copy:
        copy.backup(_live(), pages=-1)
