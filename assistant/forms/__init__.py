"""Shapes of what people type to and about the assistant."""
