"""Shapes of HTML input about medicines and prescriptions."""
