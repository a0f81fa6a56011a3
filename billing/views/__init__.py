"""The HTML doors of billing."""
