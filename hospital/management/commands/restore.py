"""manage.py restore: put a backup back, and prove that it is what was saved."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from hospital.backup import restoring
from hospital.backup.sealing import Unusable


class Command(BaseCommand):
    help = (
        "Compare an archive with its manifest, put it in the place of the database, and verify counts, ledger, "
        "signatures and audit. Stop web and workers first."
    )
    requires_system_checks = ()  # they ask a database that may be what is to be restored

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("archive", type=Path)
        parser.add_argument(
            "--replace", action="store_true", help="also where people are in the database already"
        )
        parser.add_argument("--check", action="store_true", help="only see whether the archive is whole")

    def handle(self, *args: Any, **options: Any) -> None:
        say = self.stdout.write
        try:
            if options["check"]:
                restoring.check(options["archive"], say=say)
                return
            restoring.restore(options["archive"], replace=options["replace"], say=say)
        except Unusable as error:
            raise CommandError(str(error)) from error
        self.stdout.write(
            "Restored. Everybody logs in again; look at the uncertain messages before work goes on."
        )
