"""By which way a letter leaves the house, and what is known of it afterwards."""

from notifications.channels.errors import NotSent, Uncertain
from notifications.channels.ways import Ways

__all__ = ["NotSent", "Uncertain", "Ways"]
