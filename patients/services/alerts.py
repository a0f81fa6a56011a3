"""What can be done with alerts: what everybody who opens the record must know first."""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from accounts.acting import service
from accounts.models import User
from accounts.once import Once
from hospital import clock
from hospital.errors import Refusal
from patients import front, timeline
from patients.models import Alert, Patient
from patients.models.problems import MOST_ALERTS
from patients.models.words import has_forbidden, tidy
from patients.searching import words_of

KIND = "alert"


@service("patients.raise_alert")
def raise_alert(patient: Patient, *, category: str, text: str, by: User, once: Once | None = None) -> Alert:
    """Put it into the head of the record, for everybody who may open the record.

    Refused with `already_raised` if the same stands there, and with `too_many` where more would hide each other.
    """
    if once and (earlier := once.earlier("patients.raise_alert", by=by)):
        return Alert.objects.get(pk=earlier)
    if not patient.is_active:
        raise Refusal(_("This patient is inactive. Reactivate the record first."), code="patient_inactive")
    standing = list(Alert.objects.standing_now(patient.pk))
    if any(words_of(one.text) == words_of(text) for one in standing):
        raise Refusal(_("This alert stands already."), code="already_raised", field="text")
    if len(standing) >= MOST_ALERTS:
        raise Refusal(
            _("%(most)s alerts stand already. End one that is over first.") % {"most": MOST_ALERTS},
            code="too_many",
        )
    alert: Alert = Alert(patient=patient, recorded_by=by, category=category, text=text).add()
    _write_down(patient, alert)
    if once:
        once.done("patients.raise_alert", alert, by=by)
    return alert


@service("patients.end_alert")
def end_alert(alert: Alert, *, reason: str, by: User, seen_version: int | None = None) -> Alert:
    """Take it out of the head of the record, with the reason. It stays in the record."""
    reason = tidy(reason, lines=False)
    if not reason or has_forbidden(reason, lines=False):
        raise ValidationError({"reason": _("Say why it is over.")})
    if not alert.is_standing:
        raise Refusal(_("This alert was ended already."), code="already_ended")
    alert.change(seen_version=seen_version, ended_at=clock.now(), ended_by=by, ended_because=reason)
    _write_down(alert.patient, alert)
    return alert


def line_of(alert: Alert) -> timeline.Told:
    """What the timeline tells of an alert."""
    facts = {
        "text": alert.text,
        "category": alert.category,
        "by": alert.recorded_by.full_name,
        "ended_because": alert.ended_because,
        "is_standing": alert.is_standing,
    }
    return timeline.Told(alert.pk, alert.raised_at, facts)


def _write_down(patient: Patient, alert: Alert) -> None:
    """What follows from any change. Writers of one patient meet in the chart's row, where all that stand are."""
    front.renew(patient.pk, alerts=Alert.objects.front(patient.pk))
    told = line_of(alert)
    timeline.tell(KIND, told.subject_id, patient_id=patient.pk, at=told.at, **told.facts)
