"""Whether a sentence stands in the sources that it cites."""

from assistant.citing.sentences import Sentences
from assistant.citing.verifying import Verified, allowed_without_source, verified

__all__ = ["Sentences", "Verified", "allowed_without_source", "verified"]
