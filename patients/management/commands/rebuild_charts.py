"""manage.py rebuild_charts: first pages and timelines, written anew from the rows they tell of."""

from argparse import ArgumentParser
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand

from hospital.db import atomic
from patients import front, timeline
from patients.models import Patient

SLICE = 500


class Command(BaseCommand):
    help = (
        "Write the first page and the timeline of every chart anew; each patient in a transaction of its own."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--patient", type=UUID, help="only this one, by id")
        parser.add_argument("--after", type=UUID, help="go on behind this id, where an earlier run ended")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["patient"]:
            _rebuild(options["patient"])
            return
        last, done = options["after"], 0
        while ids := _following(last):
            for pk in ids:
                _rebuild(pk)
            last, done = ids[-1], done + len(ids)
            self.stdout.write(f"{done:,} charts, up to {last}")


def _following(last: UUID | None) -> list[UUID]:
    rows = Patient.objects.order_by("id").values_list("id", flat=True)
    return list((rows.filter(pk__gt=last) if last else rows)[:SLICE])


def _rebuild(patient_id: UUID) -> None:
    with atomic():
        front.rebuild(patient_id)
        timeline.rebuild(patient_id)
