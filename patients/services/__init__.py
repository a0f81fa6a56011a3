"""What can be done with patients and their records."""

from patients.services.alerts import (
    end_alert,
    raise_alert,
)
from patients.services.allergies import (
    edit_allergy,
    record_allergy,
    retract_allergy,
    state_no_known_allergies,
)
from patients.services.consents import (
    record_consent,
)
from patients.services.deaths import (
    record_death,
    take_back_death,
)
from patients.services.documents import edit_document, retract_document, upload_document, upload_documents
from patients.services.duplicates import (
    dismiss_duplicate,
    suspect_duplicate,
)
from patients.services.people import (
    begin_care,
    deactivate_patient,
    declare_care,
    edit_patient,
    reactivate_patient,
    register_patient,
)
from patients.services.problems import (
    edit_problem,
    record_problem,
    reopen_problem,
    resolve_problem,
    retract_problem,
)
from patients.services.vitals import (
    record_vitals,
    retract_vitals,
)

__all__ = [
    "begin_care",
    "deactivate_patient",
    "declare_care",
    "dismiss_duplicate",
    "edit_allergy",
    "edit_document",
    "edit_patient",
    "edit_problem",
    "end_alert",
    "raise_alert",
    "reactivate_patient",
    "record_allergy",
    "record_consent",
    "record_death",
    "record_problem",
    "record_vitals",
    "register_patient",
    "reopen_problem",
    "resolve_problem",
    "retract_allergy",
    "retract_document",
    "retract_problem",
    "retract_vitals",
    "state_no_known_allergies",
    "suspect_duplicate",
    "take_back_death",
    "upload_document",
    "upload_documents",
]
