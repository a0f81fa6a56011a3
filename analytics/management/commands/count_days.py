"""manage.py count_days: the daily figures, counted anew from the rows they are about."""

from argparse import ArgumentParser
from datetime import date, timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db.models import Min

from accounts import places
from analytics.daily import SiteDay, count_people, count_these
from analytics.models import Counted, Topic
from appointments.models import Appointment
from billing.models import Invoice, Receipt
from hospital import clock


class Command(BaseCommand):
    help = (
        "Count each day again, from the first visit until yesterday, and the patients by age, sex and area."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--since", type=date.fromisoformat, help="the first day (that of the first visit)"
        )
        parser.add_argument("--until", type=date.fromisoformat, help="the last day (yesterday)")
        parser.add_argument(
            "--begin",
            action="store_true",
            help="the first day only: the worker counts the others, the latest first",
        )
        parser.add_argument("--if-empty", action="store_true", help="do nothing where days have been counted")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["if_empty"] and Counted.objects.exists():
            return
        since = options["since"] or self._first_day()
        yesterday = clock.today(places.first_site().time_zone) - clock.A_DAY
        until = options["until"] or (since if options["begin"] else yesterday)
        if options["since"] and since > until:
            raise CommandError("--since is after --until.")
        number = (until - since).days + 1
        for at in range(number):
            day = since + timedelta(days=at)
            for topic in Topic.values:
                count_these(topic, [SiteDay(site.pk, day) for site in places.sites()])
            if at % 50 == 49 or at == number - 1:
                self.stdout.write(f"    {at + 1} of {number} days counted, until {day}")
        self.stdout.write(f"    {count_people()} patients counted")

    def _first_day(self) -> date:
        """That of the first visit, invoice or receipt."""
        visit = Appointment.objects.order_by("starts_at").values_list("starts_at", flat=True).first()
        known = [
            (visit or clock.now()).astimezone(places.first_site().zone).date(),
            Invoice.objects.exclude(issued_on=None).aggregate(day=Min("issued_on"))["day"],
            Receipt.objects.aggregate(day=Min("received_on"))["day"],
        ]
        first: date = min(day for day in known if day is not None)
        return first
