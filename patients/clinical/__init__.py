"""Ranges, scores and codes: pure functions and tables, each with its source."""
