"""A visit as a calendar file: RFC 5545, with METHOD of RFC 5546."""

from datetime import datetime
from email.utils import parseaddr

from django.conf import settings
from django.utils.translation import gettext as _
from icalendar import Calendar, Event, vCalAddress, vText

from appointments.models import Appointment

REQUEST, CANCEL = "REQUEST", "CANCEL"


def calendar_of(visit: Appointment, *, stamp: datetime, cancelled: bool = False) -> str:
    """The .ics of a visit for its patient: when and where, never why.

    The UID stays, SEQUENCE counts the changes of the time, so that a calendar moves or strikes what it has.
    """
    event = Event()
    event.add("uid", f"{visit.pk}@{settings.PUBLIC_HOST}")
    event.add("sequence", visit.sequence)
    event.add("dtstamp", stamp)
    event.add("dtstart", visit.starts_at)
    event.add("dtend", visit.ends_at)
    event.add("summary", _("Appointment with %(doctor)s") % {"doctor": visit.doctor})
    site = visit.doctor.site
    event.add("location", ", ".join(" ".join(part.split()) for part in (site.name, site.address) if part))
    event.add("status", "CANCELLED" if cancelled else "CONFIRMED")
    if visit.patient.email:
        attendee = vCalAddress(f"MAILTO:{visit.patient.email}")
        attendee.params["PARTSTAT"], attendee.params["RSVP"] = vText("ACCEPTED"), vText("FALSE")
        event.add("attendee", attendee)
    organizer = vCalAddress(f"MAILTO:{parseaddr(settings.DEFAULT_FROM_EMAIL)[1]}")
    organizer.params["CN"] = vText(site.name)
    event.add("organizer", organizer)
    calendar = Calendar()
    calendar.add("prodid", f"-//{settings.APP_NAME}//Appointments//EN")
    calendar.add("version", "2.0")
    calendar.add("method", CANCEL if cancelled else REQUEST)
    calendar.add_component(event)
    return str(calendar.to_ical().decode())
