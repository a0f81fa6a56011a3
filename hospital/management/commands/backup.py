"""manage.py backup: the whole hospital in one file, while people work."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from hospital.backup import making
from hospital.backup.sealing import Unusable


class Command(BaseCommand):
    help = "Write database and uploads, as of one moment, into one file with a manifest; encrypted with BACKUP_KEY."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--to", type=Path, metavar="FOLDER", help="where to (BACKUP_FOLDER, or var/backups)"
        )
        parser.add_argument(
            "--keep", type=int, default=0, help="remove all but so many of the newest there (0: none)"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        folder = options["to"] or Path(settings.BACKUP_FOLDER)
        try:
            made = making.make(folder, say=self.stdout.write, keep=options["keep"])
        except (Unusable, OSError) as error:
            raise CommandError(f"No backup was made. {error}") from error
        size = made.path.stat().st_size
        sealed = "encrypted" if settings.BACKUP_KEY else "NOT encrypted, since BACKUP_KEY is not set"
        self.stdout.write(f"{made.path}: {made.rows:,} rows, {size:,} bytes, {made.seconds:.1f} s, {sealed}.")
