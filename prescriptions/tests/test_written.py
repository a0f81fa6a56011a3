"""A line of a prescription from what was typed: the quantity that follows, and the text for the patient."""

from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given, settings
from hypothesis import strategies as st

from prescriptions.dosage import Prescribable, Written, missing, unit_in, units_for, written
from prescriptions.safety.strengths import Strength
from prescriptions.safety.substances import products

# medicine | dose | frequency | days | quantity | text
EXAMPLES = """
Ibuprofen 400 mg tablet|1|bd|7|14 tablet|Take 1 tablet by mouth twice a day for 7 days.
Paracetamol 500 mg tablet|1000 mg|bd|7|28 tablet|Take 2 tablets (1000 mg) by mouth twice a day for 7 days.
Paracetamol 500 mg tablet|1 g|qds|5|40 tablet|Take 2 tablets (1 g) by mouth 4 times a day for 5 days.
Paracetamol 500 mg tablet|2 tabs|1-0-1|7d|28 tablet|Take 2 tablets by mouth in the morning and in the evening for 7 days.
Metformin 500 mg tablet||2-0-1|30|90 tablet|Take by mouth: 2 tablets in the morning and 1 tablet in the evening for 30 days.
Metformin 500 mg tablet||1-0-1|30|60 tablet|Take 1 tablet by mouth in the morning and in the evening for 30 days.
Bisoprolol 5 mg tablet||½-0-0|28|14 tablet|Take ½ tablet by mouth in the morning for 28 days.
Bisoprolol 5 mg tablet|2.5 mg|om|28|14 tablet|Take ½ tablet (2.5 mg) by mouth in the morning for 28 days.
Bisoprolol 5 mg tablet||½-0-0|7|4 tablet|Take ½ tablet by mouth in the morning for 7 days.
Prednisolone 5 mg tablet||1½-0-½|10|20 tablet|Take by mouth: 1½ tablets in the morning and ½ tablet in the evening for 10 days.
Levothyroxine 100 micrograms tablet|50 mcg|om|2 weeks|7 tablet|Take ½ tablet (50 micrograms) by mouth in the morning for 14 days.
Digoxin 0.25 mg tablet|125 micrograms|od|1 month|15 tablet|Take ½ tablet (125 micrograms) by mouth once a day for 30 days.
Methotrexate 10 mg tablet|15 mg|weekly on monday|4 weeks|6 tablet|Take 1½ tablets (15 mg) by mouth once a week on Mondays for 28 days.
Alendronic acid 70 mg tablet|1|once a week|12 weeks|12 tablet|Take 1 tablet by mouth once a week for 84 days.
Alendronic acid 70 mg tablet|1|weekly|10|2 tablet|Take 1 tablet by mouth once a week for 10 days.
Prednisolone 5 mg tablet|1|every other day|7|4 tablet|Take 1 tablet by mouth every other day for 7 days.
Colecalciferol 20000 IU capsule|1|every 2 weeks|12 weeks|6 capsule|Take 1 capsule by mouth every 2 weeks for 84 days.
Omeprazole 20 mg capsule|40 mg|om before meals|2/52|28 capsule|Take 2 capsules (40 mg) by mouth in the morning before meals for 14 days.
Amoxicillin 500 mg capsule|500 mg|q8h|7|21 capsule|Take 1 capsule (500 mg) by mouth every 8 hours for 7 days.
Amoxicillin/clavulanic acid 875 mg/125 mg tablet|1000 mg|bd|7|14 tablet|Take 1 tablet (1000 mg) by mouth twice a day for 7 days.
Amoxicillin/clavulanic acid 875 mg/125 mg tablet|875 mg|bd|7|14 tablet|Take 1 tablet (875 mg) by mouth twice a day for 7 days.
Azithromycin 500 mg tablet|500 mg|od|3|3 tablet|Take 1 tablet (500 mg) by mouth once a day for 3 days.
Fosfomycin 3 g granules|3 g|once||1 sachet|Take 1 sachet (3 g) by mouth once.
Lorazepam 1 mg tablet|1|stat||1 tablet|Take 1 tablet by mouth once, now.
Prednisolone 20 mg tablet|40 mg|stat|1|2 tablet|Take 2 tablets (40 mg) by mouth once, now.
Amoxicillin 50 mg/ml oral suspension|250 mg|tds|7|105 ml|Take 5 ml (250 mg) by mouth 3 times a day for 7 days.
Amoxicillin 50 mg/ml oral suspension|7.5 ml|tds|5|112.5 ml|Take 7.5 ml by mouth 3 times a day for 5 days.
Amoxicillin 250 mg/5 ml oral suspension|250 mg|tds|7|105 ml|Take 5 ml (250 mg) by mouth 3 times a day for 7 days.
Paracetamol 24 mg/ml oral suspension|100 mg|q6h|2|33.4 ml|Take 4.2 ml (100 mg) by mouth every 6 hours for 2 days.
Ibuprofen 20 mg/ml oral suspension||5-0-5|3|30 ml|Take 5 ml by mouth in the morning and in the evening for 3 days.
Valproic acid 60 mg/ml oral solution||5-0-7.5|10|125 ml|Take by mouth: 5 ml in the morning and 7.5 ml in the evening for 10 days.
Salbutamol 100 micrograms/dose inhaler|2|q6h|30|1 inhaler|Inhale 2 puffs every 6 hours for 30 days.
Salbutamol 100 micrograms/dose inhaler|2 puffs|prn||1 inhaler|Inhale 2 puffs, if needed.
Salbutamol 100 micrograms/dose inhaler|2|up to 4x daily||1 inhaler|Inhale 2 puffs up to 4 times a day, if needed (at most 8 puffs in a day).
Budesonide 64 micrograms/dose nasal spray|1 spray|om||1 bottle|Spray 1 puff into the nose in the morning.
Timolol 5 mg/ml eye drops|1 drop|bd||1 bottle|Put 1 drop into the eye twice a day.
Hydrocortisone 10 mg/g cream||bd|14|1 tube|Put on the skin twice a day for 14 days.
Aciclovir 50 mg/g cream|1 application|5x|5|1 tube|Put on the skin 5 times a day for 5 days.
Buprenorphine 10 micrograms/hour patch|1|every 7 days|28|4 patch|Stick 1 patch on the skin every 7 days for 28 days.
Fentanyl 25 micrograms/hour patch|1|q72h|30|10 patch|Stick 1 patch on the skin every 72 hours for 30 days.
Diclofenac 50 mg suppository|1|on|5|5 suppository|Put 1 suppository into the bottom at night for 5 days.
Clotrimazole 500 mg pessary|1|once||1 pessary|Put 1 pessary into the vagina once.
Buprenorphine 2 mg sublingual tablet|4 mg|od|7|14 tablet|Put 2 tablets (4 mg) under the tongue once a day for 7 days.
Enoxaparin 100 mg/ml solution for injection|40 mg|od|10|4 ml|Use 0.4 ml (40 mg) once a day for 10 days.
Adalimumab 40 mg solution for injection|40 mg|every 2 weeks|12 weeks|6 piece|Use 40 mg every 2 weeks for 84 days.
Vancomycin 500 mg powder for injection|1 g|q12h|7|28 vial|Use 1 g every 12 hours for 7 days.
Vancomycin 500 mg powder for injection|750 mg|q12h|2|8 vial|Use 750 mg every 12 hours for 2 days.
Insulin glargine 100 IU/ml solution for injection|12 units|on|30|3.6 ml|Use 12 units at night for 30 days.
Ibuprofen 400 mg tablet|1|q6-8h|3|12 tablet|Take 1 tablet by mouth every 6 to 8 hours for 3 days.
Ibuprofen 400 mg tablet|1|q5h|7|34 tablet|Take 1 tablet by mouth every 5 hours for 7 days.
Ibuprofen 400 mg tablet|1|bd||- tablet|Take 1 tablet by mouth twice a day.
Ibuprofen 400 mg tablet|1|bd|until further notice|- tablet|Take 1 tablet by mouth twice a day.
Ibuprofen 400 mg tablet|1|bd prn|7|- tablet|Take 1 tablet by mouth twice a day for 7 days, if needed (at most 2 tablets in a day).
Ibuprofen 400 mg tablet|1|prn|7|- tablet|Take 1 tablet by mouth for 7 days, if needed.
Ibuprofen 400 mg tablet|1|weekly prn||- tablet|Take 1 tablet by mouth once a week, if needed.
Paracetamol 24 mg/ml oral suspension|15 mg/kg|q6h|3|- ml|Take 15 mg/kg by mouth every 6 hours for 3 days.
Foo 10 mg tablet|1|bd|7|14 tablet|Take 1 tablet by mouth twice a day for 7 days.
Herbal tea|1 sachet|tds|7|21 sachet|Use 1 sachet 3 times a day for 7 days.
Herbal tea|2 g|tds|7|- |Use 2 g 3 times a day for 7 days.
Ibuprofen 400 mg tablet||||- tablet|
Tramadol 100 mg/ml oral drops|20 drops|qds prn||1 bottle|Take 20 drops by mouth 4 times a day, if needed (at most 80 drops in a day).
Furosemide 40 mg tablet||1-½-0|14|21 tablet|Take by mouth: 1 tablet in the morning and ½ tablet at midday for 14 days.
Warfarin 5 mg tablet|7.5 mg|evening|14|21 tablet|Take 1½ tablets (7.5 mg) by mouth in the evening for 14 days.
Epinephrine 0.3 mg auto-injector|1|prn||- pen|Use 1 pen, if needed.
Dexamethasone 4 mg tablet|8 mg|1-0-0|3|6 tablet|Take 2 tablets (8 mg) by mouth in the morning for 3 days.
Cyanocobalamin 1000 micrograms solution for injection|1 mg|every 3 months|1y|4 piece|Use 1 mg every 3 months for 365 days.
"""
CASES = [tuple(line.split("|")) for line in EXAMPLES.strip().splitlines()]

# medicine | dose | unit | frequency | days | quantity | field | a part of the sentence
REFUSALS = """
|1||bd|7||medicine|Write what is prescribed
Ibuprofen 400 mg tablet|x||bd|7||dose|Write a number
Ibuprofen 400 mg tablet|0||bd|7||dose|above 0
Ibuprofen 400 mg tablet|-1||bd|7||dose|Write a number
Ibuprofen 400 mg tablet|1-2||bd|7||dose|the largest
Ibuprofen 400 mg tablet|1/0||bd|7||dose|Write a number
Ibuprofen 400 mg tablet|1|foo|bd|7||unit|The unit “foo” is not known. Write for example tablet, mg
Ibuprofen 400 mg tablet|1 bar||bd|7||unit|The unit “bar” is not known
Herbal tea|1||bd|7||unit|Write the unit
Paracetamol 500 mg tablet|600 mg||bd|7||dose|600 mg = 1.2 tablets: it cannot be divided so
Omeprazole 20 mg capsule|½||om|7||dose|½ capsule: it cannot be divided so
Omeprazole 20 mg capsule|30 mg||om|7||dose|30 mg = 1½ capsules: it cannot be divided so
Prednisolone 5 mg tablet|2||½-0-0|7||dose|0.5-0-0 says already how much is taken
Ibuprofen 400 mg tablet|1||tdss|7||frequency|Is “tds” meant?
Ibuprofen 400 mg tablet|1||bd|soon||days|“soon” is not understood
Ibuprofen 400 mg tablet|1||bd|0||days|between 1 day and 10 years
Ibuprofen 400 mg tablet|1||bd|20 years||days|between 1 day and 10 years
Ibuprofen 400 mg tablet|1||stat|7||days|Once is not for several days
Ibuprofen 400 mg tablet|1||bd|7|-1|quantity|Write how much is given out
Ibuprofen 400 mg tablet|1||bd|7|0|quantity|Write how much is given out
Ibuprofen 400 mg tablet|1||bd|7|lots|quantity|Write how much is given out
Ibuprofen 400 mg tablet|1||bd|7|1.234|quantity|two digits
"""
REFUSED = [tuple(line.split("|")) for line in REFUSALS.strip("\n").splitlines()]


def once_more(line: Written) -> Written:
    """As a service reads it that has been given the line and nothing else."""
    return written(
        Prescribable.named(line.medicine),
        dose=line.dose,
        unit=line.unit,
        route=line.route,
        frequency=line.frequency,
        days=line.days,
        as_needed=line.as_needed,
        as_needed_for=line.as_needed_for,
        quantity=line.quantity,
        quantity_unit=line.quantity_unit,
        note=line.note,
    )


@pytest.mark.parametrize(("medicine", "dose", "frequency", "days", "quantity", "text"), CASES)
def test_examples(medicine: str, dose: str, frequency: str, days: str, quantity: str, text: str) -> None:
    line = written(medicine, dose=dose, frequency=frequency, days=days)
    number, _gap, unit = quantity.partition(" ")
    assert line.text == text
    assert (line.quantity, line.quantity_unit) == (None if number == "-" else Decimal(number), unit)


@pytest.mark.parametrize(("medicine", "dose", "frequency", "days", "quantity", "text"), CASES)
def test_a_line_that_is_read_again_is_the_same(
    medicine: str, dose: str, frequency: str, days: str, quantity: str, text: str
) -> None:
    line = written(medicine, dose=dose, frequency=frequency, days=days)
    assert once_more(line) == line
    assert Written.of(line.as_json()) == line


@pytest.mark.parametrize(
    ("medicine", "dose", "unit", "frequency", "days", "quantity", "field", "said"), REFUSED
)
def test_what_is_wrong_is_said_at_its_field(
    medicine: str, dose: str, unit: str, frequency: str, days: str, quantity: str, field: str, said: str
) -> None:
    with pytest.raises(ValidationError) as raised:
        written(medicine, dose=dose, unit=unit, frequency=frequency, days=days, quantity=quantity)
    assert list(raised.value.message_dict) == [field]
    assert said in raised.value.message_dict[field][0]


def test_all_that_is_wrong_is_said_at_once() -> None:
    with pytest.raises(ValidationError) as raised:
        written(
            "Ibuprofen 400 mg tablet", dose="x", frequency="tdss", days="soon", quantity="?", note="n" * 301
        )
    assert set(raised.value.message_dict) == {"dose", "frequency", "days", "quantity", "note"}


def test_the_reason_makes_it_as_needed_and_stands_in_the_text() -> None:
    line = written("Paracetamol 500 mg tablet", dose="2", frequency="1-0-1", days="7", as_needed_for=" pain ")
    assert (line.frequency, line.as_needed, line.as_needed_for) == ("1-0-1 prn", True, "pain")
    assert line.text == (
        "Take 2 tablets by mouth in the morning and in the evening for 7 days, if needed for pain"
        " (at most 4 tablets in a day)."
    )
    assert line.quantity is None


def test_as_needed_alone_needs_no_frequency() -> None:
    assert written("Lorazepam 1 mg tablet", dose="1", as_needed=True).frequency == "prn"


def test_a_quantity_that_was_typed_stands() -> None:
    line = written("Ibuprofen 400 mg tablet", dose="1", frequency="bd", days="7", quantity="20")
    assert (line.quantity, line.quantity_unit) == (Decimal(20), "tablet")


def test_the_day_of_unequal_amounts_is_their_sum() -> None:
    line = written(
        "Insulin lispro 100 IU/ml solution for injection", unit="units", frequency="8-6-10", days="30"
    )
    assert line.dose is not None
    assert line.times_a_day is not None
    assert (line.dose, line.unit, line.dose * line.times_a_day) == (Decimal(10), "IU", Decimal(24))
    assert line.quantity == Decimal("7.2")


def test_a_product_of_another_name_is_counted_by_its_strengths() -> None:
    product = Prescribable("Dolomax", "an id", (Strength(Decimal(600), "mg"),), "tablet", "oral")
    line = written(product, dose="1200 mg", frequency="bd", days="5")
    assert (line.medicine, line.product, line.quantity) == ("Dolomax", "an id", Decimal(20))
    assert line.text.startswith("Take 2 tablets (1200 mg) by mouth")


def test_the_route_that_was_typed_stands() -> None:
    line = written(
        "Enoxaparin 100 mg/ml solution for injection", dose="40 mg", route="subcutaneous", frequency="od"
    )
    assert line.text == "Inject 0.4 ml (40 mg) under the skin once a day."


def test_an_injection_is_never_rounded_in_the_text() -> None:
    line = written("Enoxaparin 150 mg/ml solution for injection", dose="40 mg", frequency="od", days="1")
    assert line.text == "Use 40 mg once a day for 1 day."


@pytest.mark.parametrize(
    ("typed", "lacking"),
    [
        ({}, ("dose", "frequency", "quantity")),
        ({"dose": "1"}, ("frequency", "quantity")),
        ({"dose": "1", "frequency": "bd"}, ("quantity",)),
        ({"dose": "1", "frequency": "prn"}, ("quantity",)),
        ({"dose": "1", "frequency": "bd", "days": "7"}, ()),
        ({"dose": "1", "frequency": "bd", "quantity": "20"}, ()),
    ],
)
def test_what_a_signature_needs(typed: dict[str, Any], lacking: tuple[str, ...]) -> None:
    assert missing(written("Ibuprofen 400 mg tablet", **typed)) == lacking


def test_a_cream_needs_no_dose() -> None:
    assert missing(written("Hydrocortisone 10 mg/g cream", frequency="bd")) == ()


@pytest.mark.parametrize(
    ("form", "strengths", "first"),
    [
        ("tablet", ("400 mg",), ("tablet", "mg", "g", "micrograms")),
        ("oral suspension", ("50 mg/ml",), ("ml", "mg", "g", "micrograms")),
        ("solution for injection", ("100 IU/ml",), ("ml", "IU")),
        ("solution for injection", ("40 mg",), ("piece", "mg", "g", "micrograms")),
        ("oral drops", ("100 mg/ml",), ("drop", "ml", "mg", "g", "micrograms")),
        ("something new", (), ("tablet", "capsule", "ml", "mg")),
    ],
)
def test_the_units_of_a_form(form: str, strengths: tuple[str, ...], first: tuple[str, ...]) -> None:
    assert units_for(form, [Strength.read(one) for one in strengths])[: len(first)] == first


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        ("Tabs.", "tablet"),
        ("µg", "micrograms"),
        ("mcg", "micrograms"),
        ("I.U.", "IU"),
        ("ML", "ml"),
        ("x", ""),
    ],
)
def test_units_are_understood(text: str, unit: str) -> None:
    assert unit_in(text) == unit


def test_the_form_of_every_product_that_comes_with_the_program_is_known() -> None:
    unknown = {
        one.form
        for one in products().values()
        if Prescribable(
            one.name, strengths=tuple(part.strength for part in one.ingredients), form=one.form
        ).counted
        is None
    }
    assert unknown == set()


@settings(deadline=None)
@given(
    pieces=st.integers(1, 8), strength=st.sampled_from([1, 2.5, 5, 20, 400, 875]), days=st.integers(1, 365)
)
def test_milligrams_are_as_many_tablets(pieces: int, strength: float, days: int) -> None:
    name = f"Foo {strength} mg tablet"
    in_tablets = written(name, dose=str(pieces), frequency="tds", days=days)
    in_milligrams = written(name, dose=f"{pieces * Decimal(str(strength))} mg", frequency="tds", days=days)
    assert in_tablets.quantity == in_milligrams.quantity == pieces * 3 * days


@settings(deadline=None)
@given(
    frequency=st.sampled_from(["od", "bd", "q8h", "q5h", "weekly", "qod", "3x weekly", "q2w", "monthly"]),
    days=st.integers(1, 400),
    dose=st.sampled_from(["¼", "½", "1", "1½", "2"]),
)
def test_the_quantity_is_enough_and_no_more_than_one_time_too_much(
    frequency: str, days: int, dose: str
) -> None:
    line = written("Foo 10 mg tablet", dose=dose, frequency=frequency, days=days)
    assert line.quantity is not None
    assert line.dose is not None
    assert line.times_a_day is not None
    needed = line.dose * line.times_a_day * days
    assert needed - Decimal("0.01") <= line.quantity < needed + line.dose + 1


@settings(deadline=None)
@given(st.text(max_size=30), st.text(max_size=12), st.text(max_size=12), st.text(max_size=12))
def test_nothing_that_is_typed_is_an_accident(dose: str, unit: str, days: str, quantity: str) -> None:
    assert isinstance(line_or_wrong(dose, unit, days, quantity), Written | dict)


def line_or_wrong(dose: str, unit: str, days: str, quantity: str) -> Any:
    try:
        return written("Foo 10 mg tablet", dose=dose, unit=unit, frequency="bd", days=days, quantity=quantity)
    except ValidationError as error:
        return error.message_dict
