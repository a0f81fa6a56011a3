"""Shapes of what people type about patients and into their records."""
