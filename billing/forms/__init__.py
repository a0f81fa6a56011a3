"""Shapes of what is typed at the cashier’s desk."""
