"""What a provider may say without a source. Any other sentence has to cite one."""

ABSTAINS = "I don't know from these sources."
GREETS = "Ask about this patient's record, about appointments, or about the guidelines."
ONLY_READS = "I can only read and propose; a person has to do that."
NOT_THIS_PATIENT = "This conversation is about another patient; I can't look there."
NO_PATIENT = "This conversation is about no patient: open the record and ask there."

ALLOWED = (ABSTAINS, GREETS, ONLY_READS, NOT_THIS_PATIENT, NO_PATIENT)
