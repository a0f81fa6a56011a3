"""What a channel can say after an attempt that did not go well."""


class NotSent(Exception):
    """It certainly was not accepted: it may be tried again, unless `for_good`."""

    def __init__(self, text: str, *, for_good: bool = False) -> None:
        super().__init__(text)
        self.for_good = for_good


class Uncertain(Exception):
    """Nobody knows whether it was accepted: the answer to it never came."""
