"""Reading results: card, table, list, one test, the API; who may, and at what cost."""

from datetime import UTC, datetime
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.html import strip_tags

from accounts.models import Site, User
from audit.models import Entry
from hospital.tests.queries import counted
from patients import timeline
from patients.clinical.loinc import LOINC_NOTICE
from patients.models import LabResult, Patient, TimelineEntry
from patients.panels.results import latest_of
from patients.services import begin_care, retract_result, review_result
from patients.tests.make import make_patient
from patients.tests.make_results import a_day, make_result

pytestmark = pytest.mark.mongo_slow("the services' own tests repeat on both engines")

EVIL = "<script>owned=1</script>"
CRP: dict[str, Any] = {"loinc": "1988-5", "name": "CRP", "unit": "mg/L", "low": None, "high": "5"}


@pytest.fixture
def amara(site: Site, rita: User, dora: User) -> Patient:
    """Dora treats her. Five samples of potassium, rising, and a CRP."""
    patient = make_patient()
    begin_care(patient, user=dora, because="Booked", by=rita)
    for number, value in enumerate(("4.0", "4.2", "4.6", "5.0", "5.5")):
        make_result(patient, value=value, taken_at=a_day(50 - 10 * number))
    make_result(patient, value="118", **CRP)
    return patient


def page(client: Client, user: User, name: str, patient: Patient, *more: Any, **asked: str) -> str:
    client.force_login(user)
    return client.get(reverse(f"patients:{name}", args=[patient.pk, *more]), asked).content.decode()


# ── The card ─────────────────────────────────────────────────────────────────
def test_the_card_shows_the_latest_of_each_test(amara: Patient, dora: User, client: Client) -> None:
    _before, _title, text = page(client, dora, "detail", amara).partition("Latest labs")
    text, _end, _after = text.partition("</section>")

    assert text.index("CRP") < text.index("Potassium")
    assert "High ↑" in text
    assert "5.5" in text
    assert "4.6" not in text


def test_the_card_asks_nothing_beyond_the_chart(amara: Patient, dora: User) -> None:
    patient = Patient.objects.get(pk=amara.pk)
    with counted(at_most=1):
        drawn = latest_of(patient, dora)

    assert [row["flag_shown"] for row in drawn["rows"]] == ["High ↑", "High ↑"]


def test_an_empty_card_says_what_belongs_there(site: Site, dora: User, rita: User, client: Client) -> None:
    patient = make_patient()
    begin_care(patient, user=dora, because="Booked", by=rita)

    assert "No results yet" in page(client, dora, "detail", patient)


# ── The table ────────────────────────────────────────────────────────────────
def test_the_table_has_tests_down_and_six_dates_across(amara: Patient, dora: User, client: Client) -> None:
    for before in (100, 110):
        make_result(amara, value="3.9", taken_at=a_day(before))
    text = page(client, dora, "results", amara)

    head = text[text.index("<thead") : text.index("</thead")]
    assert head.count("<time") == 6
    assert text.count('<th scope="row"') == 2
    assert "3.9" not in text
    assert "Earlier" in text
    assert LOINC_NOTICE.partition("(")[0] in text


def test_earlier_samples_are_a_link_away(amara: Patient, dora: User, client: Client) -> None:
    for before in (100, 110):
        make_result(amara, value="3.9", taken_at=a_day(before))
    text = page(client, dora, "results", amara, before=a_day(50).isoformat())

    table = text[text.index("<table") :]
    assert table.count("3.9") == 2
    assert "5.5" not in table


@pytest.mark.parametrize(
    "before", ["yesterday", "2026-01-01", "\x00", "x" * 10_000, "9999-12-31T23:59:59-14:00"]
)
def test_a_strange_place_in_the_table_is_the_beginning(
    amara: Patient, dora: User, client: Client, before: str
) -> None:
    assert "Potassium" in page(client, dora, "results", amara, before=before)


def test_two_units_of_a_test_are_two_lines(amara: Patient, dora: User, client: Client) -> None:
    make_result(amara, value="16", unit="mg/dL", low=None, high=None)

    text = page(client, dora, "results", amara)
    assert text.count('<th scope="row"') == 3
    assert "No range" in text


# ── The list ─────────────────────────────────────────────────────────────────
def test_the_list_says_how_far_a_value_has_moved(amara: Patient, dora: User, client: Client) -> None:
    text = page(client, dora, "results_list", amara)

    assert "+0.5" in text
    assert "+10\N{NARROW NO-BREAK SPACE}% in 10 days" in text


def test_the_changes_of_a_page_are_one_query(amara: Patient) -> None:
    rows = list(LabResult.objects.latest_first())
    with counted(at_most=1):
        LabResult.objects.put_deltas(rows)

    assert [row.delta.text if row.delta else "" for row in rows if row.loinc == "2823-3"] == [
        *("+0.5", "+0.4", "+0.4", "+0.2", "")
    ]


def test_values_below_a_limit_and_in_another_unit_are_not_compared(amara: Patient) -> None:
    other = make_result(amara, value="16", unit="mg/dL", low=None, high=None)
    below = make_result(amara, value="4", comparator="<")
    LabResult.objects.put_deltas([other, below])

    assert (other.delta, below.delta) == (None, None)


@pytest.mark.parametrize(
    ("asked", "there", "gone"),
    [
        ({"test": "1988-5"}, "118", "5.5"),
        ({"test": "2823-3"}, "5.5", "118"),
        ({"show": "abnormal"}, "118", "4.6"),
        ({"show": "unseen"}, "4.6", "5.5"),
    ],
)
def test_the_list_can_be_narrowed(
    amara: Patient, dora: User, client: Client, asked: dict[str, str], there: str, gone: str
) -> None:
    review_result(LabResult.objects.get(value="5.5"), by=dora)
    text = page(client, dora, "results_list", amara, **asked)
    body = strip_tags(text[text.index("<tbody") :])  # an id may have any digits in it

    assert there in body
    assert gone not in body


def test_a_filter_that_is_none_is_told(amara: Patient, dora: User, client: Client) -> None:
    client.force_login(dora)
    address = reverse("patients:results_list", args=[amara.pk])

    assert client.get(address, {"show": "nonsense"}).status_code == 422
    assert client.get(address, {"test": "9" * 10_000}).status_code == 422
    assert client.get(address, {"page": "9" * 10_000}).status_code == 200


# ── One test ─────────────────────────────────────────────────────────────────
def test_one_test_is_a_line_and_a_table(amara: Patient, dora: User, client: Client) -> None:
    retract_result(make_result(amara, value="9.9"), reason="Mixed up", by=dora)
    text = page(client, dora, "results_of_test", amara, "2823-3")

    assert text.count("<circle") >= 5
    drawing = text[text.index('class="lab-line"') : text.index("</svg>", text.index('class="lab-line"'))]
    assert drawing.count("<circle") == 5
    assert drawing.count('class="flag"') == 1
    assert "<s>9.9</s>" in text


def test_a_test_that_was_never_done_is_not_there(amara: Patient, dora: User, client: Client) -> None:
    client.force_login(dora)
    for loinc in ("718-7", "x", "9" * 300):
        address = reverse("patients:results_of_test", args=[amara.pk, loinc])
        assert client.get(address).status_code == 404


# ── Everywhere ───────────────────────────────────────────────────────────────
@pytest.mark.parametrize(
    ("name", "more"), [("results", ()), ("results_list", ()), ("results_of_test", ("2823-3",))]
)
def test_pages_cost_the_same_for_few_rows_and_for_many(
    amara: Patient, dora: User, client: Client, name: str, more: tuple[str, ...]
) -> None:
    for before in range(60, 120):
        make_result(amara, value="4.4", taken_at=a_day(before))
    client.force_login(dora)
    address = reverse(f"patients:{name}", args=[amara.pk, *more])
    with counted(at_most=9):
        client.get(address)


def test_words_of_a_laboratory_are_inert_on_every_page(amara: Patient, dora: User, client: Client) -> None:
    """T18"""
    make_result(
        amara,
        name=EVIL,
        value=None,
        text=EVIL,
        unit=EVIL,
        laboratory=EVIL,
        note=EVIL,
        loinc="5802-4",
        low=None,
        high=None,
    )
    for name, more in (
        *(("detail", ()), ("results", ()), ("results_list", ()), ("results_of_test", ("5802-4",))),
    ):
        text = page(client, dora, name, amara, *more)
        assert EVIL not in text, name
        assert "&lt;script&gt;" in text, name
    client.force_login(dora)
    assert EVIL not in client.get("/patients/results/to-review/").content.decode()


def test_opening_a_page_is_written_down(amara: Patient, dora: User, client: Client) -> None:
    page(client, dora, "results", amara)

    entry = Entry.objects.filter(verb="patients.open_record", actor_id=dora.pk, patient_id=amara.pk).latest(
        "id"
    )
    assert entry.details == {"part": "results"}


@pytest.mark.parametrize("name", ["results", "results_list", "record_result"])
def test_a_doctor_who_does_not_treat_the_patient_is_led_to_the_record(
    amara: Patient, dov: User, client: Client, name: str
) -> None:
    client.force_login(dov)
    answer = client.get(reverse(f"patients:{name}", args=[amara.pk]))

    assert answer.headers["Location"] == f"{amara.get_absolute_url()}#declare"
    assert b"Potassium" not in answer.content


def test_the_timeline_is_the_same_when_it_is_written_anew(amara: Patient, dora: User) -> None:
    make_result(amara, value="140", loinc="2951-2", name="Sodium", low=None, high=None)
    retract_result(make_result(amara, laboratory="Nord"), reason="Mixed up", by=dora)
    review_result(LabResult.objects.get(value="5.5"), by=dora)

    def lines() -> list[Any]:
        return list(
            TimelineEntry.objects.of(amara.pk).filter(kind="result").values_list("key", "at", "facts")
        )

    before = lines()
    timeline.rebuild(amara.pk)
    assert lines() == before
    assert len(before) == 7


def test_a_line_of_the_timeline_in_words(amara: Patient, dora: User) -> None:
    drawn, _next = timeline.read(amara, dora, kinds=["result"])

    assert drawn[0].line.title == "Results: CRP 118"
    assert (drawn[0].line.detail, drawn[0].line.tone) == ("Not reviewed yet", "warn")
    assert drawn[-1].line.tone == ""


# ── The API ──────────────────────────────────────────────────────────────────
def values(client: Any, patient: Patient, question: str = "") -> list[str]:
    rows = client.get(f"/api/v1/patients/{patient.pk}/results?{question}").json()["results"]
    return [row["value"] for row in rows]


def test_other_systems_read_results_of_any_patient(amara: Patient, ivo: User, api: Any) -> None:
    assert values(api(ivo), amara) == ["118", "5.5", "5", "4.6", "4.2", "4"]


def test_they_narrow_the_list(amara: Patient, dora: User, ivo: User, api: Any) -> None:
    client = api(ivo)
    review_result(LabResult.objects.get(value="5.5"), by=dora)
    since = a_day(30).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")

    assert values(client, amara, "loinc=1988-5") == ["118"]
    assert values(client, amara, f"from={since}") == ["118", "5.5", "5", "4.6"]
    assert values(client, amara, f"to={since}") == ["4.2", "4"]
    assert values(client, amara, "unreviewed=true&loinc=2823-3") == ["5", "4.6", "4.2", "4"]
    assert values(client, amara, "unreviewed=false") == ["5.5"]


@pytest.mark.parametrize(
    "question",
    [
        "value=1",
        "from=x",
        "unreviewed__in=1",
        "loinc=%00",
        "from=9999-12-31T23:59:59-14:00",
        "patient=x",
        "ordering=-flag",
    ],
)
def test_filters_that_nobody_declared_are_refused(amara: Patient, ivo: User, api: Any, question: str) -> None:
    assert api(ivo).get(f"/api/v1/patients/{amara.pk}/results?{question}").status_code == 400


def test_the_list_of_the_api_costs_the_same_for_few_and_for_many(amara: Patient, ivo: User, api: Any) -> None:
    for before in range(60, 90):
        make_result(amara, taken_at=a_day(before))
    client = api(ivo)
    with counted(at_most=4):
        assert len(values(client, amara, "page_size=100")) == 36


def test_a_result_under_the_wrong_patient_is_404(amara: Patient, dora: User, api: Any) -> None:
    """T02"""
    theirs = make_result(make_patient(given_name="Bela"))
    client = api(dora)

    assert client.get(f"/api/v1/patients/{amara.pk}/results/{theirs.pk}").status_code == 404
    assert client.get(f"/api/v1/patients/{theirs.patient_id}/results/{theirs.pk}").status_code == 404
    assert client.get(f"/api/v1/patients/{amara.pk}/results/x").status_code == 404


def test_times_are_kept_to_the_millisecond_on_both_engines(amara: Patient) -> None:
    exact = datetime(2026, 1, 5, 8, 30, 15, 123456, tzinfo=UTC)
    result = make_result(amara, taken_at=exact)

    assert LabResult.objects.get(pk=result.pk).sample_id == result.sample_id
