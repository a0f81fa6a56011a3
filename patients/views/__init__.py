"""The HTML door of patients and their records."""

from patients.views.people import (
    deactivate,
    detail,
    edit,
    opened,
    patient_list,
    patient_messages,
    reactivate,
    register,
    treat,
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

__all__ = [
    "deactivate",
    "detail",
    "edit",
    "import_results",
    "opened",
    "patient_list",
    "patient_messages",
    "reactivate",
    "record_result",
    "register",
    "results",
    "results_list",
    "results_of_test",
    "results_to_review",
    "retract_result",
    "review_results",
    "treat",
]
