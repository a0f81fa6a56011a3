"""Which provider may be asked for whom, and everything that happens to what is sent to one outside."""

from assistant.choosing.choosing import Instead, configured, provider_for, standing, tested

__all__ = ["Instead", "configured", "provider_for", "standing", "tested"]
