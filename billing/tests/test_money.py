"""Amounts are whole minor units; nothing is lost or made by rounding or sharing, in any currency."""

import ast
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from django import forms
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import settings as of_hypothesis
from hypothesis import strategies as st

from billing.models import Price
from billing.tests.make import make_service
from hospital import money
from hospital.money import (
    MoneyField,
    exact_minor,
    from_minor,
    minor_digits,
    part_of,
    rounded,
    split,
    to_minor,
)

ROOT = Path(__file__).resolve().parent.parent.parent
whole = st.integers(-(10**12), 10**12)


@pytest.fixture(params=["JPY", "EUR", "KWD"])
def currency(request: Any, settings: Any) -> str:
    settings.CURRENCY = request.param
    return str(request.param)


def test_a_currency_has_its_own_digits(currency: str) -> None:
    assert minor_digits() == {"JPY": 0, "EUR": 2, "KWD": 3}[currency]
    assert str(from_minor(1234)) == {"JPY": "1234", "EUR": "12.34", "KWD": "1.234"}[currency]
    assert minor_digits("KWD") == 3  # whatever that of the hospital is


def test_a_half_goes_to_the_even_neighbour() -> None:
    halves = ["0.005", "0.015", "0.025", "-0.005", "-0.015", "1.995"]
    assert [str(rounded(Decimal(one))) for one in halves] == [
        "0.00",
        "0.02",
        "0.02",
        "-0.00",
        "-0.02",
        "2.00",
    ]
    assert [rounded(Fraction(one)) for one in halves] == [rounded(Decimal(one)) for one in halves]
    assert part_of(Decimal("0.50"), Decimal(5)) == Decimal("0.02")


@pytest.mark.parametrize("wrong", [0.1 + 0.2, float("nan"), True, "1.00", None])  # noqa: RUF100
def test_what_is_no_decimal_is_no_money(wrong: Any) -> None:
    with pytest.raises(TypeError):
        to_minor(wrong)


@pytest.mark.parametrize("wrong", ["NaN", "Infinity", "0.001"])
def test_what_is_no_whole_number_of_cents_is_no_amount(wrong: str) -> None:
    with pytest.raises(ValueError, match=r"amount|units"):
        exact_minor(Decimal(wrong))


@of_hypothesis(deadline=None)
@given(amount=whole, weights=st.lists(st.integers(0, 10**9), min_size=1, max_size=12))
def test_the_parts_of_a_split_are_the_whole(amount: int, weights: list[int]) -> None:
    parts = [exact_minor(one) for one in split(from_minor(amount), weights)]
    assert sum(parts) == amount
    for part, weight in zip(parts, weights, strict=True):
        if sum(weights):
            assert abs(part - Fraction(amount * weight, sum(weights))) < 1
            assert weight or not part


def test_a_split_without_weights_or_with_negative_ones_is_refused() -> None:
    for weights in ([], [1, -1]):
        with pytest.raises(ValueError, match=r"nobody|negative"):
            split(Decimal(1), weights)


@of_hypothesis(deadline=None)
@given(minor=whole)
def test_there_and_back_again(minor: int) -> None:
    assert to_minor(from_minor(minor)) == exact_minor(from_minor(minor)) == minor


@pytest.mark.django_db
def test_the_column_holds_minor_units_and_python_a_decimal(currency: str) -> None:
    price = Price(service=make_service(), unit_amount=from_minor(1234), valid_from="2026-01-01")
    price.check_row()
    price.save()
    kept = Price.objects.get(unit_amount=from_minor(1234))
    assert (kept.unit_amount, type(kept.unit_amount)) == (from_minor(1234), Decimal)
    assert Price.objects.filter(unit_amount__gt=from_minor(1233), unit_amount__lt=from_minor(1235)).exists()
    field = Price._meta.get_field("unit_amount")
    assert field.get_prep_value(from_minor(1234)) == 1234
    assert field.value_to_string(kept) == str(from_minor(1234))


def test_the_field_takes_texts_and_refuses_what_is_too_fine(settings: Any) -> None:
    field: Any = MoneyField("amount")
    assert field.to_python("12.5") == Decimal("12.50")
    for wrong in ("12.345", "twelve", 0.5, "NaN"):  # noqa: RUF100
        with pytest.raises(ValidationError):
            field.to_python(wrong)
    shown = field.formfield()
    assert isinstance(shown, forms.DecimalField)
    assert shown.decimal_places == 2


# ── No binary fractions ─────────────────────────────────────────────────────


def sources() -> list[Path]:
    product = [ROOT / "hospital" / "money.py", *(ROOT / "billing").rglob("*.py")]
    return [one for one in product if "tests" not in one.parts]


def binary_fractions(text: str) -> list[int]:
    """The lines that hold a float, call one, or divide into one by its name."""
    return [
        node.lineno
        for node in ast.walk(ast.parse(text))
        if (isinstance(node, ast.Constant) and isinstance(node.value, float))
        or (isinstance(node, ast.Name) and node.id == "float")
        or (isinstance(node, ast.Attribute) and node.attr in {"FloatField", "float", "from_float"})
    ]


def test_there_is_no_float_where_money_is() -> None:
    found = {str(file.relative_to(ROOT)): binary_fractions(file.read_text()) for file in sources()}
    assert len(found) > 20
    assert {file: where for file, where in found.items() if where} == {}


@pytest.mark.parametrize(
    "text", ["x = 0.1", "x = float('1')", "x = models.FloatField()", "def f(a: float): ..."]
)
def test_a_float_would_be_seen(text: str) -> None:
    assert binary_fractions(text) == [1]


def test_every_amount_is_a_money_field() -> None:
    from django.apps import apps  # noqa: PLC0415

    kinds = {
        f"{model.__name__}.{field.name}": type(field)
        for model in apps.get_app_config("billing").get_models()
        for field in model._meta.concrete_fields
        if field.name.endswith("amount")
    }
    assert len(kinds) > 30
    assert set(kinds.values()) == {money.MoneyField}
