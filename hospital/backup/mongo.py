"""How a MongoDB database is copied while people work, and how a copy is put in its place.

Each collection is a file of BSON documents, as mongodump writes them, and one of its indexes.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

from bson import json_util
from bson.codec_options import CodecOptions
from bson.raw_bson import RawBSONDocument
from django.db import connections
from pymongo import IndexModel
from pymongo.errors import PyMongoError
from pymongo.read_concern import ReadConcern

from hospital.backup.sealing import Unusable

PROBE = "backup_probe"
INCOMING = "incoming."
AT_A_TIME = 1000
FORGOTTEN = {"SnapshotTooOld", "SnapshotUnavailable", "NoSuchTransaction"}
RAW: CodecOptions[Any] = CodecOptions(document_class=RawBSONDocument)


def _database() -> Any:
    connection: Any = connections["default"]
    connection.ensure_connection()
    return connection.get_database()


def version() -> str:
    return str(_database().client.server_info()["version"])


def save(folder: Path, without: set[str]) -> dict[str, int]:
    """Copy all collections as of one moment, and say how many documents each has."""
    database = _database()
    names = sorted(database.list_collection_names(filter={"type": "collection"}))
    kept = [name for name in names if name != PROBE and not name.startswith(("system.", INCOMING))]
    try:
        with _one_moment(database) as session:
            return {name: _save(database[name], folder, session, empty=name in without) for name in kept}
    except PyMongoError as error:
        raise Unusable(_said(error)) from error


def _said(error: PyMongoError) -> str:
    name = (getattr(error, "details", None) or {}).get("codeName", type(error).__name__)
    if name in FORGOTTEN:
        return (
            f"MongoDB let the moment of the backup go ({name}). "
            "Let it keep the past for longer: minSnapshotHistoryWindowInSeconds; see docs/operations.md."
        )
    return f"MongoDB says: {name}."


@contextmanager
def _one_moment(database: Any) -> Iterator[Any]:
    """A session that sees the database as it is now, whatever is written meanwhile.

    A snapshot session may read for as long as the server keeps the past (five minutes unless it is told otherwise). A
    server that takes the word and does not keep it is found out by a probe; then it is a transaction.
    """
    with database.client.start_session(snapshot=True) as session:
        if _stands_still(database, session):
            yield session
            return
    with database.client.start_session() as session, session.start_transaction(ReadConcern("snapshot")):
        yield session
        session.abort_transaction()


def _stands_still(database: Any, session: Any) -> bool:
    """Whether what is written after the first read is not seen."""
    probe, marks = database[PROBE], [uuid4().hex, uuid4().hex]
    probe.insert_one({"_id": marks[0]})
    probe.find_one({"_id": marks[0]}, session=session)
    probe.insert_one({"_id": marks[1]})
    try:
        return probe.find_one({"_id": marks[1]}, session=session) is None
    finally:
        probe.delete_many({"_id": {"$in": marks}})


def _save(collection: Any, folder: Path, session: Any, *, empty: bool) -> int:
    indexes = [dict(one) for one in collection.list_indexes()]
    (folder / f"{collection.name}.indexes.json").write_text(json_util.dumps(indexes))
    count = 0
    with (folder / f"{collection.name}.bson").open("wb") as file:
        if not empty:
            for document in collection.with_options(RAW).find({}, session=session, batch_size=AT_A_TIME):
                file.write(document.raw)
                count += 1
    return count


def load(folder: Path) -> None:
    """Put the copy in the place of what is there: first beside it, then each collection is given its name.

    If this process dies before the names are given, all is as it was.
    """
    database = _database()
    names = [path.name.removesuffix(".bson") for path in sorted(folder.glob("*.bson"))]
    try:
        _replace(database, names, folder)
    except PyMongoError as error:
        raise Unusable(f"{_said(error)} Restore it again.") from error


def _replace(database: Any, names: list[str], folder: Path) -> None:
    for name in names:
        database[INCOMING + name].drop()
        _load(database.create_collection(INCOMING + name), folder, name)
    for name in names:
        database[INCOMING + name].rename(name, dropTarget=True)
    for name in set(database.list_collection_names(filter={"type": "collection"})) - set(names):
        if not name.startswith("system."):
            database[name].drop()


def _load(collection: Any, folder: Path, name: str) -> None:
    indexes = json_util.loads((folder / f"{name}.indexes.json").read_text())
    made = [_index(dict(one)) for one in indexes if one["name"] != "_id_"]
    if made:
        collection.create_indexes(made)
    waiting: list[RawBSONDocument] = []
    for document in _documents(folder / f"{name}.bson"):
        waiting.append(document)
        if len(waiting) == AT_A_TIME:
            collection.with_options(RAW).insert_many(waiting)
            waiting = []
    if waiting:
        collection.with_options(RAW).insert_many(waiting)


def _index(given: dict[str, Any]) -> IndexModel:
    keys = list(given.pop("key").items())
    return IndexModel(keys, **{name: value for name, value in given.items() if name not in {"v", "ns"}})


def _documents(path: Path) -> Iterator[RawBSONDocument]:
    with path.open("rb") as file:
        while head := file.read(4):
            yield RawBSONDocument(head + file.read(int.from_bytes(head, "little") - 4))
