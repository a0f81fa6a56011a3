"""Every row from one database to another, of whichever engine, and the proof that it is the same there."""
