"""How visits are looked for."""

import django_filters

from appointments.models import Appointment


class AppointmentFilter(django_filters.FilterSet):
    """By doctor, patient, status and time; `from` is included, `to` is not."""

    doctor = django_filters.UUIDFilter(field_name="doctor_id")
    patient = django_filters.UUIDFilter(field_name="patient_id")
    status = django_filters.ChoiceFilter(choices=Appointment.Status.choices)
    to = django_filters.IsoDateTimeFilter(field_name="starts_at", lookup_expr="lt")

    class Meta:
        model = Appointment
        fields = ("doctor", "patient", "status", "to")


AppointmentFilter.base_filters["from"] = django_filters.IsoDateTimeFilter(
    field_name="starts_at", lookup_expr="gte"
)
