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
from patients.views.summary import summary
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
    "alerts",
    "alike",
    "allergens_found",
    "allergies",
    "codes_found",
    "consents",
    "deactivate",
    "detail",
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
    "no_known_allergies",
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
    "record_vitals",
    "register",
    "reopen_problem",
    "resolve_problem",
    "retract_allergy",
    "retract_document",
    "retract_problem",
    "retract_vitals",
    "summary",
    "suspect_duplicate",
    "take_back_death",
    "treat",
    "upload_document",
    "vitals_list",
    "vitals_trend",
]
