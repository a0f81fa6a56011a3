"""What can be done with patients and their records."""

from patients.services.lab_tests import add_lab_test, edit_lab_test
from patients.services.people import (
    begin_care,
    deactivate_patient,
    declare_care,
    edit_patient,
    reactivate_patient,
    register_patient,
)
from patients.services.result_import import import_results
from patients.services.results import (
    record_result,
    record_results,
    retract_result,
    review_result,
    review_results,
)

__all__ = [
    "add_lab_test",
    "begin_care",
    "deactivate_patient",
    "declare_care",
    "edit_lab_test",
    "edit_patient",
    "import_results",
    "reactivate_patient",
    "record_result",
    "record_results",
    "register_patient",
    "retract_result",
    "review_result",
    "review_results",
]
