"""What every endpoint of a chart needs: `/api/v1/patients/{pk}/<entries>[/{entry_pk}]`."""

from functools import cached_property
from typing import Any, cast
from uuid import UUID

from django.db.models import QuerySet
from django.http import Http404
from rest_framework.request import Request
from rest_framework.response import Response

from accounts import acting
from hospital.api import RecordViewSet
from hospital.models import one_of
from patients.models import Patient, may_see_chart


class ChartViewSet(RecordViewSet):
    """The entries of one kind in one patient's chart. Strangers and clinicians without care get 404."""

    part = ""  # what the audit calls it; the name of the noun, where nothing else is said

    @cached_property
    def patient(self) -> Patient:
        """Whose chart it is. Looking it up checks the care and writes the opening down."""
        pk = _id(self.kwargs["pk"])
        patient: Patient | None = one_of(Patient.objects.visible_to(self.user).filter(pk=pk))
        if patient is None:
            acting.not_shown(Patient, pk, by=self.user)
            raise Http404
        if not may_see_chart(self.user, patient):
            acting.not_in_care(patient, self.needs[self.action], by=self.user)
            raise Http404
        acting.opened_part(patient, self.part or self._model()._meta.model_name or "", by=self.user)
        return patient

    def get_queryset(self) -> QuerySet[Any]:
        rows: Any = vars(type(self))["queryset"]
        return cast("QuerySet[Any]", rows.all().of(self.patient))

    def get_object(self) -> Any:
        """The entry, if it stands in this patient's chart; else 404."""
        pk = _id(self.kwargs["entry_pk"])
        row = one_of(self.get_queryset().filter(pk=pk))
        if row is None:
            acting.not_shown(self._model(), pk, by=self.user)
            raise Http404
        return row

    def retrieve(self, request: Request, pk: str, entry_pk: str) -> Response:  # type: ignore[override]
        return self.reply(self.get_object())

    def list(self, request: Request, pk: str) -> Response:  # type: ignore[override]
        return super().list(request)


def _id(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as error:
        raise Http404 from error
