"""What stands in the four charts. Every value, date and word is made up."""

from datetime import date
from typing import Any


def _day(text: str) -> date:
    return date.fromisoformat(text)


def _bp(systolic: int, diastolic: int, pulse: int, **more: Any) -> dict[str, Any]:
    return {"systolic": systolic, "diastolic": diastolic, "pulse": pulse, **more}


CHARTS: dict[str, dict[str, Any]] = {
    "amara": {
        "person": {
            "given_name": "Amara",
            "family_name": "Nwosu",
            "birth_date": _day("1959-02-03"),
            "sex": "female",
            "blood_group": "A+",
        },
        "labs": {
            "4548-4": [
                ("2025-05-12", "8.4"),
                ("2025-11-10", "7.9"),
                ("2026-05-11", "7.4"),
                ("2026-11-09", "7.1"),
            ],
            "2823-3": [("2025-11-10", "4.6"), ("2026-05-11", "4.9"), ("2026-11-09", "5.9")],
            "14682-9": [("2025-11-10", "82"), ("2026-05-11", "88"), ("2026-11-09", "97")],
            "98979-8": [("2025-11-10", "68"), ("2026-05-11", "62"), ("2026-11-09", "55")],
            "22748-8": [("2025-11-10", "3.6"), ("2026-11-09", "2.4")],
            "718-7": [("2026-11-09", "12.9")],
        },
        "vitals": [
            ("2025-11-10", _bp(158, 94, 78, weight=93)),
            ("2026-05-11", _bp(146, 88, 76, weight=90.5, height=164)),
            ("2026-11-09", _bp(134, 82, 72, weight=88.2)),
        ],
        "allergies": [
            {
                "substance": "Penicillin",
                "category": "medication",
                "reaction": "anaphylaxis",
                "severity": "severe",
                "criticality": "high",
                "verification": "confirmed",
            }
        ],
        "problems": [
            {
                "code": "E11.9",
                "title": "Type 2 diabetes mellitus",
                "onset_on": _day("2014-01-01"),
                "onset_is_year": True,
            },
            {
                "code": "I10",
                "title": "Essential hypertension",
                "onset_on": _day("2016-01-01"),
                "onset_is_year": True,
            },
        ],
        "alerts": [("communication", "Interpreter for Igbo needed")],
        "notes": [
            (
                "2026-05-11",
                {
                    "complaint": "Numb toes on both sides for two months.",
                    "examination": "Monofilament not felt at both big toes. No ulcer. Pulses palpable.",
                    "assessment": "Diabetic polyneuropathy, beginning. No peripheral artery disease.",
                    "plan": "Podiatry every three months. Recheck HbA1c in November.",
                },
            ),
            (
                "2026-11-09",
                {
                    "complaint": "Feels well. Denies chest pain and dizziness.",
                    "examination": "No ankle oedema. Heart sounds normal.",
                    "assessment": "Potassium raised under ramipril. Blood pressure now at target.",
                    "plan": "Repeat potassium within one week. Stop the potassium tablets bought over the counter.",
                },
            ),
        ],
        "documents": [
            (
                "2026-03-18",
                "report",
                "Echocardiography",
                (
                    "Echocardiography. Findings: Left ventricle of normal size. Ejection fraction 58 %. "
                    "No regional wall motion abnormality. Mild mitral regurgitation. "
                    "Impression: Normal systolic function. Follow-up in two years."
                ),
            ),
            (
                "2026-06-22",
                "letter",
                "Letter of the eye clinic",
                (
                    "Eye clinic, 22 June 2026. Fundoscopy: mild non-proliferative retinopathy of the right eye. "
                    "Left eye without retinopathy. Visual acuity 0.8 on both sides. Next examination in June 2027."
                ),
            ),
        ],
        "medicines": [
            ("2026-05-11", "Metformin 1000 mg tablet", "Take 1 tablet by mouth twice a day.", None),
            ("2026-05-11", "Ramipril 5 mg tablet", "Take 1 tablet by mouth once a day.", None),
            ("2026-05-11", "Atorvastatin 20 mg tablet", "Take 1 tablet by mouth at night.", None),
        ],
        "appointments": [
            ("2026-11-09", 9, "Check-up", "completed"),
            ("2026-12-01", 8, "Repeat potassium", "booked"),
        ],
    },
    "bela": {
        "person": {
            "given_name": "Bela",
            "family_name": "Brandt",
            "birth_date": _day("1947-08-21"),
            "sex": "male",
        },
        "labs": {
            "98979-8": [
                ("2025-02-03", "48"),
                ("2025-10-06", "41"),
                ("2026-04-13", "37"),
                ("2026-10-12", "33"),
            ],
            "14682-9": [("2025-10-06", "150"), ("2026-04-13", "163"), ("2026-10-12", "178")],
            "718-7": [("2025-10-06", "12.1"), ("2026-04-13", "11.4"), ("2026-10-12", "10.6")],
            "2951-2": [("2026-10-12", "133")],
            "2823-3": [("2026-10-12", "4.8")],
            "3016-3": [("2026-04-13", "2.31")],
        },
        "vitals": [
            ("2025-10-06", _bp(148, 78, 88, weight=81)),
            ("2026-04-13", _bp(142, 76, 84, weight=79.4)),
            ("2026-10-12", _bp(138, 72, 92, weight=77, pain=3)),
        ],
        "no_allergies_on": "2026-04-13",
        "problems": [
            {
                "code": "N18.30",
                "title": "Chronic kidney disease, stage 3",
                "onset_on": _day("2021-01-01"),
                "onset_is_year": True,
            },
            {
                "code": "I48.91",
                "title": "Atrial fibrillation",
                "onset_on": _day("2023-01-01"),
                "onset_is_year": True,
            },
        ],
        "alerts": [("safety", "High risk of falls")],
        "notes": [
            (
                "2026-10-12",
                {
                    "complaint": "Fell in the bathroom two weeks ago. Did not lose consciousness.",
                    "examination": "Bruise of the left hip. No bony tenderness. Irregular pulse.",
                    "assessment": "Fall without fracture. Anaemia of chronic kidney disease, progressing.",
                    "plan": "Iron studies. Referral to nephrology. Physiotherapy twice a week.",
                },
            ),
        ],
        "documents": [
            (
                "2026-10-14",
                "report",
                "X-ray of the hip",
                (
                    "X-ray of the left hip in two planes. Findings: No fracture. Moderate coxarthrosis on the left. "
                    "Impression: No fracture seen. If pain persists, MRI is recommended."
                ),
            ),
        ],
        "medicines": [
            ("2026-04-13", "Apixaban 2.5 mg tablet", "Take 1 tablet by mouth twice a day.", None),
            ("2026-04-13", "Bisoprolol 2.5 mg tablet", "Take 1 tablet by mouth in the morning.", None),
            (
                "2026-02-02",
                "Amoxicillin 500 mg capsule",
                "Take 1 capsule by mouth three times a day for 7 days.",
                7,
            ),
        ],
        "appointments": [("2026-12-14", 10, "Results of the iron studies", "confirmed")],
    },
    "chiara": {
        "person": {
            "given_name": "Chiara",
            "family_name": "Rossi",
            "birth_date": _day("1991-06-30"),
            "sex": "female",
            "blood_group": "O-",
        },
        "labs": {
            "718-7": [("2026-07-06", "12.4"), ("2026-10-05", "11.2")],
            "777-3": [("2026-07-06", "231"), ("2026-10-05", "204")],
            "3016-3": [("2026-07-06", "3.8"), ("2026-10-05", "1.92")],
            "14749-6": [("2026-10-05", "4.7")],
        },
        "vitals": [
            ("2026-07-06", _bp(112, 70, 80, weight=61.5, pregnancy="yes")),
            ("2026-10-05", _bp(118, 74, 86, weight=66.2, pregnancy="yes")),
        ],
        "problems": [
            {"code": "Z34.90", "title": "Supervision of normal pregnancy", "onset_on": _day("2026-06-10")},
            {
                "code": "E03.9",
                "title": "Hypothyroidism",
                "onset_on": _day("2019-01-01"),
                "onset_is_year": True,
            },
        ],
        "notes": [
            (
                "2026-10-05",
                {
                    "complaint": "Tired. No bleeding, no contractions.",
                    "examination": "Fundus at the navel. Fetal heart rate 146 per minute.",
                    "assessment": "Pregnancy week 22, course normal. Mild anaemia.",
                    "plan": "Iron by mouth. Anti-D prophylaxis in week 28. Glucose tolerance test in week 26.",
                },
            ),
        ],
        "documents": [
            (
                "2026-09-28",
                "report",
                "Ultrasound of the second trimester",
                (
                    "Ultrasound in week 21. Biometry fits the dates. Placenta on the posterior wall, not low. "
                    "No malformation seen. Cervix 38 mm."
                ),
            ),
        ],
        "medicines": [
            (
                "2026-07-06",
                "Levothyroxine 75 microgram tablet",
                "Take 1 tablet by mouth before breakfast.",
                None,
            ),
        ],
        "appointments": [("2026-11-23", 8, "Glucose tolerance test", "booked")],
    },
    "david": {
        "person": {
            "given_name": "David",
            "family_name": "Okoye",
            "birth_date": _day("1980-12-11"),
            "sex": "male",
        },
        "labs": {
            "1988-5": [("2026-11-12", "148"), ("2026-11-15", "76"), ("2026-11-18", "31")],
            "6690-2": [("2026-11-12", "15.2"), ("2026-11-15", "11.4"), ("2026-11-18", "8.9")],
            "1742-6": [("2026-11-12", "34")],
            "2951-2": [("2026-11-12", "131"), ("2026-11-18", "138")],
        },
        "vitals": [
            (
                "2026-11-12",
                _bp(
                    118,
                    70,
                    112,
                    temperature=39.2,
                    respiration=26,
                    spo2=91,
                    on_oxygen=True,
                    consciousness="A",
                    news2=11,
                ),
            ),
            (
                "2026-11-15",
                _bp(
                    122,
                    74,
                    92,
                    temperature=37.9,
                    respiration=20,
                    spo2=94,
                    on_oxygen=False,
                    consciousness="A",
                    news2=3,
                ),
            ),
            (
                "2026-11-18",
                _bp(
                    126,
                    78,
                    78,
                    temperature=36.8,
                    respiration=16,
                    spo2=97,
                    on_oxygen=False,
                    consciousness="A",
                    news2=0,
                ),
            ),
        ],
        "allergies": [
            {
                "substance": "Ibuprofen",
                "category": "medication",
                "kind": "intolerance",
                "reaction": "wheezing",
                "criticality": "low",
                "verification": "unconfirmed",
            }
        ],
        "problems": [
            {"code": "J18.9", "title": "Pneumonia", "onset_on": _day("2026-11-11")},
            {"code": "J45.909", "title": "Asthma", "onset_on": _day("1995-01-01"), "onset_is_year": True},
            {
                "code": "K35.80",
                "title": "Acute appendicitis",
                "onset_on": _day("2003-01-01"),
                "onset_is_year": True,
                "ended_on": _day("2003-01-01"),
                "ended_is_year": True,
                "status": "resolved",
            },
        ],
        "notes": [
            (
                "2026-11-12",
                {
                    "complaint": "Cough with yellow sputum and fever for three days. Denies haemoptysis.",
                    "examination": "Crackles over the right lower lobe. No wheeze.",
                    "assessment": "Community-acquired pneumonia of the right lower lobe, CURB-65 1.",
                    "plan": "Doxycycline 100 mg twice a day for 7 days. Chest X-ray. Review in three days.",
                },
            ),
        ],
        "documents": [
            (
                "2026-11-12",
                "report",
                "Chest X-ray",
                (
                    "Chest X-ray in two planes. Findings: Consolidation of the right lower lobe. No pleural effusion. "
                    "Heart not enlarged. Impression: Right lower lobe pneumonia. Control in six weeks."
                ),
            ),
        ],
        "medicines": [
            (
                "2026-11-17",
                "Doxycycline 100 mg capsule",
                "Take 1 capsule by mouth twice a day for 7 days.",
                7,
            ),
            ("2026-01-19", "Salbutamol 100 microgram inhaler", "Inhale 2 puffs when short of breath.", None),
        ],
        "appointments": [
            ("2026-11-15", 9, "Review of pneumonia", "completed"),
            ("2026-12-28", 9, "Control X-ray", "booked"),
        ],
    },
}
