"""Rows as JSON: the same as their serializer writes, at less cost; and phone numbers that nobody looks at."""

import pytest

from accounts.models import Site, User
from billing.models import Invoice
from billing.serializers.reading import InvoiceSerializer
from billing.tests.make import item, make_draft
from hospital.phones import Unread
from hospital.rows import as_json
from patients.models import Patient
from patients.serializers.people import PatientSerializer
from patients.tests.make import make_patient

pytestmark = pytest.mark.django_db


def test_a_row_is_what_its_serializer_writes(site: Site) -> None:
    patient = Patient.objects.get(pk=make_patient(phone="+49301234567").pk)

    assert as_json(PatientSerializer, patient) == PatientSerializer(patient).data


def test_columns_methods_and_what_is_empty_alike(site: Site, carl: User) -> None:
    bill = Invoice.objects.get(pk=make_draft(make_patient(), item("12.50"), by=carl).pk)

    assert as_json(InvoiceSerializer, bill) == InvoiceSerializer(bill).data


def test_a_phone_number_is_taken_apart_at_the_first_look(site: Site) -> None:
    patient = Patient.objects.get(pk=make_patient(phone="+49301234567").pk)
    assert isinstance(vars(patient)["phone"], Unread)

    assert patient.phone.as_international == "+49 30 1234567"
    assert not isinstance(vars(patient)["phone"], Unread)


def test_one_that_was_not_looked_at_is_saved_as_it_was(site: Site) -> None:
    patient = Patient.objects.get(pk=make_patient(phone="+49301234567").pk)

    patient.save()

    assert str(Patient.objects.get(pk=patient.pk).phone) == "+49301234567"
