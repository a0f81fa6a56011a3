"""Interactions, QT, duplicates; what is found, what is clear, what was not screened."""

import pytest

from prescriptions.safety.question import Check, Severity
from prescriptions.tests.ask import ask, clear_of, dosed, found, only, why_not

C, S, W = Severity.CONTRAINDICATED, Severity.SERIOUS, Severity.CAUTION

# The 15 pairs of Phansalkar 2012 (PMID 22539083), one medicine for each class.
HIGH_PRIORITY = [
    ("lisdexamfetamine", "tranylcypromine"),
    ("atazanavir", "omeprazole"),
    ("febuxostat", "azathioprine"),
    ("fluoxetine", "phenelzine"),
    ("irinotecan", "clarithromycin"),
    ("pethidine", "tranylcypromine"),
    ("ramelteon", "fluvoxamine"),
    ("tizanidine", "ciprofloxacin"),
    ("tranylcypromine", "procarbazine"),
    ("amitriptyline", "tranylcypromine"),
    ("sumatriptan", "moclobemide"),
    ("simvastatin", "ritonavir"),
    ("sotalol", "haloperidol"),
    ("ergotamine", "clarithromycin"),
    ("rifampicin", "darunavir"),
]


@pytest.mark.parametrize("pair", HIGH_PRIORITY, ids="-".join)
def test_the_pairs_that_must_never_meet(pair: tuple[str, str]) -> None:
    for first, second in (pair, pair[::-1]):
        worst = ask(first, second).findings[0]
        assert worst.severity is C
        assert worst.medicines == (first, second)


def test_olga_on_warfarin_is_given_ibuprofen() -> None:
    finding = only(ask("Coumadin", "Nurofen 400 mg"))
    assert (finding.rule, finding.severity) == ("vka-nsaid", S)
    assert finding.medicines == ("Coumadin", "Nurofen 400 mg")
    assert "warfarin" in finding.source


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("simvastatin", "azithromycin"),
        ("pravastatin", "clarithromycin"),
        ("clopidogrel", "pantoprazole"),
        ("warfarin", "paracetamol"),
        ("ramipril", "hydrochlorothiazide"),
        ("acetylsalicylic acid 100 mg", "clopidogrel"),
        ("amlodipine", "ramipril"),
        ("naratriptan", "moclobemide"),
        ("ibuprofen", "paracetamol"),
        ("metformin", "sitagliptin"),
    ],
)
def test_what_may_be_taken_together(first: str, second: str) -> None:
    report = ask(first, second)
    assert report.findings == ()
    assert "interactions" in clear_of(report, first)


def test_two_that_prolong_qt_are_serious_and_a_strong_one_with_another_is_contraindicated() -> None:
    assert found(ask("citalopram", "ondansetron")) == {"qt-known-known": S}
    assert found(ask("amiodarone", "haloperidol")) == {"qt-high-known": C}
    assert found(ask("citalopram")) == {}


def test_three_together_say_it_once() -> None:
    finding = only(ask("ibuprofen", "ramipril", "furosemide"))
    assert (finding.rule, finding.severity) == ("triple-whammy", S)
    assert set(finding.medicines) == {"ibuprofen", "ramipril", "furosemide"}


def test_what_is_graver_than_three_together_is_said_besides() -> None:
    assert found(ask("ibuprofen", "ramipril", "furosemide", "lithium"))["nsaid-lithium"] is S


def test_of_one_pair_only_the_gravest_rule_speaks() -> None:
    assert found(ask("clarithromycin", "sildenafil", "glyceryl trinitrate")) == {
        "nitrate-pde5": C,
        "pde5-3a4": S,
    }
    assert [one.rule for one in ask("ketorolac", "ibuprofen").findings] == ["ketorolac-nsaid"]


def test_the_gravest_stands_first() -> None:
    ranks = [
        one.severity.rank
        for one in ask("warfarin", "ibuprofen", "sertraline", "clarithromycin", "simvastatin").findings
    ]
    assert ranks == sorted(ranks)
    assert ranks[0] == C.rank
    assert len(set(ranks)) == 3


def test_twenty_milligrams_of_simvastatin_are_allowed_with_amlodipine() -> None:
    assert found(ask("simvastatin", "amlodipine")) == {"simvastatin-amlodipine": W}
    assert ask(dosed("simvastatin", 20), "amlodipine").findings == ()
    assert found(ask(dosed("simvastatin", 40), "amlodipine")) == {"simvastatin-amlodipine": W}
    assert found(ask("amlodipine", taken=(dosed("simvastatin", 40),))) == {"simvastatin-amlodipine": W}


# ── Twice ───────────────────────────────────────────────────────────────────


def test_the_same_substance_under_two_names() -> None:
    finding = only(ask("Voltaren", "diclofenac sodium"))
    assert (finding.check, finding.severity) == (Check.DUPLICATES, S)


def test_the_same_substance_inside_a_combination() -> None:
    finding = only(ask("paracetamol", "paracetamol/codeine"))
    assert finding.rule == "same-substance"
    assert "Paracetamol" in finding.text


def test_two_of_one_class() -> None:
    assert found(ask("omeprazole", "pantoprazole")) == {"ppi-ppi": W}
    assert found(ask("atorvastatin", "rosuvastatin")) == {"statin-statin": S}
    assert found(ask("ramipril", "candesartan")) == {"acei-arb": S}


def test_a_long_and_a_short_insulin_are_no_duplicate_nor_is_morphine_with_its_rescue_dose() -> None:
    assert ask("insulin glargine", "insulin lispro").findings == ()
    assert ask("morphine 30 mg", "morphine 10 mg").findings == ()


def test_parts_of_one_product_are_not_held_against_each_other() -> None:
    assert ask("sacubitril/valsartan").findings == ()
    assert ask("amiloride/hydrochlorothiazide").findings == ()


# ── What is taken already ───────────────────────────────────────────────────


def test_a_new_medicine_is_held_against_what_is_taken() -> None:
    assert found(ask("ibuprofen", taken=("warfarin", "sertraline"))) == {"vka-nsaid": S, "nsaid-ssri": W}


def test_what_is_taken_already_is_not_held_against_itself() -> None:
    report = ask("folic acid", taken=("warfarin", "ibuprofen", "ibuprofen"), allergies=("ibuprofen",))
    assert report.findings == ()
    assert {one.medicine for one in report.screened} == {"folic acid"}


# ── Not screened ────────────────────────────────────────────────────────────


def test_an_unknown_medicine_is_never_clear() -> None:
    report = ask("zzyzxomab", "warfarin", allergies=("penicillin",), egfr=90, weight_kg=80)
    assert clear_of(report, "zzyzxomab") == set()
    assert "not known" in why_not(report, "zzyzxomab")


def test_nothing_is_clear_of_interactions_beside_an_unknown_medicine() -> None:
    assert "interactions" in clear_of(ask("amlodipine", "ramipril"), "ramipril")
    report = ask("amlodipine", "ramipril", taken=("zzyzxomab",))
    assert "interactions" not in clear_of(report, "ramipril")
    assert "zzyzxomab" in why_not(report, "ramipril")


def test_a_misspelling_is_not_taken_for_the_medicine() -> None:
    report = ask("warfarrin", "ibuprofen")
    assert report.findings == ()
    assert "warfarin" in why_not(report, "warfarrin").casefold()


def test_a_known_medicine_of_which_no_rule_speaks_is_not_clear() -> None:
    report = ask("simeticone")
    assert "interactions" not in clear_of(report, "simeticone")
    assert "No rule" in why_not(report, "simeticone")


def test_a_gel_for_the_skin_is_not_held_for_a_tablet() -> None:
    report = ask("diclofenac gel", "warfarin", egfr=25)
    assert report.findings == ()
    assert "from outside" in why_not(report, "diclofenac gel")
    assert found(ask("miconazole gel", "warfarin")) == {"vka-miconazole": S}


def test_the_same_question_has_the_same_answer() -> None:
    asked = ("warfarin", "ibuprofen", "sertraline", "nonsense")
    assert ask(*asked) == ask(*asked)


def test_a_live_vaccine_for_somebody_on_methotrexate() -> None:
    assert found(ask("MMR vaccine", taken=("methotrexate",))) == {"immunosuppressant-live-vaccine": C}


def test_no_medicine_at_all() -> None:
    report = ask()
    assert (report.findings, report.screened, report.not_screened) == ((), (), ())
