"""A month that was counted."""

from datetime import timedelta
from random import Random
from typing import Any

import pytest
import time_machine
from django.test import Client

from accounts.models import User
from analytics.daily import SiteDay, count_these, count_today
from analytics.models import Topic
from analytics.tests.world import DAYS, FIRST, NOW, make_world


@pytest.fixture
def world(rita: User, dora: User, mona: User, adam: User, client: Client) -> Any:
    """A month of visits, counted; it is the morning after. Dora is the first of four doctors."""
    with time_machine.travel(NOW, tick=False):
        made = make_world([rita], Random(4), visits=60)
        User.objects.filter(pk=dora.pk).update(profile_id=made.doctors[0].pk)
        dora.refresh_from_db()
        sites = {doctor.site.pk for doctor in made.doctors}
        days = [SiteDay(site, FIRST + timedelta(days=n)) for site in sites for n in range(DAYS)]
        count_these(Topic.VISITS, days)
        count_today()
        yield made
