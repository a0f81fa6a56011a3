"""What is new in results, vital signs, orders, bills and the audit, looked through for what is odd."""

from assistant.watching.sweeping import Looked, sweep

__all__ = ["Looked", "sweep"]
