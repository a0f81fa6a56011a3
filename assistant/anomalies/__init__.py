"""What is odd in numbers: pure functions of what they are given, each with its source."""

from assistant.anomalies.finding import Finding, Kind, Severity

__all__ = ["Finding", "Kind", "Severity"]
