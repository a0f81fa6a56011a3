"""The table of allergens: that it is whole, and that what one types leads to it."""

import re

import pytest

from patients.clinical import allergens
from patients.models import Allergy
from patients.searching import words_of


def names_of(question: str) -> list[str]:
    return [one.name for one in allergens.search(question)]


def test_every_row_is_fit_to_be_kept_in_a_chart() -> None:
    for key, one in allergens.table().items():
        assert key == one.key
        assert one.category in Allergy.Category.values
        assert one.drug_class in {"", *allergens.CLASSES}
        assert re.fullmatch(r"[A-Z]\d\d[A-Z]([A-Z](\d\d)?)?|", one.atc), one.name
        assert len(one.key) <= (Allergy._meta.get_field("substance_key").max_length or 0)
        assert one.name == one.name.strip() != ""


def test_no_name_means_two_things() -> None:
    names = [words_of(name) for one in allergens.table().values() for name in (one.name, *one.others)]
    assert sorted(names) == sorted(set(names))


def test_every_class_has_members_and_can_itself_be_chosen() -> None:
    for key in allergens.CLASSES:
        members = [one for one in allergens.table().values() if one.drug_class == key]
        assert allergens.find(key) in members, key
        assert key == "latex" or len(members) > 1, key


def test_no_medicine_stands_twice_under_one_code() -> None:
    codes = [one.atc for one in allergens.table().values() if one.atc]
    assert sorted(codes) == sorted(set(codes))


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("penicillin", "Penicillins"),
        ("Penicillins", "Penicillins"),
        ("augm", "Amoxicillin with clavulanic acid"),
        ("clavul amox", "Amoxicillin with clavulanic acid"),
        ("aspirin", "Acetylsalicylic acid"),
        ("Novalgin", "Metamizole"),
        ("CT contrast", "Iodinated contrast media"),
        ("egg", "Hen's egg"),
        ("hens egg", "Hen's egg"),
        ("shrimp", "Crustaceans"),
        ("wasp", "Wasp venom"),
        ("rubber gl", "Latex"),
        ("flu j", "Influenza vaccine"),
    ],
)
def test_what_one_types_leads_to_what_is_meant(typed: str, meant: str) -> None:
    assert names_of(typed)[0] == meant


def test_the_exact_name_comes_before_a_class_and_that_before_other_names() -> None:
    assert names_of("sulf")[0] == "Sulfonamide antibiotics"
    assert names_of("milk") == ["Cow's milk"]


@pytest.mark.parametrize(
    "typed", ["", "  ", "-", "zzzz", "penicillin zzzz", "enicillin", "\x00", "x" * 10_000]
)
def test_nothing_is_found_for_what_means_nothing(typed: str) -> None:
    assert names_of(typed) == []


def test_an_answer_is_never_longer_than_one_can_read() -> None:
    assert len(names_of("a")) == allergens.MOST_FOUND


def test_only_a_whole_name_codes_what_is_written_in_words() -> None:
    assert allergens.named("AUGMENTIN") is allergens.find("amoxicillin_with_clavulanic_acid")
    assert allergens.named("augm") is None
    assert allergens.named("Augmentin, perhaps") is None
    assert allergens.named("") is None
