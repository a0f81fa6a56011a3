"""Copies of the whole hospital, in one file that can be trusted, and the way back."""
