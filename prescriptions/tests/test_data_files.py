"""The files of medicines: that they hold together, and that every name in them leads back to its row."""

import re
from collections import Counter
from itertools import chain

import pytest

from prescriptions.safety.names import resolve
from prescriptions.safety.substances import (
    classes,
    combinations,
    products,
    rows_of,
    substances,
)

FILES = ("classes", "substances", "combinations", "products")
ATC = re.compile(r"[A-Z]\d\d[A-Z]{2}\d\d")


def twice(values: list[str]) -> list[str]:
    return [value for value, times in Counter(values).items() if times > 1]


@pytest.mark.parametrize("name", FILES)
def test_keys_are_slugs_and_stand_once_in_the_order_of_the_alphabet(name: str) -> None:
    keys = [row["key"] for row in rows_of(f"{name}.csv")]

    assert [key for key in keys if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", key)] == []
    assert keys == sorted(set(keys))


@pytest.mark.parametrize("name", FILES)
def test_no_value_has_gaps_around_it(name: str) -> None:
    for row in rows_of(f"{name}.csv"):
        for value in row.values():
            assert [part for part in value.split("|") if part != part.strip()] == []


def test_there_are_at_least_three_hundred_substances_and_the_products_of_most_days() -> None:
    assert len(substances()) >= 300
    assert len(products()) >= 500


def test_codes_are_of_the_fifth_level_and_belong_to_one_substance() -> None:
    codes = list(chain.from_iterable(one.atc for one in substances().values()))

    assert [code for code in codes if not ATC.fullmatch(code)] == []
    assert twice(codes) == []


def test_every_class_is_declared_and_has_members() -> None:
    used = set(chain.from_iterable(one.classes for one in substances().values()))
    assert used == set(classes())


def test_a_name_means_one_medicine() -> None:
    named = [(one.name, *one.synonyms) for one in substances().values()]
    named += [(one.name, *one.synonyms) for one in combinations().values()]
    assert twice([re.sub(r"[\W_]+", "", name.casefold()) for names in named for name in set(names)]) == []


def test_every_name_of_a_substance_leads_to_it() -> None:
    for one in substances().values():
        for name in (one.key, one.name, *one.synonyms):
            found = resolve(name)
            assert found, name
            assert found.substances == (one.key,), name


def test_every_name_of_a_combination_leads_to_its_substances() -> None:
    for one in combinations().values():
        assert len(one.substances) > 1
        for name in (one.key, one.name, *one.synonyms):
            found = resolve(name)
            assert found, name
            assert set(found.substances) == set(one.substances), name


def test_the_name_of_every_product_says_what_is_in_it() -> None:
    for one in products().values():
        found = resolve(one.name)
        assert found, one.name
        assert set(found.ingredients) == set(one.ingredients), one.name
        assert {part.substance for part in one.ingredients} <= set(substances())
        assert one.form
        assert one.route
