"""Figures of what goes on, for other systems."""

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from accounts import acting, places
from analytics.forms import PeriodForm
from analytics.reports.dashboard import dashboard_of
from analytics.reports.medicines import medicines_of
from analytics.reports.money import revenue_of
from analytics.reports.newness import patients_of
from analytics.reports.seeing import Seeing
from analytics.reports.statistics import Statistics
from analytics.reports.visits import visits_of
from analytics.serializers import DashboardSerializer, StatisticsSerializer
from doctors.models import Doctor
from hospital import clock
from hospital.api import RecordViewSet

FIGURES = "analytics.view_figures"
REVENUE = "analytics.view_revenue"
PEOPLE = "analytics.view_people"
FILTERS = [
    OpenApiParameter(
        "from", OpenApiTypes.DATE, description="The first day; without it the last thirty days."
    ),
    OpenApiParameter("to", OpenApiTypes.DATE, description="The last day, today at the latest."),
    *(
        OpenApiParameter(name, OpenApiTypes.UUID, description="Of this one only.")
        for name in ("site", "department", "doctor")
    ),
]


class DashboardView(RecordViewSet):
    """What goes on today and went on in thirty days."""

    serializer_class = DashboardSerializer
    needs = {"dashboard": FIGURES}

    @extend_schema(
        operation_id="analytics_dashboard",
        responses={200: DashboardSerializer},
        filters=False,
        parameters=[OpenApiParameter("site", OpenApiTypes.UUID, description="Of this site only.")],
    )
    def dashboard(self, request: Request) -> Response:
        """Figures of today and of the last thirty days. Doctors are told of themselves, and nothing of money."""
        asked = request.query_params.get("site", "")
        site = next((one for one in places.sites() if str(one.pk) == asked), None)
        if asked and site is None:
            raise ValidationError({"site": "There is no such site."})
        return Response(DashboardSerializer(dashboard_of(self.user, site)).data)


class FiguresView(RecordViewSet):
    """The figures of a period beside the period before, and tables of them."""

    serializer_class = StatisticsSerializer
    needs = {
        "appointments": FIGURES,
        "prescriptions": FIGURES,
        "revenue": REVENUE,
        "people": PEOPLE,
    }

    @extend_schema(
        operation_id="analytics_appointments",
        responses={200: StatisticsSerializer},
        parameters=FILTERS,
        filters=False,
    )
    def appointments(self, request: Request) -> Response:
        """Visits by day, hour, weekday, doctor, department, lead time and source. Doctors are told of themselves."""
        form = self._asked()
        return self._told(visits_of(form.period(), form.seeing), form, FIGURES)

    @extend_schema(
        operation_id="analytics_prescriptions",
        responses={200: StatisticsSerializer},
        parameters=FILTERS,
        filters=False,
    )
    def prescriptions(self, request: Request) -> Response:
        """Prescriptions that were signed and warnings that were overridden. Doctors are told of themselves."""
        form = self._asked()
        return self._told(medicines_of(form.period(), form.seeing), form, FIGURES)

    @extend_schema(
        operation_id="analytics_revenue",
        responses={200: StatisticsSerializer},
        parameters=FILTERS,
        filters=False,
    )
    def revenue(self, request: Request) -> Response:
        """What was issued and received, by service, department, doctor, payer and method; what is owed today by age."""
        form = self._asked()
        return self._told(revenue_of(form.period(), form.today), form, REVENUE)

    @extend_schema(
        operation_id="analytics_patients",
        responses={200: StatisticsSerializer},
        parameters=FILTERS,
        filters=False,
    )
    def people(self, request: Request) -> Response:
        """Visits of new and of returning patients. Patients by age, sex and area, which no filter narrows: of all sites,
        as they were counted last; groups of fewer than five are not told.
        """
        form = self._asked()
        return self._told(patients_of(form.period(), form.seeing), form, PEOPLE)

    def _asked(self) -> PeriodForm:
        """The filters in the address, or 400 naming each that is wrong."""
        seeing = Seeing.of(self.user)
        doctors = (
            [(str(pk), "") for pk in Doctor.objects.values_list("pk", flat=True)]
            if seeing.own is None
            else []
        )
        today = clock.today(places.first_site().time_zone)
        form = PeriodForm(self.request.query_params.dict(), today=today, seeing=seeing, doctors=doctors)
        if not form.is_valid():
            raise ValidationError(
                {name: [str(text) for text in texts] for name, texts in form.errors.items()}
            )
        return form

    def _told(self, found: Statistics, form: PeriodForm, permission: str) -> Response:
        acting.listed(permission, by=self.user, filters=form.address(), count=len(found.tables))
        return Response(StatisticsSerializer(found).data)
