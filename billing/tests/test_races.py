"""Twenty cashiers at once: never too much paid, no number missing or given twice, nothing billed twice."""

import json
from collections import Counter
from typing import Any

import pytest

from hospital.tests.mongo import ON_MONGO
from hospital.tests.scratch import Scratch, scratch

pytestmark = pytest.mark.concurrency
RACE = ("-m", "billing.tests.race")
PROCESSES = 4
THREADS = 5
EVERYBODY = PROCESSES * THREADS
BILLS, DRAFTS, CHARGES = (1, 50, 1) if ON_MONGO else (2, 50, 2)

Rushed = tuple[dict[str, Counter[str]], dict[str, Any]]


def rush(here: Scratch, planted: Any, *acts: str) -> dict[str, Counter[str]]:
    """Everybody does each act to everything, one act after the other; what came of it."""
    ready = here.folder / f"ready-{acts[0]}"
    ready.mkdir()
    words = ["--planted", json.dumps(planted), "--ready", str(ready)]
    words += ["--workers", str(PROCESSES), "--threads", str(THREADS)]
    told = here.run_all([[*RACE, *acts, *words, "--worker", str(worker)] for worker in range(PROCESSES)])
    came = {act: sum((Counter(one[act]) for one in told), Counter[str]()) for act in acts}
    print(f"{PROCESSES} processes of {THREADS} threads: {came}")
    return came


@pytest.fixture(scope="module")
def rushed(tmp_path_factory: pytest.TempPathFactory) -> Rushed:
    with scratch(tmp_path_factory.mktemp("money")) as here:
        many = ("--bills", str(BILLS), "--drafts", str(DRAFTS), "--charges", str(CHARGES))
        planted = here.run(*RACE, "prepare", *many)
        came = rush(here, planted, "pay", "issue", "invoice", "open", "take")
        return came, here.run(*RACE, "look")


def test_nobody_pays_more_than_the_total_of_an_invoice(rushed: Rushed) -> None:
    came, found = rushed

    can_pay = min(10, EVERYBODY)  # a hundred, in tens
    assert came["pay"] == Counter(done=BILLS * can_pay, beyond_due=BILLS * (EVERYBODY - can_pay))
    assert found["paid"] == [f"{10 * can_pay}.00"] * BILLS
    assert found["payments"] == BILLS * can_pay + came["take"].total()


def test_drafts_that_are_issued_at_once_have_numbers_without_a_gap(rushed: Rushed) -> None:
    came, found = rushed

    assert came["issue"]["done"] == DRAFTS
    assert came["issue"]["invoice_issued"] + came["issue"]["wrong_move"] == DRAFTS * (EVERYBODY // 10 - 1)
    assert found["numbers"] == list(range(1, BILLS + DRAFTS + 1))


def test_a_charge_that_all_put_on_an_invoice_is_on_one(rushed: Rushed) -> None:
    came, found = rushed

    assert came["invoice"] == Counter(done=CHARGES, charge_taken=CHARGES * (EVERYBODY - 1))
    assert found["times_on_a_line"] == [1] * CHARGES


def test_the_ledger_explains_all_of_it(rushed: Rushed) -> None:
    _came, found = rushed

    assert found["broken"] == ""
    assert found["rows"] == BILLS + DRAFTS + found["payments"]


def test_one_till_is_open_and_holds_what_came_in_until_it_was_counted(rushed: Rushed) -> None:
    """Nothing slips between the last payment and the count, whoever pays, counts and opens at once."""
    came, found = rushed

    assert came["open"] == Counter(done=1, till_open=EVERYBODY - 1)
    assert [one["taken"] for one in found["tills"]] == [one["payments"] for one in found["tills"]]
    assert {one["difference"] for one in found["tills"]} == {"0"}
    assert sum(one["status"] == "open" for one in found["tills"]) <= 1
    assert any(one["status"] == "closed" for one in found["tills"])


@pytest.mark.mongo_slow("one engine is enough to see the naive versions fail")
def test_the_naive_versions_are_seen_to_fail(tmp_path_factory: pytest.TempPathFactory) -> None:
    """So that the tests above are known to be able to."""
    with scratch(tmp_path_factory.mktemp("naive")) as here:
        planted = here.run(*RACE, "prepare", "--bills", "5", "--charges", "5")
        came = rush(here, planted, "pay_naively", "invoice_naively", "take_naively")
        found = here.run(*RACE, "look")

    assert found["broken"]
    assert came["pay_naively"]["done"] * 10 > sum(int(one.split(".")[0]) for one in found["paid"])
    assert max(found["times_on_a_line"]) > 1
    assert came["take_naively"]["done"] * 10 > sum(int(one["taken"]) for one in found["tills"])
