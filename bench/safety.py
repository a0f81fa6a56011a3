"""`python -m bench.safety`: what checking a prescription of 5 lines against 30 medicines costs, in one process."""

import os
import time
from collections.abc import Callable
from decimal import Decimal

import django

NEW = "warfarin ibuprofen simvastatin clarithromycin digoxin"
TAKEN = """
ramipril bisoprolol metformin amlodipine hydrochlorothiazide omeprazole sertraline lorazepam morphine pregabalin
prednisolone salbutamol tiotropium levothyroxine allopurinol spironolactone furosemide clopidogrel atorvastatin
insulin-glargine gabapentin mirtazapine paracetamol metamizole tamsulosin finasteride folic-acid calcium-carbonate
alendronic-acid amiodarone
"""


def cost(act: Callable[[], object], *, rounds: int) -> float:
    """Milliseconds of CPU for one."""
    begun = time.process_time()
    for _ in range(rounds):
        act()
    return (time.process_time() - begun) / rounds * 1000


def five_against_thirty(*, rounds: int = 500) -> tuple[float, float, int]:
    """Milliseconds for the first time, in which the files are read, and for each later one; how much was found."""
    from prescriptions.safety.engine import check  # noqa: PLC0415  # after django.setup
    from prescriptions.safety.question import Line, Question  # noqa: PLC0415

    once = Decimal(1)
    new, taken = (tuple(Line(name, once, "mg", once) for name in names.split()) for names in (NEW, TAKEN))
    age, weight, egfr = Decimal(70), Decimal(80), Decimal(50)
    asked = Question(new, taken, ("penicillin",), age, weight, egfr, pregnant=False)
    first = cost(lambda: check(asked), rounds=1)
    return first, cost(lambda: check(asked), rounds=rounds), len(check(asked).findings)


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hospital.settings")
    django.setup()
    first, later, found = five_against_thirty()
    print(f"5 lines against 30 medicines, {found} findings: {first:.0f} ms CPU at first, then {later:.2f} ms")


if __name__ == "__main__":
    main()
