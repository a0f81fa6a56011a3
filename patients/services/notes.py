"""What can be done with notes: begun, written, signed, added to; a draft can be discarded and taken back."""

from copy import copy
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from accounts.acting import note, service
from accounts.models import User
from accounts.once import Once
from hospital import clock
from hospital.errors import Refusal
from patients import front, timeline
from patients.models import SECTIONS, Addendum, Encounter, NoteTemplate, Patient
from patients.models.words import has_forbidden, tidy
from patients.signals import encounter_signed

OPEN = "patients.open_encounter"
ADD = "patients.add_addendum"
NOTE = "note"  # kind of its lines in the timeline
LONGEST_TITLE = 120
MAKE_A_NOTE = ("examination", "assessment", "plan")  # a complaint alone is what the patient said
Status = Encounter.Status


@service(OPEN)
def open_encounter(
    patient: Patient,
    *,
    kind: str,
    template: NoteTemplate | None = None,
    once: Once | None = None,
    by: User,
) -> Encounter:
    """Begin a note as a draft, empty or with the words of a template. Refused for an inactive patient."""
    if once and (earlier := once.earlier(OPEN, by=by)):
        begun: Encounter = Encounter.objects.with_names().get(pk=earlier)
        return begun
    _refuse_inactive(patient)
    words = template.sections() if template else {}
    encounter = Encounter(patient=patient, kind=kind, author=by, recorded_by=by, written_by=by, **words).add()
    note(kind=kind)
    _tell(encounter)
    if once:
        once.done(OPEN, encounter, by=by)
    return encounter


@service("patients.write_note")
def write_note(encounter: Encounter, *, seen_version: int | None, by: User, **sections: str) -> Encounter:
    """Write into a draft: any of complaint, examination, assessment and plan. Saving by itself is the same.

    Nothing is written where nothing differs. Raises Stale when somebody else has written since
    `seen_version`, and is refused with `note_signed` or `note_discarded`.
    """
    _refuse_what_is_no_draft(encounter)
    _refuse_what_is_no_section(sections)
    changes = {name: text for name, text in sections.items() if _differs(encounter, name, text)}
    if changes:
        encounter.change(seen_version=seen_version, written_by=by, **changes)
        note(fields=sorted(changes))
        _tell(encounter)
    return encounter


@service("patients.sign_note")
def sign_encounter(encounter: Encounter, *, seen_version: int | None, by: User, **sections: str) -> Encounter:
    """Sign a draft, which never changes afterwards. Whoever signs somebody else's draft becomes its signer.

    `sections` are written first, in the same step. Refused with `empty_note` unless there is an examination,
    an assessment or a plan; with `note_signed` or `note_discarded`; Stale when somebody else has written since
    `seen_version`. What receivers of `encounter_signed` have to say stands in `told` of the result.
    """
    _refuse_what_is_no_draft(encounter)
    _refuse_what_is_no_section(sections)
    signed = copy(encounter)
    for name, value in {**sections, "signed_by": by, "signed_at": clock.now()}.items():
        setattr(signed, name, value)
    signed.check_row()
    if not any(getattr(signed, name) for name in MAKE_A_NOTE):
        raise Refusal(
            _("There is nothing to sign yet. Write an examination, an assessment or a plan."),
            code="empty_note",
        )
    encounter.move_to(
        Status.SIGNED,
        seen_version=seen_version,
        content_hash=signed.seal(),
        signed_by=by,
        signed_at=signed.signed_at,
        **_written(encounter, signed, by),
    )
    note(sha256=encounter.content_hash)
    _tell(encounter)
    answers = encounter_signed.send(Encounter, encounter=encounter, by=by)
    encounter.told = tuple(str(said) for _receiver, said in answers if said)
    return encounter


@service("patients.discard_note")
def discard_note(
    encounter: Encounter, *, reason: str, seen_version: int | None = None, by: User
) -> Encounter:
    """Put a draft aside, with the reason. It is kept and can be taken back."""
    _refuse_what_is_no_draft(encounter)
    reason = tidy(reason, lines=False)
    if not reason or has_forbidden(reason, lines=False):
        raise ValidationError({"reason": _("Say why.")})
    encounter.move_to(
        Status.DISCARDED,
        seen_version=seen_version,
        retracted_at=clock.now(),
        retracted_by=by,
        retracted_because=reason,
    )
    _tell(encounter)
    return encounter


@service("patients.restore_note")
def restore_note(encounter: Encounter, *, seen_version: int | None = None, by: User) -> Encounter:
    """Make a draft again of a note that was discarded."""
    _refuse_what_had_been_signed(encounter)
    encounter.move_to(
        Status.DRAFT, seen_version=seen_version, retracted_at=None, retracted_by=None, retracted_because=""
    )
    _tell(encounter)
    return encounter


@service(ADD)
def add_addendum(encounter: Encounter, *, text: str, once: Once | None = None, by: User) -> Addendum:
    """Say afterwards what a signed note does not say. It is signed with this and never changes either."""
    if once and (earlier := once.earlier(ADD, by=by)):
        return Addendum.objects.get(pk=earlier)
    if not encounter.is_signed:
        raise Refusal(_("This note is not signed yet: write it into the draft."), code="not_signed")
    addendum = Addendum(encounter=encounter, patient_id=encounter.patient_id, recorded_by=by, text=text)
    addendum.check_row()
    addendum.content_hash = addendum.seal()
    addendum.save(force_insert=True)
    note(sha256=addendum.content_hash)
    told = line_of_addendum(addendum, of=encounter)
    timeline.tell(NOTE, told.subject_id, patient_id=addendum.patient_id, at=told.at, **told.facts)
    if once:
        once.done(ADD, addendum, by=by)
    return addendum


def line_of(encounter: Encounter) -> timeline.Told:
    """What the timeline keeps of a note. Asks for the names of author and signer if they are not loaded."""
    who = encounter.signed_by if encounter.is_signed else encounter.author
    facts = {"status": encounter.status, "title": encounter.title[:LONGEST_TITLE], "by": str(who)}
    return timeline.Told(encounter.pk, encounter.began_at, facts | {"contact": encounter.kind})


def line_of_addendum(addendum: Addendum, *, of: Encounter) -> timeline.Told:
    facts = {"to": str(of.pk), "title": of.title[:LONGEST_TITLE], "by": str(addendum.recorded_by)}
    return timeline.Told(addendum.pk, addendum.created_at, facts)


def lines_of(patient_id: UUID) -> list[timeline.Told]:
    """The lines of all notes of a patient and of what was added to them."""
    encounters = list(Encounter.objects.filter(patient_id=patient_id).with_names())
    by_pk = {one.pk: one for one in encounters}
    addenda = Addendum.objects.filter(patient_id=patient_id).select_related("recorded_by")
    return [
        *(line_of(one) for one in encounters),
        *(line_of_addendum(one, of=by_pk[one.encounter_id]) for one in addenda),
    ]


def _tell(encounter: Encounter) -> None:
    """The first page of the chart and the timeline, in the transaction of the change."""
    told = line_of(encounter)
    front.renew(encounter.patient_id, encounters=Encounter.objects.front(encounter.patient_id))
    timeline.tell(NOTE, told.subject_id, patient_id=encounter.patient_id, at=told.at, **told.facts)


def _differs(encounter: Encounter, section: str, text: str) -> bool:
    return bool(getattr(encounter, section) != tidy(text, lines=True))


def _written(before: Encounter, after: Encounter, by: User) -> dict[str, Any]:
    """The sections that signing changes as well, and who has written them then."""
    changed = {name: text for name, text in after.sections().items() if getattr(before, name) != text}
    return {**changed, "written_by": by} if changed else {}


def _refuse_inactive(patient: Patient) -> None:
    if not patient.is_active:
        raise Refusal(_("This patient is inactive. Reactivate the record first."), code="patient_inactive")


def _refuse_what_is_no_draft(encounter: Encounter) -> None:
    if encounter.is_signed:
        raise Refusal(
            _("This note is signed: it never changes. Add an addendum instead."), code="note_signed"
        )
    if encounter.is_discarded:
        raise Refusal(_("This draft was discarded. Take it back first."), code="note_discarded")
    _refuse_what_had_been_signed(encounter)


def _refuse_what_had_been_signed(encounter: Encounter) -> None:
    """Somebody has gone around this program and has made a draft of a signed note."""
    if not encounter.is_intact:
        raise Refusal(_("This note is not what was signed. Tell an administrator."), code="note_broken")


def _refuse_what_is_no_section(sections: dict[str, str]) -> None:
    if unknown := sorted(set(sections) - set(SECTIONS)):
        raise ValidationError(dict.fromkeys(unknown, _("A note has no such section.")))
