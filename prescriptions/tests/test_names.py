"""Which medicine is meant by what doctors, nurses and other systems write."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prescriptions.safety.names import did_you_mean, resolve
from prescriptions.safety.strengths import Strength, taken_out
from prescriptions.safety.substances import substances


def substances_in(text: str) -> set[str]:
    found = resolve(text)
    return set(found.substances) if found else set()


def strengths_in(text: str) -> dict[str, str]:
    found = resolve(text)
    assert found, text
    return {one.substance: str(one.strength) for one in found.ingredients if one.strength}


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("warfarin", "warfarin"),
        ("  WARFARIN ", "warfarin"),
        ("Coumadin", "warfarin"),
        ("acetaminophen", "paracetamol"),
        ("Tylenol", "paracetamol"),
        ("Paracétamol", "paracetamol"),
        ("ASA", "acetylsalicylic-acid"),
        ("albuterol", "salbutamol"),
        ("adrenaline", "epinephrine"),
        ("L-Thyroxin", "levothyroxine"),
        ("St. John's wort", "st-johns-wort"),
        ("5-FU", "fluorouracil"),
        ("vitamin B12", "cyanocobalamin"),
    ],
)
def test_a_generic_a_brand_and_another_spelling_mean_the_same(text: str, key: str) -> None:
    assert substances_in(text) == {key}


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("metoprolol succinate", "metoprolol"),
        ("Metoprololsuccinat", ""),  # one word is one name; it is proposed, not taken
        ("amlodipine besylate", "amlodipine"),
        ("hydroxyzine HCl", "hydroxyzine"),
        ("diclofenac sodium", "diclofenac"),
        ("sodium valproate", "valproic-acid"),
        ("lithium carbonate", "lithium"),
        ("cefuroxime axetil", "cefuroxime"),
        ("dabigatran etexilate", "dabigatran"),
        ("potassium chloride", "potassium-chloride"),
    ],
)
def test_a_salt_is_its_base(text: str, key: str) -> None:
    assert substances_in(text) == ({key} if key else set())


@pytest.mark.parametrize(
    "text", ["sodium", "calcium", "potassium", "chloride", "tablets", "nasal spray", "", " ", "...", "500 mg"]
)
def test_salts_forms_and_numbers_alone_are_no_medicine(text: str) -> None:
    assert resolve(text) is None


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        ("Augmentin", {"amoxicillin", "clavulanic-acid"}),
        ("amoxicillin/clavulanate", {"amoxicillin", "clavulanic-acid"}),
        ("amoxicillin clavulanic acid", {"amoxicillin", "clavulanic-acid"}),
        ("co-trimoxazole", {"sulfamethoxazole", "trimethoprim"}),
        ("cotrimoxazole", {"sulfamethoxazole", "trimethoprim"}),
        ("Bactrim DS", {"sulfamethoxazole", "trimethoprim"}),
        ("hydrocodone-acetaminophen", {"hydrocodone", "paracetamol"}),
        ("carbidopa/levodopa", {"levodopa", "carbidopa"}),
        ("ramipril HCT", {"ramipril", "hydrochlorothiazide"}),
        ("ramipril + hydrochlorothiazide", {"ramipril", "hydrochlorothiazide"}),
        ("paracetamol with codeine phosphate", {"paracetamol", "codeine"}),
        ("Tylenol 3", {"paracetamol", "codeine"}),
        ("Augmentin and clopidogrel", {"amoxicillin", "clavulanic-acid", "clopidogrel"}),
    ],
)
def test_a_combination_is_all_its_substances(text: str, keys: set[str]) -> None:
    assert substances_in(text) == keys


def test_a_known_combination_has_its_own_name() -> None:
    found = resolve("Bactrim")
    assert found
    assert found.name == "Co-trimoxazole"
    assert found.text == "Bactrim"


@pytest.mark.parametrize(
    ("text", "strengths"),
    [
        ("ibuprofen 400 mg", {"ibuprofen": "400 mg"}),
        ("ibuprofen400mg", {"ibuprofen": "400 mg"}),
        ("Ibuprofen-ratiopharm 600", {}),  # nobody has said 600 of what
        ("digoxin 0,125 mg", {"digoxin": "0.125 mg"}),
        ("heparin 5,000 units", {"heparin": "5000 IU"}),
        ("L-Thyroxin 75 µg", {"levothyroxine": "75 micrograms"}),
        ("fentanyl 25 mcg/h patch", {"fentanyl": "25 micrograms/hour"}),
        ("ibuprofen suspension 100 mg/5 ml", {"ibuprofen": "20 mg/ml"}),
        ("Augmentin 875/125 mg", {"amoxicillin": "875 mg", "clavulanic-acid": "125 mg"}),
        ("paracetamol 500 mg / codeine 30 mg", {"paracetamol": "500 mg", "codeine": "30 mg"}),
        ("Sinemet 25/100 mg", {"levodopa": "100 mg", "carbidopa": "25 mg"}),
    ],
)
def test_strengths_in_the_text_are_read(text: str, strengths: dict[str, str]) -> None:
    assert strengths_in(text) == strengths


def test_the_british_order_of_co_codamol_does_not_turn_its_strengths_round() -> None:
    assert strengths_in("co-codamol 30/500 mg") == {"codeine": "30 mg", "paracetamol": "500 mg"}


def test_strengths_that_fit_no_product_are_not_given_to_anybody() -> None:
    assert strengths_in("co-codamol 77/123 mg") == {}


def test_milligrams_are_told_where_there_are_any() -> None:
    assert Strength.read("250 micrograms").milligrams == Decimal("0.25")
    assert Strength.read("1 g").milligrams == 1000
    assert Strength.read("100 IU/ml").milligrams is None


@pytest.mark.parametrize("text", ["", "mg", "5", "5 apples", "five mg", "5 mg twice", "-5 mg"])
def test_what_is_no_strength_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=f"^{text}$"):
        Strength.read(text)


@pytest.mark.parametrize(
    ("written", "proposed"),
    [
        ("warfrin", "Warfarin"),
        ("metformn", "Metformin"),
        ("Celebrexx", "Celebrex"),
        ("amoxicilin 500 mg", "Amoxicillin"),
        ("Metoprololsuccinat", "Metoprolol"),
        ("clarithromicin", "Clarithromycin"),
    ],
)
def test_a_misspelling_is_proposed_and_never_taken(written: str, proposed: str) -> None:
    assert resolve(written) is None
    assert proposed in did_you_mean(written)


@pytest.mark.parametrize("text", ["Panadol Extra", "Aspirin Plus C", "Imodium duo", "Aspirin complex"])
def test_a_word_that_may_stand_for_another_substance_is_not_passed_over(text: str) -> None:
    """These hold caffeine, vitamin C, simeticone and pseudoephedrine besides."""
    assert resolve(text) is None
    assert did_you_mean(text)


@pytest.mark.parametrize(
    "text",
    [
        "vitamin",
        "acid",
        "penicillin",
        "the red pill",
        "amoxicillin and something",
        "ibuprofen/xyz",
        "homeopathic",
    ],
)
def test_what_is_not_understood_word_for_word_is_not_taken(text: str) -> None:
    assert resolve(text) is None


@pytest.mark.parametrize(
    "text",
    [
        "calcium vitamin D",
        "vitamin D calcium",
        "magnesium ramipril",
        "furosemide potassium",
        "ramipril kalium",
    ],
)
def test_a_metal_is_passed_over_only_where_it_makes_a_salt(text: str) -> None:
    """Calcium keeps antibiotics from being taken up, potassium is dangerous with others: neither is lost."""
    assert resolve(text) is None


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("atorvastatin calcium 20 mg", "atorvastatin"),
        ("losartan potassium", "losartan"),
        ("diclofenac potassium 50 mg tablet", "diclofenac"),
        ("esomeprazole magnesium", "esomeprazole"),
        ("penicillin V potassium", "phenoxymethylpenicillin"),
    ],
)
def test_salts_with_a_metal_are_their_base(text: str, key: str) -> None:
    assert substances_in(text) == {key}


def test_a_salt_inside_a_combination_is_its_base() -> None:
    assert substances_in("amoxicillin trihydrate/clavulanate potassium") == {"amoxicillin", "clavulanic-acid"}
    assert substances_in("losartan potassium and hydrochlorothiazide") == {"losartan", "hydrochlorothiazide"}


@pytest.mark.parametrize(
    "text",
    ["Tylenol PM", "Claritin-D", "Nurofen Plus", "Advil Cold", "Humalog Mix 25", "ibuprofen 400 mg daily"],
)
def test_brands_with_something_added_are_not_taken_for_the_plain_one(text: str) -> None:
    assert resolve(text) is None


def test_nothing_is_proposed_for_what_comes_near_nothing() -> None:
    assert did_you_mean("qqqqqqqq") == ()
    assert did_you_mean("x") == ()
    assert did_you_mean("") == ()


def test_look_alikes_stay_apart() -> None:
    for one, other in (
        ("Celebrex", "Celexa"),
        ("prednisone", "prednisolone"),
        ("hydroxyzine", "hydralazine"),
        ("clonidine", "clonazepam"),
        ("chlorpromazine", "clomipramine"),
        ("Zantac", "Zyrtec"),
        ("vinblastine", "vincristine"),
    ):
        assert substances_in(one) != substances_in(other)


@given(st.text(max_size=300))
def test_any_text_is_answered_and_only_with_what_we_know(text: str) -> None:
    found = resolve(text)
    assert found is None or (found.ingredients and set(found.substances) <= set(substances()))
    did_you_mean(text)


@given(st.sampled_from(sorted(substances())), st.integers(1, 5000), st.sampled_from(["mg", "g", "mcg", "IU"]))
def test_a_strength_never_changes_the_substance(key: str, amount: int, unit: str) -> None:
    found = resolve(f"{substances()[key].name} {amount} {unit}")
    assert found
    assert found.substances == (key,)
    assert found.ingredients[0].strength == Strength.read(f"{amount} {unit}")


def test_a_text_without_strengths_is_left_alone() -> None:
    assert taken_out("vitamin b12") == ("vitamin b12", ())
