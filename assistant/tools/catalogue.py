"""The tools there are."""

from collections.abc import Callable, Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from assistant.tools import arguments, measured, medicines, people, proposing, texts, visits
from assistant.tools.gathering import Asking, AssistantTool, Found

Run = Callable[[Asking, Mapping[str, Any]], Found]


def _tool(
    run: Run,
    label: str | Promise,
    permission: str,
    shape: type[arguments.Arguments],
    description: str,
    **more: Any,
) -> AssistantTool:
    return AssistantTool(
        run.__name__, label, description, permission, shape, run, arguments.schema_of(shape), **more
    )


_ALL = (
    _tool(
        people.find_patient,
        _("Patients by name"),
        "patients.view_patient",
        arguments.FindPatientArguments,
        "Finds patients by name, date of birth or record number. Answers with links only.",
        about_patient=False,
    ),
    _tool(
        people.patient_summary,
        _("First page of the record"),
        "patients.view_patient",
        arguments.NoArguments,
        "Age, sex, allergies, alerts, problems and current medicines of this patient.",
    ),
    _tool(
        measured.vitals,
        _("Vital signs"),
        "patients.view_vitals",
        arguments.VitalsArguments,
        "Vital signs of this patient with times, units and NEWS2, the newest first.",
    ),
    _tool(
        measured.labs,
        _("Laboratory results"),
        "patients.view_labresult",
        arguments.LabsArguments,
        "Laboratory results of this patient with units and ranges, the newest first.",
    ),
    _tool(
        visits.appointments,
        _("Appointments"),
        "appointments.view_appointment",
        arguments.AppointmentsArguments,
        "Appointments of this patient: those to come and those that were.",
    ),
    _tool(
        visits.availability,
        _("Free times"),
        "appointments.book_appointment",
        arguments.AvailabilityArguments,
        "The next free times of doctors, by name or speciality.",
        about_patient=False,
        anywhere=True,
    ),
    _tool(
        medicines.prescriptions,
        _("Medicines"),
        "prescriptions.view_prescription",
        arguments.PrescriptionsArguments,
        "Medicines prescribed to this patient: taken now, or also before.",
    ),
    _tool(
        medicines.safety_check,
        _("Safety rules"),
        "prescriptions.check_safety",
        arguments.SafetyArguments,
        "Checks medicines for this patient: allergies, interactions, doses, kidneys, pregnancy.",
    ),
    _tool(
        texts.notes,
        _("Notes"),
        "patients.view_encounter",
        arguments.TextsArguments,
        "Notes of this patient in full, the newest first.",
    ),
    _tool(
        texts.documents,
        _("Documents"),
        "patients.view_document",
        arguments.TextsArguments,
        "Documents of this patient with their text, the newest first.",
    ),
    _tool(
        texts.search_chart,
        _("Search in notes and documents"),
        "patients.view_encounter",
        arguments.SearchArguments,
        "Passages of this patient's notes and documents that are nearest to a question.",
    ),
    _tool(
        texts.search_guidelines,
        _("Guidelines"),
        "assistant.ask",
        arguments.SearchArguments,
        "Passages of the hospital's guidelines that are nearest to a question.",
        about_patient=False,
        anywhere=True,
    ),
    _tool(
        proposing.propose_appointment,
        _("Proposal of an appointment"),
        "appointments.book_appointment",
        arguments.ProposeAppointmentArguments,
        "Proposes an appointment of this patient. A person confirms it; nothing is booked before.",
    ),
    _tool(
        proposing.propose_prescription,
        _("Proposal of a prescription"),
        "prescriptions.write_prescription",
        arguments.ProposePrescriptionArguments,
        "Proposes the draft of a prescription for this patient. A person confirms and signs it.",
    ),
    _tool(
        proposing.propose_note,
        _("Proposal of a note"),
        "patients.open_encounter",
        arguments.ProposeNoteArguments,
        "Proposes the draft of a note for this patient. A person confirms and signs it.",
    ),
)

TOOLS: Mapping[str, AssistantTool] = {one.name: one for one in _ALL}
