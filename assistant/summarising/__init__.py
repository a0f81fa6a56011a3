"""What stands in a report, in its own words: each sentence with where it stands. Nothing is kept.

`worded` adds a provider's words, if the patient agreed: with where they stand as well.
"""

from assistant.summarising.summary import Said, Summary, summarised
from assistant.summarising.values import Value
from assistant.summarising.wording import Phrase, Worded, worded

__all__ = ["Phrase", "Said", "Summary", "Value", "Worded", "summarised", "worded"]
