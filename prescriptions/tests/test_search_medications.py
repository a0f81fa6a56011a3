"""Medicines are searched as one types, by doctors, nurses, pharmacists and other systems."""

from collections.abc import Callable
from typing import Any

import pytest

from accounts.models import User
from hospital.tests.queries import counted
from prescriptions.models import Product
from prescriptions.tests.make import make_product

pytestmark = pytest.mark.django_db

NAMES = (
    "Ibuprofen 200 mg tablet",
    "Ibuprofen 400 mg tablet",
    "Ibuprofen 1000 mg tablet",
    "Paracetamol 500 mg tablet",
    "Amoxicillin 500 mg capsule",
    "Amoxicillin/clavulanic acid 875 mg/125 mg tablet",
    "Warfarin 5 mg tablet",
)


@pytest.fixture
def shelf() -> None:
    for name in NAMES:
        make_product(name, synonyms="Augmentin" if "clavulanic" in name else "")


def names(text: str) -> list[str]:
    return [one.name for one in Product.objects.ranked(text, 10)]


# ── The rule ────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("war", ["Warfarin 5 mg tablet"]),
        ("COUMADIN", ["Warfarin 5 mg tablet"]),
        ("B01AA03", ["Warfarin 5 mg tablet"]),
        ("acetamin", ["Paracetamol 500 mg tablet"]),
        ("paracétamol", ["Paracetamol 500 mg tablet"]),
        ("ibu 400", ["Ibuprofen 400 mg tablet"]),
        ("400mg ibu", ["Ibuprofen 400 mg tablet"]),
        ("augm", ["Amoxicillin/clavulanic acid 875 mg/125 mg tablet"]),
        ("amoxi 875/125", ["Amoxicillin/clavulanic acid 875 mg/125 mg tablet"]),
        ("clav", ["Amoxicillin/clavulanic acid 875 mg/125 mg tablet"]),
        ("amox caps", ["Amoxicillin 500 mg capsule"]),
        ("rofen", []),  # words are begun, not ended
        ("aspirin", []),
        ("", []),
        ("...", []),
    ],
)
def test_every_word_begins_a_word_of_any_name(typed: str, found: list[str], shelf: None) -> None:
    assert names(typed) == found


def test_strengths_stand_in_their_order(shelf: None) -> None:
    assert names("ibuprofen") == list(NAMES[:3])


def test_those_whose_own_name_begins_so_come_first(shelf: None) -> None:
    make_product("Acetylsalicylic acid 100 mg tablet")  # ASA, aspirin: sorted before it
    make_product("Ascorbic acid 100 mg tablet")

    assert names("as") == ["Ascorbic acid 100 mg tablet", "Acetylsalicylic acid 100 mg tablet"]


def test_a_misspelling_finds_what_may_be_meant(shelf: None) -> None:
    assert names("warfrin") == ["Warfarin 5 mg tablet"]
    assert names("ibuprofin") == list(NAMES[:3])


def test_so_many_are_answered_and_no_more(shelf: None) -> None:
    assert len(Product.objects.ranked("ibuprofen", 2)) == 2


# ── The API ─────────────────────────────────────────────────────────────────


def test_another_system_searches_by_brand(shelf: None, ivo: User, api: Callable[[User], Any]) -> None:
    (found,) = api(ivo).get("/api/v1/medications?q=augmentin").json()["results"]

    assert found["name"] == "Amoxicillin/clavulanic acid 875 mg/125 mg tablet"
    assert found["synonyms"] == ["Augmentin"]
    assert (found["form"], found["route"], found["is_active"]) == ("tablet", "oral", True)
    first, second = found["ingredients"]
    assert (first["key"], first["name"], first["strength"]) == ("amoxicillin", "Amoxicillin", "875 mg")
    assert first["atc"] == ["J01CA04"]
    assert (second["key"], second["strength"]) == ("clavulanic-acid", "125 mg")


def test_one_is_retrieved_with_its_version(shelf: None, dora: User, api: Callable[[User], Any]) -> None:
    product = Product.objects.get(name="Warfarin 5 mg tablet")

    answer = api(dora).get(f"/api/v1/medications/{product.pk}")

    assert answer.status_code == 200
    assert answer["ETag"] == '"1"'
    assert answer.json()["ingredients"][0]["key"] == "warfarin"


def test_a_list_is_narrowed(shelf: None, pia: User, api: Callable[[User], Any]) -> None:
    make_product("Ibuprofen 20 mg/ml oral suspension", form="oral suspension")
    make_product("Diclofenac 10 mg/g gel", form="gel", route="cutaneous")
    caller = api(pia)

    def found(query: str) -> list[str]:
        answer = caller.get(f"/api/v1/medications?{query}")
        assert answer.status_code == 200, answer.content
        return [one["name"] for one in answer.json()["results"]]

    assert found("route=cutaneous") == ["Diclofenac 10 mg/g gel"]
    assert len(found("substance=ibuprofen")) == 4
    assert found("substance=ibu") == []
    assert found("q=ibu&is_active=false") == []
    assert found("ordering=-name_key&page_size=1") == ["Warfarin 5 mg tablet"]
    assert caller.get("/api/v1/medications?colour=red").status_code == 400
    assert caller.get("/api/v1/medications?q=" + "x" * 101).status_code == 400


def test_pages_follow_each_other_without_a_gap(shelf: None, pia: User, api: Callable[[User], Any]) -> None:
    caller, seen, address = api(pia), [], "/api/v1/medications?page_size=2"
    while address:
        page = caller.get(address).json()
        seen += [one["name"] for one in page["results"]]
        address = page["next"]

    assert sorted(seen) == sorted(NAMES)
    assert len(seen) == len(NAMES)


def test_the_number_of_queries_does_not_depend_on_the_rows(
    shelf: None, dora: User, api: Callable[[User], Any]
) -> None:
    caller = api(dora)
    with counted(at_most=4):
        assert len(caller.get("/api/v1/medications?q=ibu").json()["results"]) == 3
    for strength in range(30):
        make_product(f"Ibuprofen {strength + 1} mg tablet")
    with counted(at_most=4):
        assert len(caller.get("/api/v1/medications?q=ibu&page_size=50").json()["results"]) == 33


@pytest.mark.parametrize("who", ["rita", "carl", "mona"])
def test_who_has_nothing_to_do_with_medicines_is_told_nothing(
    who: str, request: pytest.FixtureRequest, shelf: None, api: Callable[[User], Any]
) -> None:
    answer = api(request.getfixturevalue(who)).get("/api/v1/medications?q=warfarin")
    assert answer.status_code == 403
    assert b"Warfarin" not in answer.content
