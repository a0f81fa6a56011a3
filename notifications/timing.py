"""When a message is due: lead times on the clinic's calendar, and its quiet hours."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from accounts.lead_times import LeadTime
from accounts.models import Site
from hospital import clock

A_DAY = timedelta(days=1)
LEAST_NOTICE = timedelta(hours=1)


def remind_at(lead: LeadTime, starts_at: datetime, zone: ZoneInfo) -> datetime:
    """When somebody is reminded of what begins at `starts_at`. Aware, in UTC.

    Days before are counted on the calendar of the zone, to the same time on the wall or to `lead.at`;
    a time that the clocks skip that day is the first moment after it, one that comes twice the first.
    """
    if lead.minutes:
        return starts_at - timedelta(minutes=lead.minutes)
    local = starts_at.astimezone(zone)
    day = local.date() - lead.days * A_DAY
    return clock.first_moment(datetime.combine(day, lead.at or local.time()), zone)


def outside_quiet_hours(moment: datetime, site: Site, starts_at: datetime | None = None) -> datetime:
    """The moment, or where it lies in the site's quiet hours their end, in UTC.

    What begins sooner than an hour after that end cannot wait for it: then the beginning of the quiet
    hours, which may be over already.
    """
    quiet = _quiet_around(moment, site)
    if quiet is None:
        return moment
    begins, ends = quiet
    return ends if starts_at is None or ends <= starts_at - LEAST_NOTICE else begins


def _quiet_around(moment: datetime, site: Site) -> tuple[datetime, datetime] | None:
    """The quiet hours in which the moment lies: they begin that day on the wall, or the evening before."""
    if site.quiet_from == site.quiet_until:
        return None
    zone = site.zone
    today = moment.astimezone(zone).date()
    overnight = site.quiet_until < site.quiet_from
    for day in (today, today - A_DAY):
        begins = clock.first_moment(datetime.combine(day, site.quiet_from), zone)
        until = day + A_DAY if overnight else day
        ends = clock.first_moment(datetime.combine(until, site.quiet_until), zone)
        if begins <= moment < ends:
            return begins, ends
    return None
