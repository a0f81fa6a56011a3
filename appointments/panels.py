"""What appointments add to the pages of patients and doctors."""


def fill_registers() -> None:
    """Filled below."""
