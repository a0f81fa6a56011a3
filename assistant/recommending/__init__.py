"""What the guidelines of the house give for a diagnosis, each run through the safety check. Nothing is saved."""

from assistant.recommending.diagnosis import Diagnosis, Fit
from assistant.recommending.recommend import Candidate, NotUnderstood, Reason, Recommended, recommend

__all__ = ["Candidate", "Diagnosis", "Fit", "NotUnderstood", "Reason", "Recommended", "recommend"]
