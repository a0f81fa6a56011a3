"""The HTML door of patients and their records."""

from patients.views.alerts import (
    alerts,
    end_alert,
    raise_alert,
)
from patients.views.allergies import (
    allergens_found,
    allergies,
    edit_allergy,
    no_known_allergies,
    record_allergy,
    retract_allergy,
)
from patients.views.consents import (
    consents,
    record_consent,
)
from patients.views.deaths import (
    record_death,
    take_back_death,
)
from patients.views.documents import (
    document,
    document_file,
    documents,
    edit_document,
    retract_document,
    upload_document,
)
from patients.views.duplicates import (
    dismiss_duplicate,
    duplicates,
    suspect_duplicate,
)
from patients.views.notes import (
    add_addendum,
    discard_note,
    note,
    note_list,
    notes_to_sign,
    open_encounter,
    restore_note,
    sign_note,
    write_note,
)
from patients.views.people import (
    deactivate,
    detail,
    edit,
    opened,
    patient_list,
    patient_messages,
    reactivate,
    treat,
)
from patients.views.problems import (
    codes_found,
    edit_problem,
    problems,
    record_problem,
    reopen_problem,
    resolve_problem,
    retract_problem,
)
from patients.views.registering import (
    alike,
    register,
)
from patients.views.results import (
    import_results,
    record_result,
    results,
    results_list,
    results_of_test,
    results_to_review,
    retract_result,
    review_results,
)
from patients.views.summary import (
    summary,
)
from patients.views.timeline import (
    patient_timeline,
)
from patients.views.trends import (
    vitals_trend,
)
from patients.views.vitals import (
    record_vitals,
    retract_vitals,
    vitals_list,
)

__all__ = [
    "add_addendum",
    "alerts",
    "alike",
    "allergens_found",
    "allergies",
    "codes_found",
    "consents",
    "deactivate",
    "detail",
    "discard_note",
    "dismiss_duplicate",
    "document",
    "document_file",
    "documents",
    "duplicates",
    "edit",
    "edit_allergy",
    "edit_document",
    "edit_problem",
    "end_alert",
    "import_results",
    "no_known_allergies",
    "note",
    "note_list",
    "notes_to_sign",
    "open_encounter",
    "opened",
    "patient_list",
    "patient_messages",
    "patient_timeline",
    "problems",
    "raise_alert",
    "reactivate",
    "record_allergy",
    "record_consent",
    "record_death",
    "record_problem",
    "record_result",
    "record_vitals",
    "register",
    "reopen_problem",
    "resolve_problem",
    "restore_note",
    "results",
    "results_list",
    "results_of_test",
    "results_to_review",
    "retract_allergy",
    "retract_document",
    "retract_problem",
    "retract_result",
    "retract_vitals",
    "review_results",
    "sign_note",
    "summary",
    "suspect_duplicate",
    "take_back_death",
    "treat",
    "upload_document",
    "vitals_list",
    "vitals_trend",
    "write_note",
]
