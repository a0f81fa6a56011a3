"""The last digit of a number, by which a wrong one is noticed."""


def luhn_check_digit(digits: str) -> str:
    """The digit that makes `digits` + it valid: ISO/IEC 7812-1, annex B; also appendix C of the LOINC users' guide."""
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit) * (2 if place % 2 == 0 else 1)
        total += value - 9 if value > 9 else value
    return str(-total % 10)
