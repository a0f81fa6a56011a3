"""What must not leave the house: found, replaced by tokens, and put back on return."""
