"""What can be done with patients."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.utils.translation import gettext as _

from accounts import places
from accounts.acting import note, service
from accounts.models import Site, User
from accounts.once import Once
from accounts.services import next_number
from hospital import clock
from hospital.errors import LostRace, Refusal
from hospital.models import one_of
from patients.models import CareRelation, Patient, SearchKey, mrn
from patients.searching import keys_for
from patients.suspecting import (
    refuse_if_alike,
    settle_closed,
    suspect_again,
    suspect_new,
    suspect_reopened,
    suspects_for,
)

SEARCHED = frozenset({"given_name", "family_name", "birth_date", "birth_date_is_estimated", "phone"})


@service("patients.register_patient")
def register_patient(
    *,
    by: User,
    once: Once | None = None,
    site: Site | None = None,
    unless_alike: int | None = None,
    **fields: Any,
) -> Patient:
    """Write down a new patient and give out the next medical record number of the site.

    Required are given_name, family_name, birth_date and sex. Without a site it is the first one.
    Raises ValidationError by field, and Refusal `no_site` where nothing is set up yet. With `unless_alike` it is
    refused, `possible_duplicate`, where somebody is registered who is at least so alike (0 to 100): the offers
    are the records that there are. Whoever is alike and is registered all the same comes onto the list of
    suspected duplicates.
    """
    if once and (earlier := once.earlier("patients.register_patient", by=by)):
        return Patient.objects.get(pk=earlier)
    site = site or places.first_site()
    patient = Patient(site=site, mrn=mrn(site.number_prefix, 0), **fields)
    patient.check_row()
    suspects = suspects_for(patient)
    if unless_alike is not None:
        refuse_if_alike(suspects, unless_alike)
    # The number comes after the looking: whoever registers at the same moment waits for nothing but this.
    patient.mrn = mrn(site.number_prefix, next_number(f"mrn:{site.number_prefix}"))
    try:
        patient.add()
    except IntegrityError as error:
        raise LostRace("This medical record number was given out a moment ago.") from error
    suspect_new(patient, suspects)
    SearchKey.objects.bulk_create(SearchKey(key=key, patient=patient) for key in keys_for(patient))
    if once:
        once.done("patients.register_patient", patient, by=by)
    return patient


@service("patients.edit_patient")
def edit_patient(patient: Patient, *, by: User, seen_version: int | None, **changes: Any) -> Patient:
    """Correct demographics. Raises Stale when somebody else changed them since `seen_version`."""
    note(fields=sorted(changes))
    keys_before = set(keys_for(patient)) if SEARCHED & changes.keys() else set()
    if "birth_date_is_estimated" in changes:
        changes.setdefault("birth_date", patient.birth_date)  # cleaning may move it
    patient.change(seen_version=seen_version, **changes)
    if keys_before:
        _move_keys(patient, keys_before)
        suspect_again(patient, by=by)
    return patient


@service("patients.deactivate_patient")
def deactivate_patient(
    patient: Patient, *, reason: str = "", by: User, seen_version: int | None = None
) -> Patient:
    """Close the record for new work: nobody can be booked or treated under it. Nothing is lost."""
    if not patient.is_active:
        raise Refusal(_("This patient is inactive already."), code="already_inactive")
    patient.change(seen_version=seen_version, is_active=False, deactivated_because=" ".join(reason.split()))
    settle_closed(patient, by=by)
    return patient


@service("patients.reactivate_patient")
def reactivate_patient(patient: Patient, *, by: User, seen_version: int | None = None) -> Patient:
    """Open a closed record again."""
    if patient.is_active:
        raise Refusal(_("This patient is active already."), code="already_active")
    patient.change(seen_version=seen_version, is_active=True, deactivated_because="")
    suspect_reopened(patient)
    return patient


@service("patients.begin_care")
def begin_care(patient: Patient, *, user: User, because: str, by: User) -> CareRelation:
    """Say that a clinician treats a patient from now on. Where it is known already, nothing changes."""
    return _open_relation(patient, user, because)


@service("patients.declare_care")
def declare_care(patient: Patient, *, reason: str, by: User) -> CareRelation:
    """A clinician says "I am treating this patient", and why. It is reviewed afterwards."""
    patient.check_open_for_work()
    if not reason.strip():
        raise ValidationError({"reason": _("Say why you need the record.")})
    note(declared=True)
    return _open_relation(patient, by, reason)


def _open_relation(patient: Patient, user: User, because: str) -> CareRelation:
    relation: CareRelation | None = one_of(CareRelation.objects.open_between(patient, user))
    if relation:
        return relation
    try:
        return CareRelation(patient=patient, user=user, because=because, since=clock.now()).add()
    except IntegrityError as error:
        raise LostRace("The same relation was written a moment ago.") from error


def _move_keys(patient: Patient, before: set[str]) -> None:
    after = set(keys_for(patient))
    if gone := before - after:
        SearchKey.objects.filter(key__in=gone).delete()
    if new := after - before:
        SearchKey.objects.bulk_create(SearchKey(key=key, patient=patient) for key in sorted(new))
