"""manage.py verify_audit: are the rows of the audit what they were when they were sealed?"""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from audit.sealing import Broken, seal_more, verify


class Command(BaseCommand):
    help = "Seal what has settled, compare all seals with their rows, and name the first that is wrong."

    def handle(self, *args: Any, **options: Any) -> None:
        while seal_more(at_once=True):
            pass
        sequence = total = 0
        try:
            while rows := verify(sequence + 1):
                sequence, total = sequence + 1, total + rows
        except Broken as found:
            raise CommandError(str(found)) from found
        self.stdout.write(f"{total:,} rows of the audit are what was sealed, under {sequence:,} seals.")
