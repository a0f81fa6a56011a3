"""Allergies: the same substance, its class, what cross-reacts, and what only seems to."""

import pytest

from prescriptions.safety.checks.allergies import understood
from prescriptions.safety.question import Severity
from prescriptions.safety.ruleset import ruleset
from prescriptions.tests.ask import ask, clear_of, found, only, why_not

C, S, W = Severity.CONTRAINDICATED, Severity.SERIOUS, Severity.CAUTION


@pytest.mark.parametrize(
    ("allergy", "medicine", "severity"),
    [
        ("penicillin", "amoxicillin", C),
        ("Penicillin allergy", "Augmentin 875/125 mg", C),
        ("allergic to penicillin", "piperacillin/tazobactam", C),
        ("amoxicillin", "flucloxacillin", C),
        ("amoxicillin", "cefalexin", S),
        ("penicillins", "cefaclor", S),
        ("ceftriaxone", "cefotaxime", C),
        ("ceftazidime", "aztreonam", C),
        ("cephalosporins", "cefuroxime", C),
        ("cefazolin", "ceftriaxone", W),
        ("sulfa", "co-trimoxazole", C),
        ("sulfonamide_antibiotics", "sulfasalazine", C),
        ("aspirin", "ibuprofen", C),
        ("ibuprofen", "acetylsalicylic acid", C),
        ("NSAIDs", "metamizole", C),
        ("NSAIDs", "celecoxib", S),
        ("morphine", "codeine", S),
        ("lisinopril", "ramipril", C),
        ("ramipril", "candesartan", W),
        ("carbamazepine", "phenytoin", C),
        ("enoxaparin", "heparin", C),
        ("clarithromycin", "erythromycin", C),
        ("citalopram", "escitalopram", C),
        ("warfarin", "warfarin", C),
        ("beta-lactams", "meropenem", C),
        ("Ultracain", "lidocaine", C),
        ("sartans", "losartan", S),
    ],
)
def test_what_cross_reacts(allergy: str, medicine: str, severity: Severity) -> None:
    finding = only(ask(medicine, allergies=(allergy,)))
    assert finding.severity is severity
    assert finding.medicines == (medicine,)


@pytest.mark.parametrize(
    ("allergy", "medicine"),
    [
        ("penicillin", "aztreonam"),
        ("penicillin", "azithromycin"),
        ("penicillin", "cefazolin"),
        ("penicillin", "ceftriaxone"),
        ("penicillin", "meropenem"),
        ("flucloxacillin", "cefalexin"),
        ("sulfa", "furosemide"),
        ("sulfa", "hydrochlorothiazide"),
        ("sulfa", "celecoxib"),
        ("shellfish", "iohexol"),
        ("iodine", "iopromide"),
        ("morphine", "fentanyl"),
        ("aspirin", "paracetamol"),
        ("lisinopril", "amlodipine"),
        ("erythromycin", "clindamycin"),
        ("carbamazepine", "levetiracetam"),
        ("enoxaparin", "fondaparinux"),
        ("lidocaine", "procaine"),
        ("nickel", "amoxicillin"),
    ],
)
def test_what_only_seems_to(allergy: str, medicine: str) -> None:
    report = ask(medicine, allergies=(allergy,))
    assert report.findings == ()
    assert "allergies" in clear_of(report, medicine)


@pytest.mark.parametrize(
    "written",
    [
        *(
            "penicillins",
            "cephalosporins",
            "carbapenems",
            "monobactams",
            "sulfonamide_antibiotics",
            "macrolides",
        ),
        *("lincosamides", "fluoroquinolones", "tetracyclines", "aminoglycosides", "glycopeptides", "nsaids"),
        *("pyrazolones", "opioids", "iodinated_contrast", "gadolinium_contrast", "local_anaesthetics_amide"),
        *("local_anaesthetics_ester", "neuromuscular_blockers", "ace_inhibitors", "sartans", "beta_blockers"),
        *("statins", "heparins", "aromatic_anticonvulsants", "benzodiazepines", "proton_pump_inhibitors"),
        *("platinum_compounds", "taxanes"),
        *("amoxicillin_with_clavulanic_acid", "acetylsalicylic_acid", "sulfamethoxazole_with_trimethoprim"),
    ],
)
def test_the_words_of_a_chart_mean_a_medicine(written: str) -> None:
    found_subjects = understood(written, ruleset())
    assert found_subjects is not None
    assert found_subjects.subjects


def test_what_is_in_many_medicines_is_not_taken_for_none() -> None:
    assert "allergies" not in clear_of(ask("amoxicillin", allergies=("polysorbate 80",)), "amoxicillin")


def test_one_sentence_for_a_medicine_with_several_allergies() -> None:
    assert found(ask("amoxicillin", allergies=("penicillin", "amoxicillin", "cephalosporins"))) == {
        "allergy-penicillin-penicillin": C
    }


def test_an_allergy_that_nobody_understands_leaves_everything_open() -> None:
    report = ask("amoxicillin", "ramipril", allergies=("blue pills",))
    for medicine in ("amoxicillin", "ramipril"):
        assert "allergies" not in clear_of(report, medicine)
        assert "blue pills" in why_not(report, medicine)


def test_a_misspelt_allergy_is_not_guessed_but_proposed() -> None:
    report = ask("amoxicillin", allergies=("amoxicilin",))
    assert report.findings == ()
    assert "amoxicillin" in why_not(report, "amoxicillin").casefold()


def test_an_unknown_allergy_does_not_hide_a_known_one() -> None:
    assert found(ask("amoxicillin", allergies=("blue pills", "penicillin"))) == {
        "allergy-penicillin-penicillin": C
    }


def test_no_known_allergies_is_not_the_same_as_not_asked() -> None:
    assert "allergies" in clear_of(ask("amoxicillin", allergies=()), "amoxicillin")
    assert "allergies" not in clear_of(ask("amoxicillin", allergies=None), "amoxicillin")
