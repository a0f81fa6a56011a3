"""How a medicine is to be taken: what doctors write, understood, computed and said in plain words."""

from prescriptions.dosage.frequency import Frequency, read_frequency
from prescriptions.dosage.line import Written, plain

__all__ = ["Frequency", "Written", "plain", "read_frequency"]
