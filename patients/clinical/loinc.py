"""LOINC codes: their check digit, the notice that their licence asks for, and a starter set of common tests.

The starter set is where a new hospital begins, not what a laboratory offers: administrators keep the list
(`LabTest`), and the range that a laboratory reports goes before any that stands here. Where the usual range
depends on sex, method or therapy, or where only a goal of treatment is published, none stands here.
"""

from dataclasses import dataclass
from decimal import Decimal

from patients.clinical.check_digits import luhn_check_digit

LOINC_NOTICE = (
    "This material contains content from LOINC (http://loinc.org). LOINC is copyright © 1995, Regenstrief "
    "Institute, Inc. and the Logical Observation Identifiers Names and Codes (LOINC) Committee and is available "
    "at no cost under the license at http://loinc.org/license. LOINC® is a registered United States trademark of "
    "Regenstrief Institute, Inc."
)
ABIM = "American Board of Internal Medicine, Laboratory Test Reference Ranges, January 2024"
ADA = "American Diabetes Association, Standards of Care in Diabetes 2024, section 2: below prediabetes"
KDIGO = "KDIGO 2024 Clinical Practice Guideline for CKD: outside of it a criterion of chronic kidney disease"


def is_loinc(code: str) -> bool:
    """Whether it has the form of a LOINC code and the right check digit. It may be unknown all the same."""
    number, dash, check = code.partition("-")
    well_formed = bool(dash) and number.isascii() and number.isdecimal() and 1 <= len(number) <= 7
    return well_formed and luhn_check_digit(number) == check


@dataclass(frozen=True)
class Starter:
    """A test of the starter set: code, LOINC's name, ours, UCUM unit, group, usual range of adults, its source."""

    loinc: str
    name: str
    short_name: str
    unit: str
    group: str
    low_text: str = ""
    high_text: str = ""
    source: str = ""

    @property
    def low(self) -> Decimal | None:
        return Decimal(self.low_text) if self.low_text else None

    @property
    def high(self) -> Decimal | None:
        return Decimal(self.high_text) if self.high_text else None


# The order is that in which results are shown.
# fmt: off
STARTERS = (
    # Blood count
    Starter("6690-2", "Leukocytes [#/volume] in Blood by Automated count", "Leukocytes", "10*9/L", "Blood count", "4", "11", ABIM),
    Starter("789-8", "Erythrocytes [#/volume] in Blood by Automated count", "Erythrocytes", "10*12/L", "Blood count"),
    Starter("718-7", "Hemoglobin [Mass/volume] in Blood", "Haemoglobin", "g/dL", "Blood count"),
    Starter("4544-3", "Hematocrit [Volume Fraction] of Blood by Automated count", "Haematocrit", "%", "Blood count"),
    Starter("787-2", "MCV [Entitic mean volume] in Red Blood Cells by Automated count", "MCV", "fL", "Blood count", "80", "98", ABIM),
    Starter("785-6", "MCH [Entitic mass] by Automated count", "MCH", "pg", "Blood count", "28", "32", ABIM),
    Starter("786-4", "MCHC [Mass/volume] in Red Blood Cells by Automated count", "MCHC", "g/dL", "Blood count", "33", "36", ABIM),
    Starter("788-0", "Erythrocyte [DistWidth] in Blood by Automated count", "RDW", "%", "Blood count"),
    Starter("777-3", "Platelets [#/volume] in Blood by Automated count", "Platelets", "10*9/L", "Blood count", "150", "450", ABIM),
    Starter("751-8", "Neutrophils [#/volume] in Blood by Automated count", "Neutrophils", "10*9/L", "Blood count"),
    Starter("731-0", "Lymphocytes [#/volume] in Blood by Automated count", "Lymphocytes", "10*9/L", "Blood count"),
    Starter("742-7", "Monocytes [#/volume] in Blood by Automated count", "Monocytes", "10*9/L", "Blood count"),
    Starter("711-2", "Eosinophils [#/volume] in Blood by Automated count", "Eosinophils", "10*9/L", "Blood count"),
    Starter("704-7", "Basophils [#/volume] in Blood by Automated count", "Basophils", "10*9/L", "Blood count"),
    Starter("17849-1", "Reticulocytes/100 erythrocytes in Blood by Automated count", "Reticulocytes", "%", "Blood count", "0.5", "1.5", ABIM),
    # Inflammation
    Starter("1988-5", "C reactive protein [Mass/volume] in Serum or Plasma", "CRP", "mg/L", "Inflammation", "", "8", ABIM),
    Starter("33959-8", "Procalcitonin [Mass/volume] in Serum or Plasma", "Procalcitonin", "ng/mL", "Inflammation"),
    Starter("4537-7", "Erythrocyte sedimentation rate by Westergren method", "ESR", "mm/h", "Inflammation"),
    # Electrolytes
    Starter("2951-2", "Sodium [Moles/volume] in Serum or Plasma", "Sodium", "mmol/L", "Electrolytes", "136", "145", ABIM),
    Starter("2823-3", "Potassium [Moles/volume] in Serum or Plasma", "Potassium", "mmol/L", "Electrolytes", "3.5", "5", ABIM),
    Starter("2075-0", "Chloride [Moles/volume] in Serum or Plasma", "Chloride", "mmol/L", "Electrolytes", "98", "106", ABIM),
    Starter("1963-8", "Bicarbonate [Moles/volume] in Serum or Plasma", "Bicarbonate", "mmol/L", "Electrolytes", "23", "28", ABIM),
    Starter("2000-8", "Calcium [Moles/volume] in Serum or Plasma", "Calcium", "mmol/L", "Electrolytes", "2.15", "2.55", ABIM),
    Starter("2601-3", "Magnesium [Moles/volume] in Serum or Plasma", "Magnesium", "mmol/L", "Electrolytes"),
    Starter("14879-1", "Phosphate [Moles/volume] in Serum or Plasma", "Phosphate", "mmol/L", "Electrolytes", "0.97", "1.45", ABIM),
    # Kidney
    Starter("14682-9", "Creatinine [Moles/volume] in Serum or Plasma", "Creatinine", "umol/L", "Kidney"),
    Starter("2160-0", "Creatinine [Mass/volume] in Serum or Plasma", "Creatinine", "mg/dL", "Kidney"),
    Starter("98979-8", "Glomerular filtration rate/1.73 sq M by creatinine-based formula (CKD-EPI 2021)", "eGFR", "mL/min/{1.73_m2}", "Kidney", "60", "", KDIGO),
    Starter("33914-3", "Glomerular filtration rate/1.73 sq M by creatinine-based formula (MDRD)", "eGFR (MDRD)", "mL/min/{1.73_m2}", "Kidney", "60", "", KDIGO),
    Starter("22664-7", "Urea [Moles/volume] in Serum or Plasma", "Urea", "mmol/L", "Kidney", "2.9", "7.1", ABIM),
    Starter("3094-0", "Urea nitrogen [Mass/volume] in Serum or Plasma", "Urea nitrogen", "mg/dL", "Kidney", "8", "20", ABIM),
    Starter("14933-6", "Urate [Moles/volume] in Serum or Plasma", "Urate", "umol/L", "Kidney"),
    # Liver and pancreas
    Starter("1742-6", "Alanine aminotransferase [Enzymatic activity/volume] in Serum or Plasma", "ALT", "U/L", "Liver and pancreas", "10", "40", ABIM),
    Starter("1920-8", "Aspartate aminotransferase [Enzymatic activity/volume] in Serum or Plasma", "AST", "U/L", "Liver and pancreas", "10", "40", ABIM),
    Starter("6768-6", "Alkaline phosphatase [Enzymatic activity/volume] in Serum or Plasma", "ALP", "U/L", "Liver and pancreas", "30", "120", ABIM),
    Starter("2324-2", "Gamma glutamyl transferase [Enzymatic activity/volume] in Serum or Plasma", "GGT", "U/L", "Liver and pancreas"),
    Starter("14631-6", "Bilirubin.total [Moles/volume] in Serum or Plasma", "Bilirubin", "umol/L", "Liver and pancreas", "5.1", "17.1", ABIM),
    Starter("14629-0", "Bilirubin.direct [Moles/volume] in Serum or Plasma", "Bilirubin, direct", "umol/L", "Liver and pancreas"),
    Starter("1751-7", "Albumin [Mass/volume] in Serum or Plasma", "Albumin", "g/L", "Liver and pancreas", "35", "55", ABIM),
    Starter("2885-2", "Protein [Mass/volume] in Serum or Plasma", "Protein", "g/L", "Liver and pancreas"),
    Starter("2532-0", "Lactate dehydrogenase [Enzymatic activity/volume] in Serum or Plasma", "LDH", "U/L", "Liver and pancreas", "80", "225", ABIM),
    Starter("3040-3", "Lipase [Enzymatic activity/volume] in Serum or Plasma", "Lipase", "U/L", "Liver and pancreas"),
    Starter("1798-8", "Amylase [Enzymatic activity/volume] in Serum or Plasma", "Amylase", "U/L", "Liver and pancreas", "25", "125", ABIM),
    # Glucose
    Starter("14749-6", "Glucose [Moles/volume] in Serum or Plasma", "Glucose", "mmol/L", "Glucose"),
    Starter("14771-0", "Fasting glucose [Moles/volume] in Serum or Plasma", "Glucose, fasting", "mmol/L", "Glucose", "3.9", "5.5", ABIM),
    Starter("2345-7", "Glucose [Mass/volume] in Serum or Plasma", "Glucose", "mg/dL", "Glucose"),
    Starter("4548-4", "Hemoglobin A1c/Hemoglobin.total in Blood", "HbA1c", "%", "Glucose", "4", "5.6", ABIM),
    Starter("59261-8", "Hemoglobin A1c/Hemoglobin.total in Blood by IFCC protocol", "HbA1c (IFCC)", "mmol/mol", "Glucose", "", "38", ADA),
    # Lipids
    Starter("14647-2", "Cholesterol [Moles/volume] in Serum or Plasma", "Cholesterol", "mmol/L", "Lipids"),
    Starter("14646-4", "Cholesterol in HDL [Moles/volume] in Serum or Plasma", "HDL cholesterol", "mmol/L", "Lipids"),
    Starter("22748-8", "Cholesterol in LDL [Moles/volume] in Serum or Plasma", "LDL cholesterol", "mmol/L", "Lipids"),
    Starter("14927-8", "Triglyceride [Moles/volume] in Serum or Plasma", "Triglycerides", "mmol/L", "Lipids"),
    # Coagulation
    Starter("6301-6", "INR in Platelet poor plasma by Coagulation assay", "INR", "{INR}", "Coagulation"),
    Starter("5902-2", "Prothrombin time (PT)", "Prothrombin time", "s", "Coagulation"),
    Starter("14979-9", "aPTT in Platelet poor plasma by Coagulation assay", "aPTT", "s", "Coagulation"),
    Starter("3255-7", "Fibrinogen [Mass/volume] in Platelet poor plasma by Coagulation assay", "Fibrinogen", "mg/dL", "Coagulation"),
    Starter("48065-7", "Fibrin D-dimer FEU [Mass/volume] in Platelet poor plasma", "D-dimer", "ug/mL{FEU}", "Coagulation"),
    # Thyroid
    Starter("3016-3", "Thyrotropin [Units/volume] in Serum or Plasma", "TSH", "m[IU]/L", "Thyroid", "0.5", "4", ABIM),
    Starter("14920-3", "Thyroxine (T4) free [Moles/volume] in Serum or Plasma", "Free T4", "pmol/L", "Thyroid", "10", "23", ABIM),
    Starter("14928-6", "Triiodothyronine (T3) Free [Moles/volume] in Serum or Plasma", "Free T3", "pmol/L", "Thyroid"),
    # Iron and vitamins
    Starter("2276-4", "Ferritin [Mass/volume] in Serum or Plasma", "Ferritin", "ug/L", "Iron and vitamins"),
    Starter("14798-3", "Iron [Moles/volume] in Serum or Plasma", "Iron", "umol/L", "Iron and vitamins"),
    Starter("3034-6", "Transferrin [Mass/volume] in Serum or Plasma", "Transferrin", "g/L", "Iron and vitamins"),
    Starter("2502-3", "Iron saturation [Mass Fraction] in Serum or Plasma", "Iron saturation", "%", "Iron and vitamins"),
    Starter("14685-2", "Cobalamin (Vitamin B12) [Moles/volume] in Serum or Plasma", "Vitamin B12", "pmol/L", "Iron and vitamins"),
    Starter("2284-8", "Folate [Mass/volume] in Serum or Plasma", "Folate", "ng/mL", "Iron and vitamins"),
    # Heart and muscle
    Starter("67151-1", "Troponin T.cardiac [Mass/volume] in Serum or Plasma by High sensitivity method", "Troponin T (hs)", "ng/L", "Heart and muscle"),
    Starter("89579-7", "Troponin I.cardiac [Mass/volume] in Serum or Plasma by High sensitivity method", "Troponin I (hs)", "ng/L", "Heart and muscle"),
    Starter("33762-6", "Natriuretic peptide.B prohormone N-Terminal [Mass/volume] in Serum or Plasma", "NT-proBNP", "pg/mL", "Heart and muscle"),
    Starter("2157-6", "Creatine kinase [Enzymatic activity/volume] in Serum or Plasma", "CK", "U/L", "Heart and muscle"),
    # Urine
    Starter("5811-5", "Specific gravity of Urine by Test strip", "Urine, gravity", "", "Urine"),
    Starter("5803-2", "pH of Urine by Test strip", "Urine, pH", "[pH]", "Urine"),
    Starter("5804-0", "Protein [Mass/volume] in Urine by Test strip", "Urine, protein", "mg/dL", "Urine"),
    Starter("5792-7", "Glucose [Mass/volume] in Urine by Test strip", "Urine, glucose", "mg/dL", "Urine"),
    Starter("5802-4", "Nitrite [Presence] in Urine by Test strip", "Urine, nitrite", "", "Urine"),
    Starter("5799-2", "Leukocyte esterase [Presence] in Urine by Test strip", "Urine, leukocytes", "", "Urine"),
    Starter("5794-3", "Hemoglobin [Presence] in Urine by Test strip", "Urine, blood", "", "Urine"),
    Starter("9318-7", "Albumin/Creatinine [Mass Ratio] in Urine", "Albumin/creatinine", "mg/g", "Urine", "", "29", KDIGO),
)
# fmt: on
BY_CODE = {one.loinc: one for one in STARTERS}
_PLACES = {one.loinc: place for place, one in enumerate(STARTERS)}


def place_of(code: str) -> tuple[int, str]:
    """Where a test stands among others: as in the starter set; what is not in it comes last, by code."""
    return _PLACES.get(code, len(STARTERS)), code
