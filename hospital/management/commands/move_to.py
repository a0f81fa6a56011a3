"""manage.py move_to: every row to another database, of either engine, and each compared."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from hospital.backup.sealing import Unusable
from hospital.moving.rows import LEFT_OUT
from hospital.moving.sending import Move, other_side

WIDTH = 30


class Command(BaseCommand):
    help = (
        "Copy every row of every model to another database, such as MongoDB, and verify each there. Stop web and "
        "workers first. If it is interrupted, run the same again: it goes on. What is here stays as it is."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--database-url", required=True, metavar="URL", help="an empty database, as DATABASE_URL"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        self._shown = ""
        try:
            with other_side(options["database_url"]) as other:
                move = Move(other, self._progress)
                said = move.run()
        except Unusable as error:
            raise CommandError(str(error)) from error
        for line in said:
            self.stdout.write(line)
        self.stdout.write(f"{move.total:,} rows are there, and each is what it is here. Left out:")
        for label, because in LEFT_OUT.items():
            self.stdout.write(f"    {label}: {because}")
        self.stdout.write("Now set DATABASE_URL, and start. UPLOADS_FOLDER stays where it is.")

    def _progress(self, what: str, model: str, done: int, total: int) -> None:
        """A bar on a terminal; elsewhere a line for each kind of rows."""
        if self.stdout.isatty():
            bar = "█" * (WIDTH * done // max(total, 1))
            end = "\n" if done == total else ""
            self.stdout.write(f"\r{what:<8} {bar:░<{WIDTH}} {done:,} / {total:,} {model:<32}", ending=end)
            self.stdout.flush()
        elif self._shown != f"{what} {model}":
            self._shown = f"{what} {model}"
            self.stdout.write(f"{what} {done:,} / {total:,}: {model}")
