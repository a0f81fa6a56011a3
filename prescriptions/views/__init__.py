"""The HTML doors of prescriptions."""
