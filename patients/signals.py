"""What patients announce, in the past tense, inside the transaction in which it happened."""

from django.dispatch import Signal

# Sent with `patient` and `by`, the user who wrote it down. What follows from it is part of the same transaction.
patient_died = Signal()

# Sent with `encounter` and `by`. A receiver may answer a sentence for the signer: what became of what it looks after.
encounter_signed = Signal()
