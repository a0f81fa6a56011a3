"""One module for each thing that is looked at. Each offers `look(given, rules)`."""
