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
from patients.services.documents import (
    edit_document,
    retract_document,
    upload_document,
    upload_documents,
)
from patients.services.duplicates import (
    dismiss_duplicate,
    suspect_duplicate,
)
from patients.services.lab_tests import (
    add_lab_test,
    edit_lab_test,
)
from patients.services.note_templates import (
    add_note_template,
    edit_note_template,
)
from patients.services.notes import (
    add_addendum,
    discard_note,
    open_encounter,
    restore_note,
    sign_encounter,
    write_note,
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
from patients.services.result_import import (
    import_results,
)
from patients.services.results import (
    record_result,
    record_results,
    retract_result,
    review_result,
    review_results,
)
from patients.services.vitals import (
    record_vitals,
    retract_vitals,
)

__all__ = [
    "add_addendum",
    "add_lab_test",
    "add_note_template",
    "begin_care",
    "deactivate_patient",
    "declare_care",
    "discard_note",
    "dismiss_duplicate",
    "edit_allergy",
    "edit_document",
    "edit_lab_test",
    "edit_note_template",
    "edit_patient",
    "edit_problem",
    "end_alert",
    "import_results",
    "open_encounter",
    "raise_alert",
    "reactivate_patient",
    "record_allergy",
    "record_consent",
    "record_death",
    "record_problem",
    "record_result",
    "record_results",
    "record_vitals",
    "register_patient",
    "reopen_problem",
    "resolve_problem",
    "restore_note",
    "retract_allergy",
    "retract_document",
    "retract_problem",
    "retract_result",
    "retract_vitals",
    "review_result",
    "review_results",
    "sign_encounter",
    "state_no_known_allergies",
    "suspect_duplicate",
    "take_back_death",
    "upload_document",
    "upload_documents",
    "write_note",
]
