"""Whose figures somebody may see, and which."""

from dataclasses import dataclass, replace
from uuid import UUID

from accounts.models import User
from accounts.roles import Role
from analytics.daily import Period

NO_DOCTOR = UUID(int=0)


@dataclass(frozen=True)
class Seeing:
    """`own` is the doctor whose figures alone are seen, None: all are. NO_DOCTOR sees nothing."""

    own: UUID | None
    has_money: bool

    @classmethod
    def of(cls, user: User) -> "Seeing":
        """Doctors see what they themselves do; without a doctor's profile that is nothing."""
        own = (user.profile_id or NO_DOCTOR) if user.role == Role.DOCTOR else None
        return cls(own, own is None and user.has_perm("analytics.view_revenue"))

    def narrowed(self, period: Period) -> Period:
        """The same period, of the own figures where others' are not seen."""
        return period if self.own is None else replace(period, doctor_id=self.own, department_id=None)
