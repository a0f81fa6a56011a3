"""Medicines as this hospital keeps them."""
