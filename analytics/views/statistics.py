"""The doors of statistics: pages and files, and the visits behind a figure."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts import acting, places
from analytics.daily import Period
from analytics.forms import PeriodForm, VisitsForm, presets
from analytics.reports.behind import visits_behind, waited_minutes
from analytics.reports.medicines import medicines_of
from analytics.reports.money import revenue_of
from analytics.reports.newness import patients_of
from analytics.reports.seeing import Seeing
from analytics.reports.statistics import Statistics
from analytics.reports.visits import visits_of
from analytics.views.drawing import drawn_figures, drawn_heat, drawn_series, drawn_table
from analytics.views.tabs import tabs_for
from billing.views.papers import as_csv
from doctors.models import Doctor
from hospital import clock
from hospital.web import PageRequest, answer_status, needs, paged, render_page

STATISTICS = "analytics/statistics.html"
VISITS = "analytics/visits.html"
VIEW = "analytics.view_figures"
REVENUE = "analytics.view_revenue"
SEE_PEOPLE = "analytics.view_people"


@dataclass(frozen=True)
class Topic:
    """What one of the pages is about."""

    key: str
    title: Any
    permission: str
    find: Callable[[Period, Seeing], Statistics]

    @property
    def here(self) -> str:
        return reverse(f"analytics:{self.key}")

    @property
    def files(self) -> str:
        return reverse(f"analytics:{self.key}_file")


def _revenue(period: Period, _seeing: Seeing) -> Statistics:
    return revenue_of(period, clock.today(places.first_site().time_zone))


TOPICS: Mapping[str, Topic] = {
    "appointments": Topic("appointments", _("Appointments in figures"), VIEW, visits_of),
    "revenue": Topic("revenue", _("Revenue in figures"), REVENUE, _revenue),
    "people": Topic("people", _("Patients in figures"), SEE_PEOPLE, patients_of),
    "prescriptions": Topic("prescriptions", _("Prescriptions in figures"), VIEW, medicines_of),
}


@needs(VIEW)
def appointments(request: PageRequest) -> HttpResponse:
    """How many visits, when, with whom, how long before, and how long people waited."""
    return _page(request, TOPICS["appointments"])


@needs(VIEW)
def appointments_file(request: PageRequest) -> HttpResponse:
    """One of the tables, all its rows."""
    return _file(request, TOPICS["appointments"])


@needs(REVENUE)
def revenue(request: PageRequest) -> HttpResponse:
    """What was issued and received, for what, by whom and in which way."""
    return _page(request, TOPICS["revenue"])


@needs(REVENUE)
def revenue_file(request: PageRequest) -> HttpResponse:
    """One of the tables, all its rows."""
    return _file(request, TOPICS["revenue"])


@needs(VIEW)
def prescriptions(request: PageRequest) -> HttpResponse:
    """How much is signed, by whom, and how often a warning is overridden."""
    return _page(request, TOPICS["prescriptions"])


@needs(VIEW)
def prescriptions_file(request: PageRequest) -> HttpResponse:
    """One of the tables, all its rows."""
    return _file(request, TOPICS["prescriptions"])


@needs(SEE_PEOPLE)
def people(request: PageRequest) -> HttpResponse:
    """New and returning patients; how old patients are, of which sex and from where."""
    return _page(request, TOPICS["people"])


@needs(SEE_PEOPLE)
def people_file(request: PageRequest) -> HttpResponse:
    """One of the tables, all its rows."""
    return _file(request, TOPICS["people"])


@needs(VIEW)
def visits(request: PageRequest) -> HttpResponse:
    """The visits behind a figure, as far as this user may see them."""
    form = asked(request, VisitsForm)
    context: dict[str, Any] = {"form": form, "zone": places.first_site().zone}
    if form.is_valid():
        what = form.cleaned_data["what"]
        page = paged(request, visits_behind(what, form.period(), request.user))
        acting.listed(
            "appointments.view_appointment",
            by=request.user,
            filters=form.address() | {"what": what},
            count=len(page),
        )
        context |= {
            "page": page,
            "visits": [(one, waited_minutes(one)) for one in page],
            "what": what,
        }
        context["back"] = f"{reverse('analytics:appointments')}?{urlencode(form.address())}"
    return render_page(request, VISITS, context, partial="results", status=answer_status(form))


def asked(request: PageRequest, shape: type[PeriodForm] = PeriodForm) -> PeriodForm:
    """Read the address."""
    seeing = Seeing.of(request.user)
    today = clock.today(places.first_site().time_zone)
    return shape(request.GET.dict(), today=today, seeing=seeing, doctors=doctor_choices(seeing))


def doctor_choices(seeing: Seeing) -> list[tuple[str, str]]:
    """Whose figures can be asked for by name. One query, or none."""
    if seeing.own is not None:
        return []
    return [(str(one.pk), str(one)) for one in Doctor.objects.order_by("name_key")]


def _found(request: PageRequest, topic: Topic, form: PeriodForm, **more: str) -> Statistics:
    found = topic.find(form.period(), form.seeing)
    acting.listed(topic.permission, by=request.user, filters=form.address() | more, count=len(found.tables))
    return found


def _page(request: PageRequest, topic: Topic) -> HttpResponse:
    form = asked(request)
    context: dict[str, Any] = {
        "form": form,
        "topic": topic,
        "tabs": tabs_for(request.user, topic.key),
        "zone": places.first_site().zone,
    }
    if form.is_valid():
        context |= _shown(request, topic, form)
    return render_page(request, STATISTICS, context, partial="figures", status=answer_status(form))


def _shown(request: PageRequest, topic: Topic, form: PeriodForm) -> dict[str, Any]:
    found, address = _found(request, topic, form), form.address()
    heat = found.table("hours")
    tables = [drawn_table(one, address, topic.files, topic.here) for one in found.tables if one is not heat]
    return {
        "statistics": found,
        "only": form.chosen(),
        "tiles": drawn_figures(found.figures, address, request.user),
        "pictures": [drawn_series(one) for one in found.series],
        "days": tables[0],
        "heat": drawn_heat(heat, address, topic.files) if heat else None,
        "tables": [one for one in tables[1:] if one["has_rows"]],
        "presets": [
            (label, f"{topic.here}?{urlencode(address | days)}", days.items() <= address.items())
            for label, days in presets(form.today)
        ],
    }


def _file(request: PageRequest, topic: Topic) -> HttpResponse:
    """What cannot be asked is answered with the page."""
    form = asked(request)
    if not form.is_valid():
        return _page(request, topic)
    key = request.GET.get("table", "days")
    table = _found(request, topic, form, table=key[:20]).table(key)
    if table is None:
        raise Http404
    period = form.period()
    return as_csv(table.as_file(), f"{topic.key}-{key}-{period.since}-{period.until}")
