"""manage.py load_lab_tests: the starter set of laboratory tests for a new hospital."""

from typing import Any

from django.core.management.base import BaseCommand

from patients.models import LabTest


class Command(BaseCommand):
    help = "Put in the laboratory tests of the starter set that are not there yet. Changes and removes none."

    def handle(self, *args: Any, **options: Any) -> None:
        """Called at each start by tools/prepare.py, after the migrations, and by the demonstration.

        Goes around the services: nobody is at the keyboard, and what an administrator has changed stays.
        """
        number = LabTest.objects.load_starters()
        if options["verbosity"]:
            self.stdout.write(f"{number} laboratory tests added")
