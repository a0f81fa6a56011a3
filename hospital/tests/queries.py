"""Counting what a page or an endpoint asks of the database."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connections
from django.test.utils import CaptureQueriesContext

from accounts import places

NOT_COUNTED = ("BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE", "PRAGMA", "SESSION.")


def statements(captured: CaptureQueriesContext) -> list[str]:
    """Those that read or write rows."""
    texts = [str(query["sql"]) for query in captured.captured_queries]
    return [text for text in texts if not text.lstrip().upper().startswith(NOT_COUNTED)]


@contextmanager
def counted(*, at_most: int) -> Iterator[None]:
    """Fail if the block asks more; session, user and audit are included."""
    places.forget()
    places.departments()  # kept in the process for half a minute; a server has them
    with CaptureQueriesContext(connections["default"]) as captured:
        yield
    asked = statements(captured)
    assert len(asked) <= at_most, f"{len(asked)} statements:\n" + "\n".join(asked)
