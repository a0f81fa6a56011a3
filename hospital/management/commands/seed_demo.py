"""manage.py seed_demo: a whole hospital that never existed."""

from argparse import ArgumentParser
from random import Random
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

import appointments.demo
import assistant.demo
import billing.demo
import doctors.demo
import patients.demo
import prescriptions.demo
from accounts import demo as people
from accounts import places
from assistant.demo import oddities
from patients.models import CareRelation, Patient

SEED = 20260101


class Command(BaseCommand):
    help = "Plant fictitious people, hours and visits, always the same. Refused when DEBUG is off."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--patients", type=int, default=500, help="how many patients (500)")
        parser.add_argument("--if-empty", action="store_true", help="do nothing where it has been done")

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEBUG:
            raise CommandError("Demo users have a known password. This is refused while DEBUG is off.")
        if options["patients"] < 1:
            raise CommandError("--patients: at least one.")
        if people.is_planted():
            if options["if_empty"]:
                return
            raise CommandError("The demo data is here already. Remove var/hospital.sqlite3 to begin again.")
        self._plant(options["patients"])

    def _plant(self, number: int) -> None:
        call_command("load_catalogue", stdout=self.stdout)
        random = Random(SEED)  # noqa: S311 a fixed seed, so that it is always the same hospital
        site = people.plant_site()
        users = people.plant_people()
        self._say(f"{len(users)} people who log in")
        places.forget()
        planted = doctors.demo.plant(random=random, site=site, progress=self._say)
        first = planted[0]
        first.change(user=users["doctor"], given_name="Jonas", family_name="Weber", title="Dr.")
        users["doctor"].change(profile_id=first.pk)
        planted[1].change(user=users["colleague"])
        users["colleague"].change(profile_id=planted[1].pk)
        found = patients.demo.plant(number, random=random, site=site, progress=self._say)
        appointments.demo.plant(
            doctors=planted, patients=found, by=users["reception"], random=random, progress=self._say
        )
        mine = CareRelation.objects.filter(user_id=users["doctor"].pk).values_list("patient_id", flat=True)
        told = patients.demo.plant_charts(
            list(Patient.objects.filter(pk__in=list(mine)).order_by("id")),
            doctor=users["doctor"],
            nurse=users["nurse"],
            random=random,
            progress=self._say,
        )
        appointments.demo.plant_notes(told, random=random, progress=self._say)
        prescriptions.demo.plant(
            told,
            doctors=planted,
            colleague=users["colleague"],
            pharmacist=users["pharmacy"],
            site=site,
            random=random,
            progress=self._say,
        )
        billing.demo.plant(found, people=users, random=random, progress=self._say)
        assistant.demo.plant(by=users["admin"], progress=self._say)
        oddities.plant(people=users, progress=self._say)

    def _say(self, text: str) -> None:
        self.stdout.write(f"    {text}")
