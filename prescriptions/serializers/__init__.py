"""JSON of medicines and prescriptions."""
