"""How a prescription stands: whether it may be dispensed, and in which words a paper or a page says why not."""

from dataclasses import dataclass
from datetime import date, datetime

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from prescriptions.models import Prescription, StopReason

Status = Prescription.Status


@dataclass(frozen=True)
class Standing:
    """`title` is empty where nothing is to be said. `stamp` is what lies across a paper that is not valid."""

    title: str = ""
    says: str = ""
    stamp: str = ""
    tone: str = ""
    is_valid: bool = False


def standing_of(
    prescription: Prescription, now: datetime, *, intact: bool = True, says_why: bool = False
) -> Standing:
    """As it stands at this moment of the hospital's clock. What is not what was signed is never valid.

    Why it was stopped is said only to those who may know of the patient.
    """
    if not intact:
        says = _("It does not say what was signed. Do not dispense it. Call the hospital.")
        return Standing(_("Not valid:"), says, _("NOT VALID"), "danger")
    if prescription.status not in Prescription.SEALED:
        return _unsigned(prescription.status)
    if prescription.status == Status.STOPPED:
        return Standing(_("Stopped"), _stopped(prescription, now, says_why=says_why), _("STOPPED"), "danger")
    if prescription.status == Status.DISPENSED:
        return Standing(
            _("Dispensed."),
            _("All of it has been handed out. Nothing is left to be."),
            _("DISPENSED"),
            "danger",
        )
    if not prescription.is_valid_on(now.date()):
        return Standing(_("Expired."), _until(prescription.expires_on), _("EXPIRED"), "danger")
    if prescription.status == Status.PARTLY:
        return Standing(_("Partly dispensed."), _("A part has been handed out."), tone="warn", is_valid=True)
    return Standing(is_valid=True)


def _unsigned(status: str) -> Standing:
    title, says, stamp = {
        Status.DRAFT: (
            _("Not signed: draft."),
            _("It is no prescription until a doctor signs it."),
            _("DRAFT"),
        ),
        Status.AWAITING: (_("Not valid yet."), _("The second signature is missing."), _("NOT VALID YET")),
        Status.DISCARDED: (_("Discarded."), _("It was never signed."), _("DISCARDED")),
    }[Status(status)]
    return Standing(title, says, stamp, "danger")


def _stopped(prescription: Prescription, now: datetime, *, says_why: bool) -> str:
    at = prescription.stopped_at
    day = _("on %(day)s") % {"day": date_format(at.astimezone(now.tzinfo), "j M Y")} if at else ""
    because = (
        StopReason(prescription.stopped_because).label if says_why and prescription.stopped_because else ""
    )
    return ": ".join(filter(None, (day, str(because)))) + "."


def _until(day: date | None) -> str:
    return _("It was valid until %(day)s.") % {"day": date_format(day, "j M Y")} if day else ""
