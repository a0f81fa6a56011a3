"""The drill: back up while people work, lose everything, restore, and find that what was saved is there."""

import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from pymongo import MongoClient

from hospital.tests.mongo import ON_MONGO
from hospital.tests.scratch import Scratch, scratch

pytestmark = pytest.mark.concurrency
DRILL = ("-m", "hospital.tests.drill")
WORKERS = 2
KEY = "the key of the drill, which is long enough"


def command(here: Scratch, *words: str) -> list[str]:
    """What a command of manage.py said; it must have ended well."""
    process = here.start("manage.py", *words)
    output, _ = process.communicate(timeout=600)
    assert process.returncode == 0, here.log.read_text()[-3000:]
    return output.splitlines()


def refused(here: Scratch, *words: str) -> str:
    """What a command said that would not do it."""
    process = here.start("manage.py", *words)
    process.communicate(timeout=600)
    assert process.returncode == 1
    return here.log.read_text().splitlines()[-1]


@contextmanager
def people_at_work(here: Scratch) -> Iterator[list["subprocess.Popen[str]"]]:
    """Each has served somebody when the block begins, and goes on until it ends."""
    signs = here.folder / "signs"
    shutil.rmtree(signs, ignore_errors=True)
    signs.mkdir()
    people = [
        here.start(*DRILL, "work", "--signs", str(signs), "--worker", str(one)) for one in range(WORKERS)
    ]
    give_up = time.monotonic() + 120
    while len(list(signs.glob("at-work-*"))) < WORKERS and time.monotonic() < give_up:
        assert all(one.poll() is None for one in people), here.log.read_text()[-3000:]
        time.sleep(0.02)
    try:
        yield people
    finally:
        (signs / "enough").touch()
        for one in people:
            one.wait(60)


def lose_everything(here: Scratch) -> None:
    shutil.rmtree(here.env["UPLOADS_FOLDER"])
    if ON_MONGO:
        with MongoClient[dict[str, Any]](here.env["MONGO_URI"]) as client:
            client.drop_database(here.env["MONGO_DB_NAME"])
        return
    for file in here.folder.glob("scratch.sqlite3*"):
        file.unlink()


def drill(here: Scratch, backups: int) -> tuple[dict[str, Any], dict[str, Any], list[str], int]:
    """What was planted, what was found afterwards, what `restore` said, how many people were served meanwhile."""
    here.env |= {"BACKUP_FOLDER": str(here.folder / "backups"), "BACKUP_KEY": KEY}
    planted = here.run(*DRILL, "prepare")
    with people_at_work(here) as people:
        for _ in range(backups):
            command(here, "backup")
    served = sum(here.answer(one)["served"] for one in people)
    archive = max(Path(here.env["BACKUP_FOLDER"]).glob("*.sealed"))
    lose_everything(here)
    said = command(here, "restore", str(archive))
    found = here.run(*DRILL, "look", "--patient", planted["patient"], "--document", planted["document"])
    print(
        f"{served} people served meanwhile; of them {found['rows']['patients.Patient'] - 1} are in the backup"
    )
    return planted, found, said, served


@pytest.fixture(scope="module")
def drilled(
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[tuple[Scratch, dict[str, Any], list[str], int]]:
    with scratch(tmp_path_factory.mktemp("drill")) as here:
        _planted, found, said, served = drill(here, 1)
        yield here, found, said, served


Drilled = tuple[Scratch, dict[str, Any], list[str], int]


def test_it_is_of_one_moment_while_people_worked(drilled: Drilled) -> None:
    _here, found, said, served = drilled
    rows = found["rows"]

    patients = rows["patients.Patient"]
    assert WORKERS < patients <= served + 1
    assert (
        patients
        >= rows["billing.Invoice"]
        >= rows["billing.Payment"]
        >= rows["patients.Document"]
        >= patients - WORKERS
    )
    assert rows["billing.LedgerEntry"] == found["issued"] + rows["billing.Payment"]
    assert any(line.startswith("verify_ledger: ") for line in said)
    assert any(line.startswith("verify_notes: 1 signed notes") for line in said)


def test_every_letter_is_there_and_is_what_it_was(drilled: Drilled) -> None:
    _here, found, _said, _served = drilled

    assert found["letter"] == "A letter about first."
    assert found["letters_that_are_not_theirs"] == []


def test_people_log_in_again_and_work_goes_on(drilled: Drilled) -> None:
    _here, found, _said, _served = drilled

    assert found["record"] == 200
    assert found["restored_sessions"] == 1
    assert found["due"] == 0


def test_a_database_with_people_in_it_is_not_overwritten_unless_somebody_says_so(drilled: Drilled) -> None:
    here, _found, _said, _served = drilled
    (archive,) = Path(here.env["BACKUP_FOLDER"]).glob("*.sealed")

    assert "--replace" in refused(here, "restore", str(archive))
    assert command(here, "restore", "--replace", str(archive))[-1].startswith("Restored.")


@pytest.mark.mongo_slow("the archive is written in the same way")
def test_a_backup_that_is_killed_leaves_nothing_that_looks_like_one(drilled: Drilled) -> None:
    here, _found, _said, _served = drilled
    folder = here.folder / "killed"
    making = here.start("manage.py", "backup", "--to", str(folder))
    while not list(folder.glob(".unfinished-*/hospital-*")):
        assert making.poll() is None, here.log.read_text()[-3000:]
    making.kill()
    making.communicate()
    (left,) = folder.iterdir()
    assert left.name.startswith(".unfinished-")

    os.utime(left, (0, 0))  # a day later
    command(here, "backup", "--to", str(folder), "--keep", "1")
    (made,) = folder.iterdir()
    assert made.name.endswith(".tar.gz.sealed")


@pytest.mark.soak
def test_drill_of_an_afternoon(tmp_path: Path) -> None:
    with scratch(tmp_path) as here:
        for _round in range(3):
            shutil.rmtree(here.folder / "backups", ignore_errors=True)
            _planted, found, _said, _served = drill(here, 3)
            assert found["record"] == 200
            assert found["letters_that_are_not_theirs"] == []
            lose_everything(here)
            (here.folder / "uploads").mkdir()
            command(here, "migrate", "--verbosity", "0")
