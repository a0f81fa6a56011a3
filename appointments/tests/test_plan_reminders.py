"""A clinic decides on another reminder: visits that are booked already get it too."""

from accounts import places
from accounts.models import Site
from appointments.models import Appointment
from appointments.tasks import plan_reminders
from appointments.telling import REMINDER
from appointments.tests.conftest import at
from notifications.models import Message


def rules() -> list[str]:
    return sorted(Message.objects.filter(kind=REMINDER).values_list("rule", flat=True))


def test_a_new_lead_time_reaches_visits_that_are_booked(visit: Appointment, site: Site) -> None:
    assert rules() == []  # it is past eight; the visit is at ten
    site.change(reminders="2h, 45m")
    places.forget()
    assert plan_reminders() == 1
    assert rules() == ["45m"]
    assert Message.objects.get(rule="45m").due_at == at(9, 15)


def test_what_is_written_already_is_not_written_again(visit: Appointment, site: Site) -> None:
    site.change(reminders="45m")
    places.forget()
    assert [plan_reminders(), plan_reminders()] == [1, 0]


def test_who_was_cancelled_is_not_reminded(visit: Appointment, site: Site) -> None:
    Appointment.objects.filter(pk=visit.pk).update(status=Appointment.Status.CANCELLED)
    site.change(reminders="2h, 45m")
    places.forget()
    assert plan_reminders() == 0
