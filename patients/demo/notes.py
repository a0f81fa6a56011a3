"""Notes of the demonstration: what a clinician writes of each story, templates, and telephone calls."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import TYPE_CHECKING

from accounts.models import User
from hospital import clock
from patients import timeline
from patients.models import SECTIONS, Chart, Encounter, NoteTemplate, Patient, TimelineEntry
from patients.services.notes import NOTE, line_of

if TYPE_CHECKING:
    from patients.demo.charts import Told

BATCH = 500
SHARE_WITH_A_CALL = 0.3
Kind, Status = Encounter.Kind, Encounter.Status

# Complaint, examination, assessment, plan. Several for each story; which one is written is drawn.
WORDS: dict[str, tuple[tuple[str, str, str, str], ...]] = {
    "healthy": (
        (
            "Comes for a check-up. Feels well, no complaints. Sleeps well, exercises twice a week.",
            "Good general condition. Heart and lungs without findings, abdomen soft.",
            "Check-up without findings.",
            "No further tests needed now. Vaccinations are complete. Next check-up in two years.",
        ),
        (
            "Pain in the lower back since lifting a box four days ago. No numbness, no weakness, no fever.",
            "Muscle tension beside the lumbar spine. Straight leg raise negative on both sides. Power and reflexes normal.",
            "Acute non-specific low back pain without warning signs.",
            "Stay active, warmth. Explained which signs need a visit at once. Come back if it is not better in two weeks.",
        ),
    ),
    "child": (
        (
            "Runny nose and cough for three days, up to 38.2 °C at home. Drinks well, plays.",
            "Alert child, not breathless. Throat slightly red, eardrums clear, lungs clear, no rash, no neck stiffness.",
            "Viral infection of the upper airways.",
            "Fluids and rest. Parents know when to come at once: breathless, not drinking, drowsy. Otherwise no visit needed.",
        ),
    ),
    "hypertension": (
        (
            "Blood pressure review. Home readings around 145/88 in the morning. No headache, no chest pain.",
            "Heart sounds normal, no murmur. No ankle swelling. Pulses present on both feet.",
            "Hypertension, not at target yet.",
            "Talked about salt and walking daily. Home readings for two weeks, then review. Blood tests: kidney function and potassium.",
        ),
        (
            "Dizzy for a moment when getting up in the morning, since about a week. Has not fallen.",
            "Pulse regular. No weakness, gait steady. Lungs clear.",
            "Dizziness on standing up, likely from the fall of blood pressure.",
            "Drink enough, get up in steps. Measure sitting and standing at the next visit.",
        ),
    ),
    "diabetes": (
        (
            "Diabetes review. Fasting glucose at home between 7 and 9 mmol/L. No night sweats, no low readings.",
            "Feet: skin intact, pulses present, monofilament felt at all points.",
            "Type 2 diabetes, improving.",
            "Repeat HbA1c in three months. Eye check is due this year, referral given. Keep up the walking.",
        ),
        (
            "Comes for the results of the blood test. Feels well. Weight falls slowly.",
            "Good general condition. No ankle swelling.",
            "Type 2 diabetes with hypertension. HbA1c lower than last time.",
            "Go on as before. Urine albumin with the next blood test. Review in three months.",
        ),
    ),
    "kidney": (
        (
            "Follow-up of kidney function. Less appetite for two weeks, no itching. Passes water as usual.",
            "Slight swelling of both ankles. Lungs clear. No dehydration.",
            "Chronic kidney disease, stage 3. Function falls slowly.",
            "Creatinine and potassium in four weeks. No anti-inflammatory painkillers. Referral to the kidney clinic.",
        ),
    ),
    "lungs": (
        (
            "Breathless on the second floor, as last month. Cough in the morning with clear sputum. Still smokes ten a day.",
            "Quiet breath sounds, some wheeze on both sides. No ankle swelling.",
            "COPD, stable.",
            "Checked how the inhaler is used: correct. Offered help to stop smoking; wants to think about it. Flu vaccination in autumn.",
        ),
    ),
    "pneumonia": (
        (
            "Fever up to 39 °C and cough with yellow sputum for three days. Pain on the right when breathing in.",
            "Looks ill, fully oriented. Crackles over the right lower lobe. No neck stiffness.",
            "Community-acquired pneumonia, right lower lobe.",
            "Chest X-ray and blood tests today. Explained when to come at once. Review in two days.",
        ),
        (
            "Follow-up of pneumonia. No fever since yesterday, coughs less, eats again.",
            "Clearly better. Few crackles on the right.",
            "Pneumonia, getting better.",
            "Finish the treatment. X-ray control in six weeks.",
        ),
    ),
    "pregnant": (
        (
            "Antenatal visit. Feels well, feels the child move. No bleeding, no headache.",
            "Abdomen soft, no ankle swelling.",
            "Pregnancy without complications.",
            "Next visit in four weeks. Knows when to come at once: bleeding, pain, headache with flickering, fewer movements.",
        ),
    ),
}
VACCINATION = (
    "Comes for the vaccination. No fever, no reaction to earlier ones.",
    "Well, not feverish.",
    "May be vaccinated today.",
    "Vaccinated into the left upper arm, well tolerated. Batch in the vaccination pass.",
)
CALLS = (
    ("Asks by telephone whether the results are there.", "Results without surprise; told so by telephone.", "None needed."),
    ("Asks for a sick note for work.", "Short illness, recovering at home.", "Come in if not better by Friday."),
    ("Has questions about the last visit.", "Questions answered.", "Next visit as agreed."),
)  # fmt: skip
STARTER = "(starter text)"  # in the name, so that it never stands in a note
TEMPLATES: tuple[tuple[str, str, str, str, str], ...] = (
    (
        "First visit",
        "Reason for coming:\nSince when:\nPast illnesses and operations:\nMedicines:\nAllergies:\nFamily, work, smoking, alcohol:",
        "General condition:\nHeart:\nLungs:\nAbdomen:\nNervous system:",
        "Assessment:",
        "Tests:\nTreatment:\nNext visit:",
    ),
    ("Follow-up", "Since the last visit:\nMedicines taken as agreed:", "Findings:", "Compared with last time:", "Go on with:\nChange:\nNext visit:"),
    (
        "Acute respiratory infection",
        "Since when:\nFever:\nCough, sputum:\nBreathless:\nContacts:",
        "General condition:\nThroat:\nEars:\nLungs:\nNeck stiffness:",
        "",
        "When to come at once:\nNext visit:",
    ),
    (
        "Diabetes review",
        "Glucose at home:\nLow readings:\nMedicines taken as agreed:\nSmoking:",
        "Feet (skin, pulses, feeling):\nInjection sites:",
        "HbA1c and its course:",
        "Eye check:\nUrine albumin:\nNext review:",
    ),
    ("Blood pressure review", "Readings at home:\nHeadache, chest pain, dizziness:", "Pulse:\nHeart:\nAnkles:", "", "Target:\nNext review:"),
)  # fmt: skip


@dataclass(frozen=True)
class Contact:
    """When somebody came or called, and of which kind it was. `ends_at` is when the note was signed."""

    kind: str
    began_at: datetime
    ends_at: datetime | None = None


def plant(told: Sequence["Told"], *, random: Random) -> int:
    """Templates, and a telephone call of some of these patients. Returns how many notes there are."""
    plant_templates()
    now = clock.now()
    called = [one for one in told if random.random() < SHARE_WITH_A_CALL]
    notes = []
    for one in called:
        at = now - timedelta(days=random.randint(20, 300), minutes=random.randint(0, 400))
        complaint, assessment, plan = random.choice(CALLS)
        words = {"complaint": complaint, "assessment": assessment, "plan": plan}
        contact = Contact(Kind.PHONE, at, at + timedelta(minutes=6))
        notes.append(noted(one.patient, contact, words, by=one.doctor))
    keep(notes)
    return len(notes)


def plant_templates() -> None:
    """Words to begin with, of which each says that it is only a start."""
    for name, *texts in TEMPLATES:
        NoteTemplate(name=f"{name} {STARTER}", **dict(zip(SECTIONS, texts, strict=True))).add()


def words_of(one: "Told", random: Random, *, reason: str = "") -> dict[str, str]:
    """What is written of this patient, who came for this reason."""
    texts = VACCINATION if "accination" in reason else random.choice(WORDS[one.story.key])
    return dict(zip(SECTIONS, texts, strict=True))


def noted(patient: Patient, contact: Contact, words: dict[str, str], *, by: User) -> Encounter:
    """An unsaved note, signed where the contact has an end."""
    note = Encounter(
        patient=patient,
        kind=contact.kind,
        author=by,
        recorded_by=by,
        written_by=by,
        began_at=contact.began_at,
        created_at=contact.began_at,
        updated_at=contact.ends_at or contact.began_at,
        version=3,
        **words,
    )
    if contact.ends_at is not None:
        note.status, note.signed_by, note.signed_at = Status.SIGNED, by, contact.ends_at
        note.content_hash = note.seal()
    return note


def keep(notes: Sequence[Encounter]) -> None:
    """Insert notes, their lines of the timeline, and the drafts among them on the first page of the chart."""
    Encounter.objects.bulk_create(notes, batch_size=BATCH)
    lines = [timeline.tell_first(NOTE, line_of(note), patient_id=note.patient_id) for note in notes]
    TimelineEntry.objects.bulk_create(lines, batch_size=BATCH)
    for patient_id in {note.patient_id for note in notes if note.is_draft}:
        drafts = Encounter.objects.front(patient_id)
        if not Chart.objects.filter(pk=patient_id).update(encounters=drafts):
            Chart.objects.create(pk=patient_id, encounters=drafts)
