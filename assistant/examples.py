"""Questions to begin with, by what somebody does here."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.roles import Role

_MEDICINES = _("Which medicines are taken now?")
_SAFE = _("Is ibuprofen 400 mg safe for this patient?")
_CLINICAL = (
    _("What was the last potassium?"),
    _("What was the last blood pressure?"),
    _MEDICINES,
    _("What did the last note say?"),
)
_AT_THE_DESK = (_("When is the next appointment?"), _("When is the next free time?"))
_GUIDELINES = _("How is pneumonia treated?")
_FREE = _("When is the next free time?")

ABOUT_PATIENT: dict[str, tuple[str | Promise, ...]] = {
    Role.DOCTOR: (*_CLINICAL, _SAFE),
    Role.NURSE: (*_CLINICAL, _("Is there an allergy to penicillin?")),
    Role.PHARMACIST: (_MEDICINES, _SAFE),
}
ABOUT_NOBODY: dict[str, tuple[str | Promise, ...]] = {
    Role.DOCTOR: (_GUIDELINES, _FREE),
    Role.NURSE: (_GUIDELINES, _FREE),
    Role.PHARMACIST: (_GUIDELINES,),
    Role.RECEPTIONIST: (_FREE,),
    Role.ADMINISTRATOR: (_GUIDELINES, _FREE),
    Role.MANAGER: (_GUIDELINES,),
}


def examples_for(role: str, *, about_patient: bool) -> tuple[str | Promise, ...]:
    return ABOUT_PATIENT.get(role, _AT_THE_DESK) if about_patient else ABOUT_NOBODY.get(role, (_GUIDELINES,))
