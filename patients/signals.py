"""What patients announce, in the past tense, inside the transaction in which it happened."""

from django.dispatch import Signal

# Sent with `patient` and `by`, the user who wrote it down. What follows from it is part of the same transaction.
patient_died = Signal()
