"""How a medicine is to be taken: what doctors write, understood, computed and said in plain words."""

from prescriptions.dosage.forms import amount_in_words, form_in, number_in_words, unit_in, units_for
from prescriptions.dosage.frequency import Frequency, read_frequency
from prescriptions.dosage.line import Written, plain
from prescriptions.dosage.prescribable import Prescribable
from prescriptions.dosage.writing import missing, written

__all__ = [
    "Frequency",
    "Prescribable",
    "Written",
    "amount_in_words",
    "form_in",
    "missing",
    "number_in_words",
    "plain",
    "read_frequency",
    "unit_in",
    "units_for",
    "written",
]
