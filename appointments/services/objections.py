"""What the rules hold against a visit: refused, or passed over by somebody who may, with a reason."""

from typing import NoReturn

from django.core.exceptions import PermissionDenied

from accounts.models import User
from appointments import rules
from appointments.availability import offers_near
from appointments.models import Appointment
from appointments.rules import OVERRIDE, RULES, Limits
from hospital import clock
from hospital.errors import Refusal


class Objections:
    """Meets the rules one after another. `passed` are the codes of those that were passed over.

    A reason of somebody who may not override is PermissionDenied, whether it was needed or not.
    """

    def __init__(self, visit: Appointment, *, because: str, by: User) -> None:
        self.because = " ".join(because.split())[:300]
        if self.because and not by.has_perm(OVERRIDE):
            raise PermissionDenied(OVERRIDE)
        self.visit, self.limits = visit, rules.limits_of(visit.doctor)
        self.passed: list[str] = []

    def ask(self, act: str) -> None:
        """Every rule that can be told from the visit that is wanted."""
        for rule in rules.objecting(act, self.visit, self.limits, clock.now()):
            self.meet(rule.code)

    def ask_to_leave(self, act: str, visit: Appointment) -> None:
        """Every rule about the time that a visit has and gives up; its doctor's, if it goes to another."""
        same = visit.doctor_id == self.visit.doctor_id
        limits = self.limits if same else rules.limits_of(visit.doctor)
        for rule in rules.objecting(act, visit, limits, clock.now(), gives_up=True):
            self.meet(rule.code, limits)

    def meet(self, code: str, limits: Limits | None = None) -> None:
        """This rule stands against it: pass it over, or refuse."""
        if not (self.because and RULES[code].may_be_overridden):
            self.refuse(code, limits)
        self.passed.append(code)

    def refuse(self, code: str, limits: Limits | None = None) -> NoReturn:
        """Refuse, with other times if it is the time that is in the way."""
        rule, visit = RULES[code], self.visit
        text = rules.sentence(rule, limits or self.limits)
        offers = (
            offers_near(visit.doctor, visit.starts_at, limits=self.limits, visit_type=visit.visit_type)
            if rule.field == "starts_at"
            else []
        )
        raise Refusal(text, code=code, field=rule.field, offers=offers)

    @property
    def reason(self) -> str:
        """Why rules were passed over; empty if none was."""
        return self.because if self.passed else ""
