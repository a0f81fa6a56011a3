"""manage.py find_duplicates: compare every patient with all others, and put those who are alike onto the list."""

from typing import Any

from django.core.management.base import BaseCommand

from patients import suspecting


class Command(BaseCommand):
    help = (
        "Put records that may be of one person onto the list of suspected duplicates. Goes on where it stopped; "
        "what was dismissed stays so."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        new, slices, is_over = 0, 0, False
        while not is_over:
            found, is_over = suspecting.walk()
            new, slices = new + found, slices + 1
            if not slices % 50:
                self.stdout.write(f"{slices * suspecting.SLICE:,} patients, {new:,} new pairs")
        self.stdout.write(f"{new:,} new pairs")
