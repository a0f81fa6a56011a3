"""Putting a backup back, and proving that what is there is what was saved."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from django.conf import settings
from django.core.management import call_command, get_commands
from django.core.management.base import CommandError
from django.db import DatabaseError
from django.db.migrations.loader import MigrationLoader

import audit.services
from accounts.models import ApiSession, User
from audit.models import Entry
from hospital import clock
from hospital.backup import archive
from hospital.backup.making import DATABASE, UNFINISHED, UPLOADS, Say, copying, counted
from hospital.backup.sealing import Unusable
from notifications import outbox

RESTORED = "hospital.restore"
PROOF = "verify_"  # every command of this name says whether what it looks at is what it should be


def check(path: Path, *, say: Say) -> dict[str, Any]:
    """Read an archive to its end and compare everything with its manifest; nothing is changed."""
    with _room() as room:
        manifest = archive.unpack(path, settings.BACKUP_KEY, room)
    say(
        f"made {manifest['made_at']}, {sum(manifest['rows'].values()):,} rows, {len(manifest['files']):,} files: whole"
    )
    return manifest


def restore(path: Path, *, replace: bool, say: Say) -> dict[str, Any]:
    """Put back what an archive holds. Raises Unusable, before anything is changed, if it is not whole or not for here."""
    if not replace and _is_in_use():
        raise Unusable(
            "There are people in this database. To put the backup in its place, and lose what it does not hold: --replace"
        )
    with _room() as room:
        manifest = archive.unpack(path, settings.BACKUP_KEY, room)
        say(f"archive: whole, made {manifest['made_at']}")
        _must_fit(manifest)
        _put_uploads(room / UPLOADS)
        copying().load(room / DATABASE)
    _must_have(manifest["rows"])
    say(f"database: {sum(manifest['rows'].values()):,} rows, as many as there were")
    call_command("migrate", interactive=False, verbosity=0)
    _begin_anew(manifest, path)
    prove(say=say)
    return manifest


@contextmanager
def _room() -> Iterator[Path]:
    """A folder where there is room for a backup, and which nobody else reads."""
    place = Path(settings.BACKUP_FOLDER)
    place.mkdir(mode=0o700, parents=True, exist_ok=True)
    with TemporaryDirectory(prefix=UNFINISHED, dir=place) as room:
        yield Path(room)


def _is_in_use() -> bool:
    try:
        return User.objects.exists() or Entry.objects.exists()
    except DatabaseError:  # there are no tables yet
        return False


def _must_fit(manifest: dict[str, Any]) -> None:
    here = copying().__name__.rpartition(".")[2]
    if manifest["engine"] != here:
        raise Unusable(
            f"This is a backup of {manifest['engine']}, and the database here is {here}. "
            "Restore it there, then copy it with: manage.py move_to"
        )
    known = {f"{app}.{name}" for app, name in MigrationLoader(None).disk_migrations}
    later = sorted(set(manifest["migrations"]) - known)
    if later:
        raise Unusable(
            f"This backup was made by a later version of the program ({later[0]} is not known here). Install that first."
        )


def _put_uploads(room: Path) -> None:
    """Before the rows that name them. Files have names that nobody else has: what is there is not overwritten wrongly."""
    for path in sorted(room.rglob("*")):
        if path.is_file():
            target = Path(settings.UPLOADS_FOLDER) / path.relative_to(room)
            target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            part = target.with_name(f".{target.name}")
            shutil.copyfile(path, part)
            part.chmod(0o600)
            part.replace(target)
    os.sync()


def _must_have(rows: dict[str, int]) -> None:
    for model in counted():
        there, saved = model._base_manager.count(), rows.get(model._meta.label)
        if saved is not None and there != saved:
            raise Unusable(
                f"{model._meta.label} has {there:,} rows, and {saved:,} were saved. Restore it again."
            )


def _begin_anew(manifest: dict[str, Any], path: Path) -> None:
    """Nobody is logged in; what was due since then may have been sent, and staff decides; and the audit knows of it."""
    ended = ApiSession.objects.filter(ended_at=None)
    ended.update(ended_at=clock.now(), ended_because="restored", updated_at=clock.now())
    doubted = outbox.doubt_what_was_due()
    details = {"file": path.name, "made_at": manifest["made_at"], "messages_uncertain": doubted}
    audit.services.record(RESTORED, actor_id=None, details=details)


def prove(*, say: Say) -> None:
    """Ask every command that verifies something: ledger, signatures, the audit. Unusable with what one of them found."""
    for name in sorted(get_commands()):
        if name.startswith(PROOF):
            try:
                call_command(name, stdout=_Lines(say, name))
            except CommandError as found:
                raise Unusable(f"{name}: {found}") from found


class _Lines:
    """A stdout that gives whole lines, with the name of their command."""

    def __init__(self, say: Say, name: str) -> None:
        self._say, self._name = say, name

    def write(self, text: str) -> int:
        for line in text.splitlines():
            self._say(f"{self._name}: {line}")
        return len(text)

    def flush(self) -> None:
        """Each line has been said."""

    def isatty(self) -> bool:
        return False
