"""Answers on their way to whoever reads them: how many at once, and as server-sent events."""

import json
import threading
from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeVar

import structlog
from django.conf import settings
from django.http import StreamingHttpResponse
from django.utils.translation import gettext as _

from accounts.models import User
from assistant import answering
from assistant.answering import Done, Event, Sentence, Waiting
from assistant.citing import Verified
from assistant.models import Turn
from assistant.sources import Citation, Kind
from hospital.errors import Refusal

log = structlog.get_logger(__name__)
EVENT_STREAM = "text/event-stream"
RETRY_AFTER = 2
STILL_HERE = ": \n\n"  # a comment, which readers pass over: writing it shows whether there are any
Told = tuple[str, Mapping[str, Any]]
Answer = TypeVar("Answer")
Tell = Callable[[Event], Iterator[Told]]


class Seats:
    """So many threads of a process may wait for words at once: the others are for pages, which never wait."""

    def __init__(self, number: int) -> None:
        self._free = threading.BoundedSemaphore(number)

    def take(self) -> bool:
        return self._free.acquire(blocking=False)

    def give_back(self) -> None:
        self._free.release()


STREAMS = Seats(settings.ASSISTANT_STREAMS)
WHOLE = Seats(settings.ASSISTANT_WHOLE_ANSWERS)


def whole(turn: Turn, *, by: User) -> bool:
    """Answer to the end. False where too many wait already: the question stays, and can be answered later."""
    if turn.is_over:
        return True
    if not WHOLE.take():
        return False
    try:
        for _event in answering.answering(turn, by=by):
            pass
    except Refusal as refusal:
        log.info("answered_elsewhere", turn=str(turn.pk), code=refusal.code)
    finally:
        WHOLE.give_back()
    return True


def waited_for(act: Callable[[], Answer]) -> Answer | None:
    """What comes of something that asks a provider; None where too many wait already."""
    if not WHOLE.take():
        return None
    try:
        return act()
    finally:
        WHOLE.give_back()


def streamed(turn: Turn, tell: Tell, *, by: User, begin: Told) -> StreamingHttpResponse | None:
    """The answer as events; None where too many are open: whoever asked asks for the whole one then."""
    if not STREAMS.take():
        return None
    events = stored(turn) if turn.is_over else answering.answering(turn, by=by)
    headers = {"Cache-Control": "no-store, private", "X-Accel-Buffering": "no"}
    return StreamingHttpResponse(_Stream(events, tell, begin), content_type=EVENT_STREAM, headers=headers)


def stored(turn: Turn) -> Iterator[Event]:
    """What was said once, as it was said then."""
    known = {one["id"]: Citation(**one | {"kind": Kind(one["kind"])}) for one in turn.citations}
    for one in turn.answer:
        yield Sentence(Verified(one["text"], tuple(known[key] for key in one["keys"]), one["opens"]))
    yield Done(turn)


def written(name: str, data: Mapping[str, Any]) -> str:
    """One event as it goes over the wire."""
    return f"event: {name}\ndata: {json.dumps(data, ensure_ascii=False)}\n\n"


class _Stream:
    """The body of the response. Closing it, as the server does when the reader has gone, ends the answer."""

    def __init__(self, events: Iterator[Event], tell: Tell, begin: Told) -> None:
        self._events, self._tell = events, tell
        self._parts = self._written(begin)
        self._is_open = True

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        part: str = next(self._parts)
        return part

    def close(self) -> None:
        if self._is_open:
            self._is_open = False
            STREAMS.give_back()
            self._parts.close()
            self._events.close()  # type: ignore[attr-defined]

    def _written(self, begin: Told) -> Any:
        yield written(*begin)
        try:
            for event in self._events:
                if isinstance(event, Waiting):
                    yield STILL_HERE
                for told in self._tell(event):
                    yield written(*told)
        except Refusal as refusal:
            yield written("failed", {"code": refusal.code, "text": refusal.message})
        except Exception:
            log.exception("answer_broke_off")
            yield written("failed", {"code": "failed", "text": _("Something went wrong. It has been noted.")})
