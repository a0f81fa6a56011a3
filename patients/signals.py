"""What patients announce, in the past tense and in the transaction of what happened."""

from django.dispatch import Signal

# With `encounter` and `by`. A receiver may answer a sentence for the signer: what became of what it looks after.
encounter_signed = Signal()
