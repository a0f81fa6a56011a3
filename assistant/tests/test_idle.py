"""What the assistant costs a process that nobody asks."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
MOST_MEGABYTES = 60


@pytest.fixture(scope="module")
def seen() -> dict[str, Any]:
    """What each kind of process says of itself; they run beside each other."""
    env = os.environ | {"HOSPITAL_DEBUG_DEFAULT": "on"}
    kinds = ("worker", "without", "check")
    started = [
        subprocess.Popen(
            [sys.executable, "-m", "assistant.tests.idle", kind], cwd=ROOT, env=env, stdout=subprocess.PIPE
        )
        for kind in kinds
    ]
    return {
        kind: json.loads(one.communicate(timeout=120)[0]) for kind, one in zip(kinds, started, strict=True)
    }


@pytest.mark.parametrize("kind", ["worker", "check"])
def test_nothing_heavy_is_read(seen: dict[str, Any], kind: str) -> None:
    assert seen[kind]["heavy"] == []


def test_a_web_worker_grows_little(seen: dict[str, Any]) -> None:
    grown = (seen["worker"]["resident"] - seen["without"]["resident"]) / 1e6
    print(f"a web worker with the assistant idle is {grown:.1f} MB larger")
    assert grown <= MOST_MEGABYTES
