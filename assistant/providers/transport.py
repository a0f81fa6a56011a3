"""Requests on their way out, and answers on their way in. Imported only when somebody outside is asked."""

import logging
from collections.abc import Iterator
from typing import Any

import httpx2

from assistant.providers.wire import Sending, current

LONGEST_ANSWER = 4_000_000  # bytes
CONNECT_SECONDS = 5.0
logging.getLogger("httpx2").setLevel(logging.WARNING)  # each request has a row of its own


class Answer(httpx2.SyncByteStream):
    """What comes back, until it is too long or too late."""

    def __init__(self, answer: Any, one: Sending) -> None:
        self.answer, self.one = answer, one
        self.is_closed = False

    def __iter__(self) -> Iterator[bytes]:
        length = 0
        for piece in self.answer:
            length += len(piece)
            if self.one.is_late():
                raise httpx2.ReadTimeout("The whole answer takes too long.")
            if length > LONGEST_ANSWER:
                raise httpx2.DecodingError("The answer is too long.")
            yield piece

    def close(self) -> None:
        self.is_closed = True
        self.answer.close()


class Shown(httpx2.HTTPTransport):
    """Shows each request to whoever sends it, before anything is connected."""

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        one = current()
        try:
            one.show(request.read())
        except Exception as error:
            one.refused = error
            raise
        response = super().handle_request(request)
        one.answer = Answer(response.stream, one)
        return httpx2.Response(
            status_code=response.status_code,
            headers=response.headers,
            stream=one.answer,
            extensions=response.extensions,
        )


def new_client(seconds: float) -> httpx2.Client:
    timeout = httpx2.Timeout(seconds, connect=min(CONNECT_SECONDS, seconds))
    return httpx2.Client(transport=Shown(), timeout=timeout, follow_redirects=False, trust_env=False)
