"""What prescriptions announce, in the past tense, inside the transaction in which it happened."""

from django.dispatch import Signal

# With `prescription`, `dispensings` (a tuple of Dispensing) and `by`. What follows is part of the same transaction.
prescription_dispensed = Signal()

# With `dispensing`, which was handed out by mistake and is back, and `by`.
dispensing_returned = Signal()
