"""Several people sign the same prescription at once, or are killed while they do: once or not at all, never half."""

import os
import time
from pathlib import Path
from typing import Any

import pytest

from hospital.tests.mongo import ON_MONGO
from hospital.tests.scratch import scratch
from prescriptions.tests.race_signing import LINES

pytestmark = pytest.mark.concurrency
SEED = int(os.environ.get("RACE_SEED", "20261129"))
IN_CI, IN_SOAK = (2 if ON_MONGO else 4), 80  # prescriptions of each kind; its test server is slow
KILLS_IN_CI, KILLS_IN_SOAK = (0 if ON_MONGO else 3), 60  # its test server keeps the locks of the dead
Raced = dict[str, Any]


def race(folder: Path, number: int, kills: int) -> Raced:
    started = time.monotonic()
    options = ("--number", str(number), "--kills", str(kills), "--seed", str(SEED))
    with scratch(folder) as here:
        ready = time.monotonic()
        raced = dict(here.run("-m", "prescriptions.tests.race_signing", *options))
    print(f"a database in {ready - started:.0f} s, all races in {time.monotonic() - ready:.0f} s")
    return raced


@pytest.fixture(scope="module")
def raced(tmp_path_factory: pytest.TempPathFactory) -> Raced:
    return race(tmp_path_factory.mktemp("signing"), IN_CI, KILLS_IN_CI)


def each(raced: Raced, what: str) -> list[tuple[tuple[str, ...], dict[str, Any]]]:
    """Of each prescription what everybody was told, and what is there."""
    return list(zip(zip(*raced["told"][what], strict=True), raced["seen"][what], strict=True))


def signed_once(raced: Raced) -> None:
    for (*answers, stale), seen in each(raced, "drafts"):
        assert answers.count("done") == 1
        assert stale in {"stale", "prescription_signed"}
        assert (seen["status"], seen["lines"], seen["signed"], seen["whole"]) == ("signed", LINES, 1, True)


def agreed_once(raced: Raced) -> None:
    for answers, seen in each(raced, "waiting"):
        assert answers.count("done") == 1
        is_draft = answers[2] == "done"
        wanted = ("draft", 0, 0) if is_draft else ("signed", 1, 1)
        assert (seen["status"], seen["lines"], seen["agreed"]) == wanted
        assert seen["whole"]


def never_for_the_dead(raced: Raced) -> None:
    for (signing, dying), seen in each(raced, "dying"):
        assert dying == "done"
        assert seen["status"] == ("stopped" if signing == "done" else "draft")
        assert seen["whole"]


def whole_or_not_at_all(raced: Raced) -> None:
    for one in (one for round_ in raced["rounds"] for one in round_["seen"]):
        parts = one["lines"], one["signed"], one["whole"]
        assert parts == ((LINES, 1, True) if one["status"] == "signed" else (0, 0, True))
    for one in raced["seen"]["killed"]:
        assert (one["status"], one["lines"], one["signed"]) == ("signed", LINES, 1)
    busy = sum(round_["was_busy"] for round_ in raced["rounds"])
    print(f"{busy} of {len(raced['rounds'])} were killed while they signed, seed {SEED}")
    assert busy


@pytest.mark.mongo_slow("one engine is enough to see the naive version fail")
def test_looking_first_and_then_writing_signs_twice(raced: Raced) -> None:
    """The naive version is seen to fail, so that the tests below are known to be able to."""
    assert any(answers.count("done") > 1 for answers, _seen in each(raced, "naive"))


def test_of_several_who_sign_one_does(raced: Raced) -> None:
    signed_once(raced)


def test_of_several_who_agree_or_send_back_one_does(raced: Raced) -> None:
    agreed_once(raced)


def test_nobody_signs_for_the_dead(raced: Raced) -> None:
    never_for_the_dead(raced)


@pytest.mark.mongo_slow("its test server does not let go of a transaction whose client was killed")
def test_whoever_is_killed_has_signed_once_or_not_at_all(raced: Raced) -> None:
    whole_or_not_at_all(raced)


@pytest.mark.soak
def test_eighty_of_each_and_sixty_kills(tmp_path: Path) -> None:
    raced = race(tmp_path, IN_SOAK, KILLS_IN_SOAK)

    signed_once(raced)
    agreed_once(raced)
    never_for_the_dead(raced)
    whole_or_not_at_all(raced)
