"""What tests of the assistant share: no index unless they ask for one."""

from collections.abc import Iterator
from typing import Any

import pytest

from assistant.retrieval import store
from assistant.tests.chroma import running


@pytest.fixture(autouse=True)
def _no_index(settings: Any) -> None:
    settings.CHROMA_URL = ""
    store.forget_trouble()


@pytest.fixture(scope="session")
def chroma(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a real server, started when the first test needs it."""
    with running(tmp_path_factory.mktemp("chroma")) as server:
        yield server.url
        store.forget_trouble()


@pytest.fixture
def index(chroma: str, settings: Any) -> str:
    """That server, empty."""
    settings.CHROMA_URL = chroma
    store.forget_trouble()
    store.begin_again()
    return chroma
