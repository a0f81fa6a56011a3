"""Whatever a cashier does in whatever order: every sum is right to the minor unit, in every kind of currency."""

import time
from itertools import count
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis.stateful import run_state_machine_as_test

from accounts import places
from accounts.models import User
from accounts.roles import Role
from billing.models import DiscountLimit
from billing.proving import prove
from billing.tests.machine import LIMIT, Cashier
from billing.tests.make import make_rates
from hospital.money import from_minor
from hospital.tests.mongo import ON_MONGO

CURRENCIES = ["JPY", "EUR", "KWD"]  # no, two and three digits behind the point
STEPS_OF_A_DAY = 100
IN_CI = 600 if ON_MONGO else 20_000
IN_SOAK = 3_000 if ON_MONGO else 100_000

SEED = 20261129
A_FEW_DAYS = settings(
    max_examples=5,
    stateful_step_count=STEPS_OF_A_DAY,
    deadline=None,
    database=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)


def any_order(carl: User, adam: User, house: Any, currency: str, steps: int) -> None:
    house.CURRENCY = currency
    house.PRICES_INCLUDE_TAX = currency != "EUR"
    house.REFUND_LIMIT = str(from_minor(LIMIT))
    make_rates()
    DiscountLimit(role=Role.CASHIER, percent=100).add()

    class Day(Cashier):
        by, second = adam, carl

    Day.site = places.first_site()
    Day.by, Day.second = adam, User.objects.create_user("ada@example.org", full_name="Ada", role=Role.MANAGER)
    DiscountLimit(role=Role.MANAGER, percent=100).add()
    Day.inclusive = house.PRICES_INCLUDE_TAX
    Day.steps = 0
    began = time.process_time()
    Day.done.clear()
    for number in count(SEED):
        if Day.steps >= steps:
            break
        seed(number)(Day)
        run_state_machine_as_test(Day, settings=A_FEW_DAYS)
    spent = time.process_time() - began
    proof = prove()
    print(f"{currency}, seed {SEED}: {Day.steps} steps in {spent:.1f} s of processor, {proof.entries} rows")
    print(dict(sorted(Day.done.items())))


@pytest.mark.parametrize("currency", CURRENCIES)
def test_any_order_keeps_every_sum(carl: User, adam: User, settings: Any, currency: str) -> None:
    any_order(carl, adam, settings, currency, IN_CI // len(CURRENCIES) + 1)


@pytest.mark.soak
@pytest.mark.parametrize("currency", CURRENCIES)
def test_a_hundred_thousand_steps(carl: User, adam: User, settings: Any, currency: str) -> None:
    any_order(carl, adam, settings, currency, IN_SOAK // len(CURRENCIES) + 1)
