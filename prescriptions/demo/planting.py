"""Half a year of prescriptions by several doctors, and what is to be done today."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from random import Random

from django.conf import settings

from accounts.models import Site, User
from accounts.roles import Role
from audit.models import Entry
from doctors.models import Doctor
from hospital import clock
from patients.demo import Told
from patients.demo.first_pages import write
from patients.models import CareRelation, TimelineEntry
from patients.timeline import tell_first
from prescriptions.demo.patients import House, Patients, Planted, written_of
from prescriptions.demo.pharmacy import Pharmacy
from prescriptions.demo.regimens import ADULTS, FAVOURITES, GRAVE, LASTING, PASSING
from prescriptions.models import Favourite, Prescription, PrescriptionLine, Product, Warned
from prescriptions.timeline import PRESCRIPTION, medicines_of, told

BATCH = 500
WAITING_TODAY, DRAFTS = 7, 4
A_DAY, AN_HOUR = timedelta(days=1), timedelta(hours=1)
STILL_PARTLY = timedelta(days=20)
SHARE_PARTLY, SHARE_FETCHED_BEFORE_STOP = 0.3, 0.7
Status = Prescription.Status


def plant(
    charts: Sequence[Told],
    *,
    doctors: Sequence[Doctor],
    colleague: User,
    pharmacist: User,
    site: Site,
    random: Random,
    progress: Callable[[str], object],
) -> int:
    """For the patients whose charts are told. Goes around the services, as all planting does.

    The first of `doctors` is the one who treats them. Returns how many prescriptions there are.
    """
    house = House(
        doctors=_by_department(doctors),
        products={one.key: one for one in Product.objects.offered()},
        valid_for=timedelta(days=settings.PRESCRIPTION_VALID_DAYS),
        random=random,
    )
    pharmacy = Pharmacy(site, pharmacist, random)
    everybody = [Patients(one, house) for one in charts if one.patient.is_open_for_work]
    for one in everybody:
        one.history()
        _fetch(one, pharmacy)
    _plant_today(everybody, house, pharmacy, colleague)
    planted = [made for one in everybody for made in one.planted]
    _keep(planted)
    shelves = pharmacy.keep(house.products.values())
    _keep_around(planted, pharmacy)
    _plant_favourites(doctors[0], house)
    progress(
        f"{len(planted):,} prescriptions, {len(pharmacy.handed_out):,} dispensings, {shelves:,} in stock"
    )
    return len(planted)


def _by_department(doctors: Sequence[Doctor]) -> dict[str, list[Doctor]]:
    """Those whose licence holds; each has an account, with which nobody can log in unless there was one."""
    found: dict[str, list[Doctor]] = defaultdict(list)
    for one in doctors:
        if not one.may_prescribe(clock.today(one.site.time_zone)):
            continue
        if one.user is None:
            user = User.objects.create_user(one.email, None, full_name=str(one), role=Role.DOCTOR)
            user.change(profile_id=one.pk)
            one.change(user=user)
        found[one.place.code].append(one)
    return found


# ── What becomes of it ──────────────────────────────────────────────────────


def _fetch(one: Patients, pharmacy: Pharmacy) -> None:
    """Almost everything was fetched within two days; of what is new, some in part."""
    now = clock.now()
    for made in one.planted:
        prescription, random = made.prescription, one.random
        fetched_at = prescription.signed_at + timedelta(minutes=random.randrange(10, 2000))
        if prescription.status == Status.STOPPED:
            in_time = fetched_at < prescription.stopped_at
            if in_time and random.random() < SHARE_FETCHED_BEFORE_STOP:
                pharmacy.hand_out(made, fetched_at)
        elif prescription.status == Status.SIGNED:
            is_new = now - prescription.signed_at < STILL_PARTLY
            partly = is_new and len(made.lines) > 1 and random.random() < SHARE_PARTLY
            pharmacy.hand_out(made, min(fetched_at, now - AN_HOUR), first_only=partly)


# ── What is to be done today ────────────────────────────────────────────────


def _plant_today(everybody: Sequence[Patients], house: House, pharmacy: Pharmacy, colleague: User) -> None:
    """In the pharmacy's queue, on the desk of the first doctor, and before a second signature."""
    own = house.doctors["GEN"][0]
    other = next((one for one in house.doctors["GEN"] if one.user_id == colleague.pk), own)
    patients = iter(everybody)
    _plant_queue(patients, house, pharmacy)
    _plant_drafts(patients, own)
    grown = (
        one for one in patients if one.told.patient.age >= ADULTS[0] and one.told.story.key != "pregnant"
    )
    for first, second, ago in ((own, other, 0), (other, own, 0), (own, other, 40)):
        one = next(grown, None)
        if one is None:
            return
        at = clock.now() - timedelta(minutes=50) if not ago else one.at(ago)
        made = one.wait_for_second(GRAVE, at, first)
        if ago:
            one.countersign(made, at + AN_HOUR, second)
            pharmacy.hand_out(made, at + A_DAY)


def _plant_queue(patients: Iterator[Patients], house: House, pharmacy: Pharmacy) -> None:
    """Signed within the last hours, a part of one of them handed out."""
    waiting = 0
    for one in patients:
        regimen = one.draw(PASSING) or one.draw(LASTING)
        at = clock.now() - timedelta(minutes=house.random.randrange(6, 150))
        made = one.signed(regimen, at) if regimen else None
        if made is None:
            continue
        waiting += 1
        if waiting == 1:
            pharmacy.hand_out(made, clock.now() - timedelta(minutes=3), first_only=True)
        if waiting == WAITING_TODAY:
            return


def _plant_drafts(patients: Iterator[Patients], doctor: Doctor) -> None:
    """Begun and not signed, with warnings; the first is discarded, the last renews another."""
    number, at = 0, clock.now() - 2 * AN_HOUR
    for one in patients:
        regimen = one.warned_of(at) if number else one.draw(PASSING)
        if regimen is None:
            continue
        made = one.draft(regimen, at - number * timedelta(minutes=11), doctor)
        if not number:
            _discard(made)
        number += 1
        if number == DRAFTS:
            break
    _renew(patients, doctor)


def _discard(made: Planted) -> None:
    draft = made.prescription
    draft.status, draft.version, draft.retracted_at = Status.DISCARDED, 2, clock.now() - AN_HOUR
    draft.retracted_by, draft.retracted_because = draft.recorded_by, "Written for the wrong patient"


def _renew(patients: Iterator[Patients], doctor: Doctor) -> None:
    """The draft of a renewal: the same lines once more, for somebody who has just one lasting prescription."""
    lasting = {regimen.reason: regimen for regimen in LASTING}
    for one in patients:
        mine = [made for made in one.planted if made.prescription.indication in lasting]
        renewed = {made.prescription.renews_id for made in mine}
        for made in mine:
            old = made.prescription
            regimen = lasting[old.indication]
            if (
                old.status == Status.DISPENSED
                and old.pk not in renewed
                and len(old.lines) == len(regimen.lines)
            ):
                one.draft(regimen, clock.now() - AN_HOUR, doctor, renews=old)
                return


# ── Keeping ─────────────────────────────────────────────────────────────────


def _keep(planted: Sequence[Planted]) -> None:
    ordered = sorted((made.prescription for made in planted), key=lambda one: one.created_at)
    Prescription.objects.bulk_create(ordered, batch_size=BATCH)
    PrescriptionLine.objects.bulk_create((line for made in planted for line in made.lines), batch_size=BATCH)
    Warned.objects.bulk_create((one for made in planted for one in made.warnings), batch_size=BATCH)


def _keep_around(planted: Sequence[Planted], pharmacy: Pharmacy) -> None:
    """The lines of the timeline, the first pages, who treats whom, and the audit."""
    rows = [made.prescription for made in planted]
    lines = (tell_first(PRESCRIPTION, told(one), patient_id=one.patient_id) for one in rows)
    TimelineEntry.objects.bulk_create(lines, batch_size=BATCH)
    signed = {one.patient_id for one in rows if one.is_signed}
    write("medicines", {pk: medicines_of(pk) for pk in sorted(signed)})
    pairs = {(one.patient_id, user) for one in rows for user in (one.recorded_by_id, one.second_signed_by_id)}
    _plant_care((patient, user) for patient, user in pairs if user)
    Entry.objects.bulk_create(_entries(rows, pharmacy), batch_size=BATCH)


def _plant_care(pairs: Iterable[tuple[object, object]]) -> None:
    """Who prescribes for somebody treats that patient."""
    there = set(CareRelation.objects.filter(is_open=True).values_list("patient_id", "user_id"))
    CareRelation.objects.bulk_create(
        [
            CareRelation(patient_id=patient, user_id=user, because="Prescription")
            for patient, user in sorted(set(pairs) - there, key=str)
        ],
        batch_size=BATCH,
    )


def _entries(rows: Iterable[Prescription], pharmacy: Pharmacy) -> Iterator[Entry]:
    """The audit rows of the signatures and of what was handed out, as the services would have written them."""
    for one in rows:
        if one.signed_by:
            yield _entry(one, "prescriptions.sign_prescription", one.signed_by, one.signed_at)
    last = {(one.prescription_id, one.created_at): one for one in pharmacy.handed_out}
    for (_pk, at), one in last.items():
        yield _entry(one.prescription, "prescriptions.dispense_prescription", pharmacy.pharmacist, at)


def _entry(one: Prescription, verb: str, actor: User, at: datetime | None) -> Entry:
    return Entry(
        at=at or clock.now(),
        actor=actor,
        verb=verb,
        subject_type="prescriptions.prescription",
        subject_id=one.pk,
        patient_id=one.patient_id,
        door="demo",
        outcome=Entry.Outcome.DONE,
        details={},
    )


def _plant_favourites(doctor: Doctor, house: House) -> None:
    if doctor.user is None:
        return
    for name, dose, days in FAVOURITES:
        Favourite(user=doctor.user, name=name, line=written_of(dose, days, house).as_json()).add()
