"""The vector store: a Chroma server somewhere else, asked with little patience and left alone while it is ill.

It is spoken to over its own HTTP interface (v2): its client for Python waits without end and weighs 50 MB.
"""

import json
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache
from typing import Any

import structlog
from django.conf import settings

from assistant.embedding import NAME

log = structlog.get_logger(__name__)
HEARTBEAT = "/api/v2/heartbeat"
PLACE = "/api/v2/tenants/default_tenant/databases/default_database/collections"
CONNECTS_WITHIN = 0.5  # seconds
ANSWERS_WITHIN = 2.0
WORKER_WAITS = 30.0
ASK_AGAIN_AFTER = 15.0
LARGEST_ANSWER = 8_000_000
ACCEPTED = (200, 201)
UNKNOWN = 404
AS_IT_COMES = {"Accept-Encoding": "identity"}


class Shelf(StrEnum):
    """Guidelines stand apart from charts: among what everybody may find nothing has to be filtered, which is costly."""

    GUIDELINES = "guidelines"
    CHARTS = "charts"


class StoreAway(Exception):
    """The store is not configured, not reachable, too slow, or answers what cannot be understood."""


@dataclass(frozen=True, slots=True)
class Entry:
    """What is kept of a passage: whose it is, and never what it says."""

    id: str
    vector: Sequence[float]
    kind: str
    subject: str
    patient: str = ""

    @property
    def shelf(self) -> Shelf:
        return Shelf.CHARTS if self.patient else Shelf.GUIDELINES

    @property
    def facts(self) -> dict[str, str]:
        return {"kind": self.kind, "subject": self.subject, "patient": self.patient}


@dataclass(frozen=True, slots=True)
class Near:
    """A passage that is near: `likeness` is the cosine of the angle between the two."""

    id: str
    likeness: float
    facts: Mapping[str, Any]


@dataclass
class _State:
    """`collections` are the ids that a server has given to ours, by its address and the shelf."""

    closed_until: float = 0.0
    collections: dict[tuple[str, str], str] = field(default_factory=dict)


_state = _State()


def forget_trouble() -> None:
    """Ask the store again at the next occasion, over new connections, and for its collections too."""
    _state.closed_until, _state.collections = 0.0, {}
    if _client.cache_info().currsize:
        _client().close()
        _client.cache_clear()


def nearest(vector: Sequence[float], *, most: int, patient: str = "") -> list[Near]:
    """The nearest of this patient's passages, or of guidelines: nothing else is compared. Raises StoreAway."""
    asked: dict[str, Any] = {"query_embeddings": [list(vector)], "n_results": most}
    asked |= {"include": ["distances", "metadatas"]} | ({"where": {"patient": patient}} if patient else {})
    shelf = Shelf.CHARTS if patient else Shelf.GUIDELINES
    answer = _ask_collection(shelf, "query", asked, within=ANSWERS_WITHIN)
    try:
        (ids,), (distances,), (facts,) = answer["ids"], answer["distances"], answer["metadatas"]
        return [
            Near(str(one), 1.0 - float(distance), dict(known or {}))
            for one, distance, known in zip(ids, distances, facts, strict=True)
        ]
    except (KeyError, TypeError, ValueError) as error:
        raise _trouble("query", error) from error


def put(entries: Sequence[Entry]) -> None:
    """Write entries, over those with the same ids. For the worker alone. Raises StoreAway."""
    for shelf in Shelf:
        some = [one for one in entries if one.shelf == shelf]
        if some:
            columns = {
                "ids": [one.id for one in some],
                "embeddings": [list(one.vector) for one in some],
                "metadatas": [one.facts for one in some],
            }
            _ask_collection(shelf, "upsert", columns, within=WORKER_WAITS)


def remove_guideline(subject: str) -> None:
    """Remove all entries of a guideline. For the worker alone. Raises StoreAway."""
    _ask_collection(Shelf.GUIDELINES, "delete", {"where": {"subject": subject}}, within=WORKER_WAITS)


def remove_from_charts(ids: Sequence[str]) -> None:
    """Remove entries by their ids; it is no harm if they are gone. For the worker alone. Raises StoreAway."""
    if ids:
        _ask_collection(Shelf.CHARTS, "delete", {"ids": list(ids)}, within=WORKER_WAITS)


def begin_again() -> None:
    """Throw everything away. For the worker alone. Raises StoreAway."""
    for shelf in Shelf:
        _collection(shelf, within=WORKER_WAITS)
        with suppress(_Unknown):
            _ask("DELETE", f"{PLACE}/{_name(shelf)}", None, within=WORKER_WAITS)
    _state.collections = {}


def beats() -> None:
    """Ask the server whether it is there, whatever it did a moment ago. Raises what went wrong."""
    status, _ = _exchange("GET", HEARTBEAT, None, within=CONNECTS_WITHIN)
    if status not in ACCEPTED:
        raise ValueError(f"status {status}")


def count() -> int:
    """How many entries there are. For the worker alone. Raises StoreAway."""
    return sum(int(_ask_collection(shelf, "count", None, within=WORKER_WAITS)) for shelf in Shelf)


def _name(shelf: Shelf) -> str:
    return f"{shelf}-{NAME}"


def _ask_collection(shelf: Shelf, verb: str, body: Mapping[str, Any] | None, *, within: float) -> Any:
    """Ask; once more where the collection that we knew is not there, since somebody may have begun again."""
    for is_last in (False, True):
        collection = _collection(shelf, within=within)
        try:
            method = "GET" if body is None else "POST"
            return _ask(method, f"{PLACE}/{collection}/{verb}", body, within=within)
        except _Unknown as error:
            _state.collections = {}
            if is_last:
                raise _trouble(verb, error) from error
    raise AssertionError("the last try returns or raises")


def _collection(shelf: Shelf, *, within: float) -> str:
    """The id of our collection at the server that is configured, which makes it where it has none."""
    key = (settings.CHROMA_URL, shelf.value)
    found = _state.collections.get(key, "")
    if not found:
        body = {"name": _name(shelf), "get_or_create": True, "configuration": {"hnsw": {"space": "cosine"}}}
        try:
            found = str(_ask("POST", PLACE, body, within=within)["id"])
        except (KeyError, TypeError, _Unknown) as error:
            raise _trouble("collection", error) from error
        _state.collections = _state.collections | {key: found}
    return found


class _Unknown(Exception):
    """The server does not know what was asked for."""


def _ask(method: str, path: str, body: Mapping[str, Any] | None, *, within: float) -> Any:
    import httpx  # noqa: PLC0415 a process that searches nothing does not load it

    if not settings.CHROMA_URL:
        raise StoreAway("CHROMA_URL names no server.")
    if within == ANSWERS_WITHIN and time.monotonic() < _state.closed_until:
        raise StoreAway("It did not answer a moment ago.")
    try:
        return _understood(*_exchange(method, path, body, within=within))
    except (httpx.HTTPError, httpx.InvalidURL, OSError, ValueError) as error:
        raise _trouble(method, error) from error


def _understood(status: int, content: bytes) -> Any:
    if status == UNKNOWN:
        raise _Unknown
    if status not in ACCEPTED:
        raise ValueError(f"status {status}")
    return json.loads(content)


def _exchange(method: str, path: str, body: Mapping[str, Any] | None, *, within: float) -> tuple[int, bytes]:
    """Status and content of an answer that came in time, as a whole, and is no longer than any of ours."""
    import httpx  # noqa: PLC0415

    ends = time.monotonic() + within
    patience = httpx.Timeout(within, connect=CONNECTS_WITHIN)
    url = settings.CHROMA_URL.rstrip("/") + path
    content = None if body is None else json.dumps(body, separators=(",", ":"))
    headers = AS_IT_COMES | {"Content-Type": "application/json"}
    with _client().stream(method, url, content=content, headers=headers, timeout=patience) as answer:
        came = bytearray()
        for some in answer.iter_raw():
            came += some
            if len(came) > LARGEST_ANSWER or time.monotonic() > ends:
                raise ValueError("too long or too slow")
        return answer.status_code, bytes(came)


@cache
def _client() -> Any:
    """Keeps its connections; for several threads."""
    import httpx  # noqa: PLC0415

    return httpx.Client(trust_env=False, follow_redirects=False)


def _trouble(what: str, error: Exception) -> StoreAway:
    _state.closed_until = time.monotonic() + ASK_AGAIN_AFTER
    log.warning("vector_store_away", asked=what, error=type(error).__name__)
    return StoreAway(str(error))
