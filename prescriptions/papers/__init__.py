"""What is printed of a prescription, and whether a printed one is genuine."""

from prescriptions.papers.drawing import paper_of
from prescriptions.papers.verifying import LENGTH_OF_SIGNS, Verdict, path_to_verify, signs_of, verified

__all__ = ["LENGTH_OF_SIGNS", "Verdict", "paper_of", "path_to_verify", "signs_of", "verified"]
