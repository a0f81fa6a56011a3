"""Making a backup: database, then uploads, in one file that has its name only when it is whole."""

import os
import platform
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import django
from django.apps import apps
from django.conf import settings
from django.contrib.sessions.models import Session
from django.db.migrations.recorder import MigrationRecorder

import audit.services
from hospital import clock, engine
from hospital.backup import archive, mongo, sqlite
from notifications import outbox

BEAT = "backup"  # the Heartbeat that tells when the last one was made, for the health page
VERB = "hospital.backup"
SUFFIXES = {False: ".tar.gz", True: ".tar.gz.sealed"}
DATABASE, UPLOADS = "database", "uploads"
UNFINISHED = ".unfinished-"
LEFT_OVER_AFTER = timedelta(days=1)
Say = Callable[[str], None]


@dataclass(frozen=True)
class Made:
    path: Path
    manifest: dict[str, Any]
    seconds: float

    @property
    def rows(self) -> int:
        return sum(self.manifest["rows"].values())


def copying() -> Any:
    """How the engine in use is copied: hospital.backup.sqlite or hospital.backup.mongo."""
    return mongo if engine.is_mongo(settings.DATABASES["default"]) else sqlite


def make(folder: Path, *, say: Say, keep: int = 0) -> Made:
    """Back up into a folder; with `keep`, only so many of the newest stay there. The hospital goes on meanwhile."""
    started = time.monotonic()
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    _sweep(folder)
    at = clock.now()
    name = f"hospital-{at.astimezone(UTC):%Y%m%dT%H%M%S}Z{SUFFIXES[bool(settings.BACKUP_KEY)]}"
    with TemporaryDirectory(prefix=UNFINISHED, dir=folder) as work:
        place, unnamed = Path(work, DATABASE), Path(work, name)
        place.mkdir()
        tables = copying().save(place, without={Session._meta.db_table})
        say(f"database: {sum(tables.values()):,} rows, as of one moment")
        with archive.writing(unnamed, settings.BACKUP_KEY) as writer:
            for path in sorted(place.iterdir()):
                writer.add(f"{DATABASE}/{path.name}", path)
            say(f"uploads: {_add_uploads(writer):,} files")
            manifest = _describe(tables, at.isoformat())
            writer.finish(manifest)
        unnamed.replace(folder / name)
    _flush(folder)
    made = Made(folder / name, manifest | {"files": writer.files}, time.monotonic() - started)
    _remember(made)
    _forget_old(folder, keep)
    return made


def _add_uploads(writer: archive.Writer) -> int:
    """After the database: each file of which a copied row knows is there, since files come before their rows."""
    return sum(writer.add(f"{UPLOADS}/{path.parent.name}/{path.name}", path) for path in _uploads())


def _uploads() -> Iterator[Path]:
    for place in sorted(Path(settings.UPLOADS_FOLDER).glob("??")):
        yield from sorted(place.iterdir())


def _describe(tables: dict[str, int], at: str) -> dict[str, Any]:
    rows = {
        model._meta.label: tables[model._meta.db_table]
        for model in counted()
        if model._meta.db_table in tables
    }
    return {
        "made_at": at,
        "engine": copying().__name__.rpartition(".")[2],
        "versions": {
            "hospital": settings.SPECTACULAR_SETTINGS["VERSION"],
            "django": django.get_version(),
            "python": platform.python_version(),
            "engine": copying().version(),
        },
        "migrations": sorted(migrations()),
        "rows": rows,
    }


def counted() -> list[Any]:
    """The models whose rows are counted: all, but for the sessions, which are left out."""
    return [model for model in apps.get_models(include_auto_created=True) if model is not Session]


def migrations() -> set[str]:
    """What has been applied to the database, as `app.name`."""
    rows = MigrationRecorder.Migration.objects.values_list("app", "name")
    return {f"{app}.{name}" for app, name in rows}


def _remember(made: Made) -> None:
    """In the audit, because all patients are in it, and where the health page looks."""
    details = {"file": made.path.name, "bytes": made.path.stat().st_size, "rows": made.rows}
    audit.services.record(VERB, actor_id=None, details=details)
    outbox.beat(BEAT, seconds=round(made.seconds, 1), **details)


def _sweep(folder: Path) -> None:
    """Remove what backups that were killed have left; not what another one may be working on."""
    before = (clock.now() - LEFT_OVER_AFTER).timestamp()
    for left in folder.glob(f"{UNFINISHED}*"):
        if left.stat().st_mtime < before:
            _remove(left)


def _remove(folder: Path) -> None:
    for path in sorted(folder.rglob("*"), reverse=True):
        path.rmdir() if path.is_dir() else path.unlink()
    folder.rmdir()


def _forget_old(folder: Path, keep: int) -> None:
    if keep:
        made = sorted(folder.glob("hospital-*Z.tar.gz*"), key=lambda path: path.name)
        for old in made[:-keep]:
            old.unlink()


def _flush(folder: Path) -> None:
    """A name is on the disk only when its folder is."""
    if os.name == "posix":
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
