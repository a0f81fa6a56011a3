"""What templates of prescriptions need."""
