"""Shapes of patients and their records in JSON."""
