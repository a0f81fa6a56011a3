"""Moving to another database: killed in the middle it goes on, and a row that differs is named."""

import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from uuid import uuid4

import pytest
from pymongo import MongoClient

from hospital.tests.mongo import ON_MONGO
from hospital.tests.scratch import Scratch, scratch
from hospital.tests.test_drill import DRILL, command, refused

pytestmark = pytest.mark.concurrency
SAME = "the other side is a file here too"


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scratch]:
    """A small hospital that is going to move."""
    with scratch(tmp_path_factory.mktemp("move")) as found:
        found.run(*DRILL, "prepare")
        yield found


@pytest.fixture(scope="module")
def there(here: Scratch) -> Path:
    """The file it has moved to, killed in the middle and begun again."""
    file = here.folder / "there.sqlite3"
    moving = here.start("manage.py", "move_to", "--database-url", f"sqlite:///{file}")
    assert moving.stdout is not None
    while not moving.stdout.readline().endswith(": audit.Entry\n"):
        assert moving.poll() is None, here.log.read_text()[-3000:]
    moving.kill()
    moving.communicate()
    with closing(sqlite3.connect(file)) as half:
        assert half.execute("SELECT count(*) FROM accounts_user").fetchone()[0] > 0
    said = command(here, "move_to", "--database-url", f"sqlite:///{file}")
    assert "each is what it is here" in "\n".join(said)
    assert any(line.startswith("verify_ledger: ") for line in said)
    return file


def test_killed_in_the_middle_it_goes_on_and_every_row_is_there(there: Path) -> None:
    with closing(sqlite3.connect(there)) as moved:
        names = [row[0] for row in moved.execute("SELECT given_name FROM patients_patient")]
        rows = moved.execute("SELECT count(*) FROM billing_ledgerentry").fetchone()[0]
        addresses = moved.execute("SELECT count(*) FROM django_session").fetchone()[0]
    assert (names, rows, addresses) == (["First"], 2, 0)


@pytest.mark.mongo_slow(SAME)
def test_a_row_that_differs_is_named_and_its_values_are_not(here: Scratch, there: Path) -> None:
    other = shutil.copy(there, there.with_name("other.sqlite3"))
    with closing(sqlite3.connect(other)) as changed:
        changed.execute("UPDATE patients_patient SET given_name = 'Forged'")
        changed.commit()

    said = refused(here, "move_to", "--database-url", f"sqlite:///{other}")
    assert "patients.Patient" in said
    assert "differs in given_name" in said
    assert "Forged" not in said


@pytest.mark.skipif(not ON_MONGO, reason="needs a MongoDB server")
def test_from_one_file_to_mongodb(there: Path, here: Scratch) -> None:
    env = {**here.env, "MONGO_URI": "", "DATABASE_URL": f"sqlite:///{there}"}
    moving = replace(here, env=env | {"MONGO_DB_NAME": f"moved_{uuid4().hex[:12]}"})
    with MongoClient[dict[str, object]](os.environ["MONGO_URI"]) as client:
        try:
            said = command(moving, "move_to", "--database-url", os.environ["MONGO_URI"])
            moved = client[moving.env["MONGO_DB_NAME"]]
            assert "each is what it is here" in "\n".join(said)
            assert [one["given_name"] for one in moved["patients_patient"].find()] == ["First"]
        finally:
            client.drop_database(moving.env["MONGO_DB_NAME"])


@pytest.mark.mongo_slow(SAME)
def test_a_database_with_other_people_in_it_is_left_alone(here: Scratch, there: Path) -> None:
    other = shutil.copy(there, there.with_name("theirs.sqlite3"))
    with closing(sqlite3.connect(other)) as changed:
        changed.execute("UPDATE accounts_user SET _id = replace(_id, substr(_id, 1, 4), 'ffff')")
        changed.commit()

    assert "in use" in refused(here, "move_to", "--database-url", f"sqlite:///{other}")


@pytest.mark.mongo_slow(SAME)
def test_the_same_database_under_another_name_is_known(here: Scratch) -> None:
    other = here.folder / "other-name.sqlite3"
    other.symlink_to(here.folder / "scratch.sqlite3")

    assert "in use here" in refused(here, "move_to", "--database-url", f"sqlite:///{other}")
