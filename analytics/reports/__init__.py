"""What goes on, in figures: of a period and of the one before, from days as they were counted."""
