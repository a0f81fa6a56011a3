"""What appointments announce, in the past tense, inside the transaction in which it happened."""

from django.dispatch import Signal

# Sent with `appointment` and `by`. What follows from it is part of the same transaction.
appointment_completed = Signal()

# With the same, when the completion was undone.
appointment_reopened = Signal()

# With `doctor` and `starts_at`: a visit of that doctor at that time is new, or is not as it was, or has left that time.
visit_changed = Signal()
