"""What can be done with doctors and their hours, and what apps above add to them."""

from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any, TypedDict, Unpack

from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.acting import note, service
from accounts.models import Department, Site, User
from accounts.once import Once
from accounts.roles import Role
from doctors.models import Doctor, DoctorSpeciality, Room, ScheduleBlock, Speciality, TimeOff
from hospital import clock
from hospital.errors import LostRace, Refusal, Stale
from hospital.money import to_minor

# ── Registers, filled by the apps above in AppConfig.ready() ────────────────

Commitments = Callable[[Doctor], list[dict[str, Any]]]
commitments: list[Commitments] = []


def register_commitments(future_visits: Commitments) -> None:
    """Add a source of a doctor's live visits that are not over: `{"id", "starts_at"}`, in order.

    `starts_at` is an aware datetime or its ISO text. No patient's name: whoever may see it follows the id.
    """
    commitments.append(future_visits)


def commitments_of(doctor: Doctor) -> list[dict[str, Any]]:
    """The doctor's future visits as JSON values, earliest first."""
    found = [dict(one) for future_visits in commitments for one in future_visits(doctor)]
    for one in found:
        one["starts_at"] = _as_moment(one["starts_at"]).isoformat().replace("+00:00", "Z")
        one["id"] = str(one["id"])
    return sorted(found, key=lambda one: str(one["starts_at"]))


def _as_moment(value: datetime | str) -> datetime:
    return value if isinstance(value, datetime) else datetime.fromisoformat(value)


# ── Doctors ─────────────────────────────────────────────────────────────────


class Profile(TypedDict, total=False):
    """What is known of a doctor; the amount is in the hospital's currency."""

    title: str
    given_name: str
    family_name: str
    department: Department
    qualifications: str
    languages: str
    consultation_fee_amount: Decimal
    licence_number: str
    licence_until: date | None
    phone: str
    email: str


def _columns(profile: dict[str, Any]) -> dict[str, Any]:
    """The same, with the fee in minor units and what is derived from the names."""
    columns = dict(profile)
    if "consultation_fee_amount" in columns:
        columns["consultation_fee_minor"] = to_minor(columns.pop("consultation_fee_amount"))
    return columns


@service("doctors.add_doctor")
def add_doctor(
    *,
    by: User,
    user: User | None = None,
    specialities: Sequence[Speciality] = (),
    once: Once | None = None,
    **profile: Unpack[Profile],
) -> Doctor:
    """Add somebody who sees patients; with `user`, who logs in as this doctor."""
    if once and (earlier := once.earlier("doctors.add_doctor", by=by)):
        return Doctor.objects.get(pk=earlier)
    _see_that_it_can_be_linked(user)
    doctor = Doctor(user=user, **_columns(dict(profile)))
    try:
        doctor.add()
    except IntegrityError as error:
        raise LostRace("The user was linked to another doctor a moment ago.") from error
    _give_specialities(doctor, specialities)
    if user is not None:
        user.change(profile_id=doctor.pk)
    if once:
        once.done("doctors.add_doctor", doctor, by=by)
    return doctor


@service("doctors.edit_doctor")
def edit_doctor(
    doctor: Doctor,
    *,
    by: User,
    seen_version: int | None = None,
    specialities: Sequence[Speciality] | None = None,
    user: User | None = None,
    **profile: Unpack[Profile],
) -> Doctor:
    """Correct the profile. `specialities` replaces all of them; `user` links an account, never takes one away."""
    changes = _columns(dict(profile))
    if user is not None and user.pk != doctor.user_id:
        if doctor.user_id is not None:
            raise Refusal(_("This doctor has a user account already."), code="already_linked", field="user")
        _see_that_it_can_be_linked(user)
        changes["user"] = user
    note(fields=sorted({*changes, *(["specialities"] if specialities is not None else [])}))
    try:
        doctor.change(seen_version=seen_version, **changes)
    except IntegrityError as error:
        raise LostRace("The user was linked to another doctor a moment ago.") from error
    if specialities is not None:
        _give_specialities(doctor, specialities)
    if "user" in changes and user is not None:
        user.change(profile_id=doctor.pk)
    return doctor


def _see_that_it_can_be_linked(user: User | None) -> None:
    if user is None:
        return
    if user.role != Role.DOCTOR:
        raise Refusal(_("Only a user with the role Doctor can be linked."), code="not_a_doctor", field="user")
    if user.profile_id or Doctor.objects.filter(user=user).exists():
        raise Refusal(_("This user is linked to another doctor already."), code="user_linked", field="user")


def _give_specialities(doctor: Doctor, specialities: Iterable[Speciality]) -> None:
    wanted = {one.pk: one for one in specialities}
    links = {link.speciality_id: link for link in DoctorSpeciality.objects.filter(doctor=doctor)}
    gone = [link.pk for pk, link in links.items() if pk not in wanted]
    if gone:
        DoctorSpeciality.objects.filter(pk__in=gone).delete()
    new = [DoctorSpeciality(doctor=doctor, speciality=one) for pk, one in wanted.items() if pk not in links]
    try:
        DoctorSpeciality.objects.bulk_create(new)
    except IntegrityError as error:
        raise LostRace("Somebody else gave the same speciality.") from error
    getattr(doctor, "_prefetched_objects_cache", {}).pop("speciality_links", None)


@service("doctors.deactivate_doctor")
def deactivate_doctor(doctor: Doctor, *, by: User, seen_version: int | None = None) -> Doctor:
    """See no more patients. Refused while visits are booked; the refusal offers their ids and times."""
    if not doctor.is_active:
        raise Refusal(_("This doctor sees no patients any more already."), code="inactive")
    visits = commitments_of(doctor)
    if visits:
        raise Refusal(
            ngettext(
                "%(count)d visit is still booked. Move or cancel it first.",
                "%(count)d visits are still booked. Move or cancel them first.",
                len(visits),
            )
            % {"count": len(visits)},
            code="future_visits",
            offers=visits,
        )
    return doctor.change(seen_version=seen_version, is_active=False)


@service("doctors.reactivate_doctor")
def reactivate_doctor(doctor: Doctor, *, by: User, seen_version: int | None = None) -> Doctor:
    """See patients again, at the hours that are still valid."""
    if doctor.is_active:
        raise Refusal(_("This doctor sees patients already."), code="active")
    return doctor.change(seen_version=seen_version, is_active=True)


# ── Hours ───────────────────────────────────────────────────────────────────


def _take_the_plan(doctor: Doctor) -> None:
    """Of two who change one doctor's hours at once, the second starts again when the first is done."""
    Doctor.objects.filter(pk=doctor.pk).update(planned_at=clock.now())


@service("doctors.add_schedule_block")
def add_schedule_block(
    doctor: Doctor,
    *,
    by: User,
    starts: time,
    ends: time,
    valid_from: date,
    weekday: int | None,
    valid_until: date | None = None,
    visit_minutes: int = 20,
    capacity: int = 1,
    room: Room | None = None,
) -> ScheduleBlock:
    """Add hours: weekly on a weekday, or with `weekday` None extra hours on the one date `valid_from`.

    Times are those of the clock on the wall of the doctor's site.
    """
    if not doctor.is_active:
        raise Refusal(_("This doctor sees no patients at present."), code="inactive")
    block = ScheduleBlock(
        doctor=doctor,
        weekday=weekday,
        starts=starts,
        ends=ends,
        visit_minutes=visit_minutes,
        capacity=capacity,
        room=room,
        valid_from=valid_from,
        valid_until=valid_from if weekday is None else valid_until,
    )
    _take_the_plan(doctor)
    block.check_row()
    if block.is_withdrawn:
        raise ValidationError({"valid_until": _("The last day is before the first.")})
    _see_that_it_is_free(block)
    return block.add()


def _see_that_it_is_free(block: ScheduleBlock) -> None:
    others = ScheduleBlock.objects.filter(doctor=block.doctor_id)
    for other in others.in_force(block.valid_from, block.valid_until):
        if block.overlaps(other):
            raise Refusal(
                _("These hours overlap with others of this doctor: %(other)s.") % {"other": other},
                code="block_overlaps",
                field="starts",
                offers=[{"id": str(other.pk), "hours": str(other)}],
            )


@service("doctors.end_schedule_block")
def end_schedule_block(block: ScheduleBlock, *, on: date, by: User) -> ScheduleBlock:
    """End hours after the day `on`. With a day before they begin, they are withdrawn."""
    last = max(on, block.valid_from - timedelta(days=1))
    if block.valid_until is not None and last >= block.valid_until:
        raise Refusal(_("These hours end on that day or before it already."), code="ends_earlier", field="on")
    _take_the_plan(block.doctor)
    note(doctor=str(block.doctor_id), before=str(block.valid_until), after=str(last))
    return block.change(valid_until=last)


@service("doctors.add_time_off")
def add_time_off(
    doctor: Doctor | None,
    *,
    by: User,
    starts_at: datetime,
    ends_at: datetime,
    kind: str = TimeOff.Kind.LEAVE,
    note: str = "",
    site: Site | None = None,
) -> TimeOff:
    """Record when a doctor, or with `site` and no doctor a whole site, sees nobody. Aware datetimes.

    Visits that are booked already stay; `booked_visits` of the answer says how many they are.
    """
    away = TimeOff(
        doctor=doctor, site=site, starts_at=starts_at, ends_at=ends_at, kind=kind, note=note.strip()
    ).add()
    away.booked_visits = sum(_visits_within(one, away) for one in _concerned(away))
    return away


def _concerned(away: TimeOff) -> list[Doctor]:
    if away.doctor is not None:
        return [away.doctor]
    return list(Doctor.objects.active().filter(department__site=away.site_id)) if commitments else []


def _visits_within(doctor: Doctor, away: TimeOff) -> int:
    starts = (_as_moment(one["starts_at"]) for one in commitments_of(doctor))
    return sum(away.starts_at <= moment < away.ends_at for moment in starts)


@service("doctors.remove_time_off")
def remove_time_off(away: TimeOff, *, by: User) -> TimeOff:
    """Take leave back; the hours are open again. The audit keeps whose and when it was."""
    note(
        doctor=str(away.doctor_id or ""),
        site=str(away.site_id or ""),
        starts_at=away.starts_at.isoformat(),
        ends_at=away.ends_at.isoformat(),
    )
    key = away.pk
    removed, _by_model = TimeOff.objects.filter(pk=key, version=away.version).delete()
    if not removed:
        raise Stale(_("Somebody else has just changed this. Nothing was saved."))
    return away


# ── Reference data ──────────────────────────────────────────────────────────


@service("doctors.keep_reference_data")
def add_speciality(*, name: str, code: str, by: User) -> Speciality:
    """Add something that doctors are trained in."""
    return _only_one(Speciality(name=name, code=code))


@service("doctors.keep_reference_data")
def edit_speciality(
    speciality: Speciality, *, by: User, name: str, seen_version: int | None = None
) -> Speciality:
    """Correct the name; the code stays, others refer to it."""
    if Speciality.objects.filter(name=name.strip()).exclude(pk=speciality.pk).exists():
        raise ValidationError({"name": _("There is one of this name already.")})
    return speciality.change(seen_version=seen_version, name=name)


def _only_one(speciality: Speciality) -> Speciality:
    speciality.check_row()
    for name in ("name", "code"):
        if Speciality.objects.filter(**{name: getattr(speciality, name)}).exists():
            raise ValidationError({name: _("There is one of this name already.")})
    try:
        return speciality.add()
    except IntegrityError as error:
        raise LostRace("The same speciality was added a moment ago.") from error


@service("doctors.keep_reference_data")
def add_room(*, department: Department, name: str, places: int = 1, by: User) -> Room:
    """Add a place where patients are seen."""
    room = Room(department=department, name=name, places=places)
    room.check_row()
    _see_that_no_room_is_called(room)
    try:
        return room.add()
    except IntegrityError as error:
        raise LostRace("The same room was added a moment ago.") from error


@service("doctors.keep_reference_data")
def edit_room(room: Room, *, by: User, seen_version: int | None = None, **changes: Any) -> Room:
    """Correct the name or the number of places."""
    _see_that_no_room_is_called(
        Room(pk=room.pk, department_id=room.department_id, name=changes.get("name", room.name))
    )
    return room.change(seen_version=seen_version, **changes)


def _see_that_no_room_is_called(room: Room) -> None:
    same = Room.objects.filter(department=room.department_id, name=room.name.strip()).exclude(pk=room.pk)
    if same.exists():
        raise ValidationError({"name": _("This department has a room of this name already.")})
