"""Who words an answer: one small protocol, and those that speak it."""
