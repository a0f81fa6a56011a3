"""What is not for here is refused by name, before anything is changed; what restoring does else is in the drill."""

from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from hospital.backup import archive, making, restoring
from hospital.backup.sealing import Unusable


@pytest.fixture(autouse=True)
def _folder(settings: Any, tmp_path: Path) -> None:
    settings.BACKUP_FOLDER, settings.BACKUP_KEY = str(tmp_path / "backups"), ""


def made(folder: Path, **manifest: Any) -> Path:
    """An archive that is whole, and says this of itself."""
    here = {"engine": making.copying().__name__.rpartition(".")[2], "migrations": [], "rows": {}}
    with archive.writing(folder / "archive", "") as writer:
        writer.finish({"made_at": "2026-11-29", **here, **manifest})
    return folder / "archive"


def refused(path: Path) -> str:
    with pytest.raises(Unusable) as found:
        restoring.restore(path, replace=True, say=lambda _: None)
    return str(found.value)


def test_a_backup_of_another_engine_is_refused_with_the_way_to_go(tmp_path: Path) -> None:
    assert "move_to" in refused(made(tmp_path, engine="another"))


def test_a_backup_of_a_later_version_is_refused(tmp_path: Path) -> None:
    later = made(tmp_path, migrations=["patients.0001_initial", "patients.9999_later"])
    assert "patients.9999_later is not known here" in refused(later)


def test_a_file_that_is_no_backup_is_refused(tmp_path: Path) -> None:
    (tmp_path / "letter").write_text("Dear colleague")
    assert "damaged" in refused(tmp_path / "letter")
    assert "cannot be read" in refused(tmp_path / "nothing")


def test_the_room_is_empty_again_whatever_comes_of_it(tmp_path: Path) -> None:
    refused(made(tmp_path, engine="another"))
    assert list((tmp_path / "backups").iterdir()) == []


def test_an_archive_is_looked_at_without_restoring_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    call_command("restore", made(tmp_path, rows={"patients.Patient": 7}), check=True)
    assert "7 rows" in capsys.readouterr().out
    with pytest.raises(CommandError, match="cannot be read"):
        call_command("restore", tmp_path / "nothing", check=True)
