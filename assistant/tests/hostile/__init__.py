"""A model that does whatever it last read, and the texts by which it is told to do harm."""
