"""What is asked of the figures: from which day to which, of whom, and for whose eyes."""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from accounts.models import User
from hospital.clock import A_DAY

FEW = 5  # what belongs to fewer patients is not told to those who may not see their prescriptions
LONGEST = 731  # days


@dataclass(frozen=True, slots=True)
class Seeing:
    """What somebody may see: others' names or only the own, `own` doctor, whether every prescription is open."""

    has_names: bool
    own: UUID | None
    sees_all: bool

    @classmethod
    def of(cls, user: User) -> "Seeing":
        """Clinicians see their own figures and the totals of all; who may open every prescription sees every number."""
        is_clinician = user.has_perm("patients.declare_care")
        return cls(
            has_names=not is_clinician,
            own=user.profile_id if is_clinician else None,
            sees_all=not is_clinician and user.has_perm("prescriptions.view_prescription"),
        )

    def least(self, doctor_id: UUID | None) -> int:
        """How many patients must stand behind a number for it to be shown; one's own are known to oneself."""
        is_own = doctor_id is not None and doctor_id == self.own
        return 1 if self.sees_all or is_own else FEW


@dataclass(frozen=True, slots=True)
class Asked:
    """Both days are included. `least`: how many patients must stand behind a number that is shown."""

    since: date
    until: date
    department_id: UUID | None = None
    doctor_id: UUID | None = None
    least: int = FEW

    @property
    def days(self) -> int:
        return (self.until - self.since).days + 1

    @property
    def before(self) -> "Asked":
        """The same question about as many days just before."""
        length = timedelta(days=self.days)
        return replace(self, since=self.since - length, until=self.since - A_DAY)

    @property
    def weeks(self) -> list[date]:
        """The Mondays of the weeks that are touched."""
        monday = monday_of(self.since)
        return [monday + timedelta(weeks=number) for number in range((self.until - monday).days // 7 + 1)]

    def of(self, rows: QuerySet[Any], day: str) -> Any:
        """Those of this period, of this department and this doctor, ready to be grouped."""
        wanted: dict[str, Any] = {f"{day}__gte": self.since, f"{day}__lte": self.until}
        if self.department_id:
            wanted["department_id"] = self.department_id
        if self.doctor_id:
            wanted["doctor_id"] = self.doctor_id
        return rows.filter(**wanted).order_by()


def monday_of(day: date) -> date:
    return day - timedelta(days=day.weekday())
