"""Writing a prescription on its page: typed, resolved, refused with all that was typed, saved by two people."""

import json
import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from doctors.models import Doctor
from doctors.tests.make import make_doctor
from hospital.tests.queries import counted
from patients.models import Patient
from patients.services import record_allergy
from patients.tests.make import make_treated
from prescriptions.models import Favourite, Prescription, Product
from prescriptions.services import begin_prescription, keep_favourite, write_prescription
from prescriptions.tests.make import make_product
from prescriptions.tests.make_prescriptions import again, make_draft, make_line, make_signed
from prescriptions.tests.typing import of, typed

HTMX = {"HX-Request": "true"}


@pytest.fixture
def doctor(site: object, dora: User) -> Doctor:
    return make_doctor(user=dora)


@pytest.fixture
def amara(doctor: Doctor, dora: User) -> Patient:
    return make_treated(dora)


@pytest.fixture
def ibuprofen(site: object) -> Product:
    return make_product()


@pytest.fixture
def desk(amara: Patient, dora: User, client: Client) -> Client:
    client.force_login(dora)
    return client


def at(patient: Patient, name: str = "begin", *more: Any) -> str:
    return reverse(f"prescriptions:{name}", args=[patient.pk, *more])


def titles(response: Any) -> list[str]:
    return [one.title for one in response.context["lines"]]


# ── saving ───────────────────────────────────────────────────────────────────


def test_what_was_typed_becomes_a_draft(desk: Client, amara: Patient, ibuprofen: Product) -> None:
    answer = desk.post(at(amara), typed(of(ibuprofen), {}, indication="Back pain"))
    draft = Prescription.objects.get()
    (line,) = draft.written

    assert answer.headers["Location"] == at(amara, "write", draft.pk)
    assert (line.medicine, line.product, line.frequency) == (ibuprofen.name, str(ibuprofen.pk), "bd")
    assert (str(line.quantity), draft.indication) == ("14", "Back pain")
    assert draft.safety["ruleset_version"]


def test_the_same_form_sent_twice_begins_one_draft(desk: Client, amara: Patient, ibuprofen: Product) -> None:
    first, second = (desk.post(at(amara), typed(of(ibuprofen))) for _ in range(2))

    assert first.headers["Location"] == second.headers["Location"]
    assert Prescription.objects.count() == 1


def test_a_draft_comes_back_as_it_was_typed(desk: Client, amara: Patient, ibuprofen: Product) -> None:
    """A quantity that follows is left to follow; one that was written over it stays."""
    sent = typed(
        of(ibuprofen), of(ibuprofen, quantity="20"), of(ibuprofen, frequency="1-0-1", days="2 weeks")
    )
    page = desk.post(at(amara), sent, follow=True)
    lines = list(page.context["lines"])

    assert [one.typed_in("quantity") for one in lines] == ["", "20", ""]
    assert [one.typed_in("days") for one in lines] == ["7", "7", "14"]
    assert "Take 1 tablet by mouth twice a day for 7 days." in page.content.decode()


def test_what_is_wrong_stands_at_its_field_and_nothing_is_lost(
    desk: Client, amara: Patient, ibuprofen: Product
) -> None:
    sent = typed(
        of(ibuprofen, frequency="thrice weakly"), of(ibuprofen, note="Kept"), note="For the pharmacy"
    )
    answer = desk.post(at(amara), sent)
    page = answer.content.decode()

    assert answer.status_code == 422
    assert re.search(r'<input[^>]*id="id_line-a-frequency"[^>]*>', page)[0].count('aria-invalid="true"') == 1  # type: ignore[index]
    assert 'data-field="id_line-a-frequency"' in page
    for words in ("thrice weakly", "is not understood", "Kept", "For the pharmacy"):
        assert words in page
    assert Prescription.objects.count() == 0


def test_a_line_without_a_medicine_says_so(desk: Client, amara: Patient) -> None:
    answer = desk.post(at(amara), typed({"dose": "1", "frequency": "bd"}))

    assert answer.status_code == 422
    assert "Name the medicine" in answer.content.decode()


def test_somebody_who_is_no_doctor_is_told(
    amara: Patient, dov: User, ibuprofen: Product, client: Client
) -> None:
    """A doctor's account without a profile; nothing of what was typed is lost."""
    from patients.tests.make_notes import treats  # noqa: PLC0415

    treats(dov, amara)
    client.force_login(dov)
    answer = client.post(at(amara), typed(of(ibuprofen, note="Kept")))

    assert answer.status_code == 422
    assert "Only doctors prescribe" in answer.content.decode()
    assert "Kept" in answer.content.decode()


# ── which medicine is meant ──────────────────────────────────────────────────


def test_the_whole_name_needs_no_choice(desk: Client, amara: Patient, ibuprofen: Product) -> None:
    """Without JavaScript nothing chooses while one types."""
    desk.post(at(amara), typed(of(ibuprofen, product="", medicine="ibuprofen 400 MG tablet")))

    assert Prescription.objects.get().written[0].product == str(ibuprofen.pk)


def test_where_several_may_be_meant_the_writer_says_which(
    desk: Client, amara: Patient, ibuprofen: Product
) -> None:
    other = make_product("Ibuprofen 600 mg tablet")
    sent = of(ibuprofen, product="", medicine="ibuprofen")
    answer = desk.post(at(amara), typed(sent))
    page = answer.content.decode()

    assert answer.status_code == 422
    assert "Did you mean" in page
    assert str(other.pk) in page
    desk.post(at(amara), typed(sent | {"choice": str(other.pk)}))
    assert Prescription.objects.get().written[0].medicine == other.name


def test_what_was_chosen_stays_chosen_while_lines_come(
    desk: Client, amara: Patient, ibuprofen: Product
) -> None:
    sent = of(ibuprofen, product="", medicine="ibuprofen", choice=str(ibuprofen.pk))

    assert titles(desk.post(at(amara), typed(sent, add="1"))) == [ibuprofen.name, ""]


def test_a_misspelling_is_never_corrected_silently(desk: Client, amara: Patient, ibuprofen: Product) -> None:
    sent = of(ibuprofen, product="", medicine="Ibuprofin")
    answer = desk.post(at(amara), typed(sent))
    assert (answer.status_code, ibuprofen.name in answer.content.decode()) == (422, True)

    desk.post(at(amara), typed(sent | {"choice": "as typed: Ibuprofin"}))
    draft = Prescription.objects.get()
    assert (draft.written[0].medicine, draft.written[0].product) == ("Ibuprofin", "")
    assert draft.safety["not_screened"][0]["medicine"] == "Ibuprofin"


def test_what_is_not_in_the_catalogue_is_asked_for_once(
    desk: Client, amara: Patient, ibuprofen: Product
) -> None:
    sent = of(ibuprofen, product="", medicine="Ibuprofin", choice="as typed: Ibuprofin")
    page = desk.post(at(amara), typed(sent), follow=True)
    again_sent = {name: page.context["lines"].forms[0].typed_in(name) for name in (*sent,)}
    draft = Prescription.objects.get()

    assert desk.post(at(amara, "write", draft.pk), typed(again_sent, version="1")).status_code == 302


def test_a_chosen_product_counts_for_its_own_name_only(
    desk: Client, amara: Patient, ibuprofen: Product
) -> None:
    """The text was changed after something had been chosen: what stands there is meant."""
    desk.post(at(amara), typed(of(ibuprofen, medicine="Herbal tea")))

    assert Prescription.objects.get().written[0].product == ""


def test_while_typing_medicines_are_found_by_any_name(
    desk: Client, amara: Patient, ibuprofen: Product
) -> None:
    for text in ("ibu", "Nurofen", "M01AE01", "Ibuprofin 400"):
        answer = desk.get(at(amara, "medicines"), {"q": text}, headers=HTMX)
        (fields,) = re.findall(r'data-fields="([^"]*)"', answer.content.decode())
        chosen = json.loads(fields.replace("&quot;", '"'))
        assert (chosen["product"], chosen["unit"], chosen["route"]) == (str(ibuprofen.pk), "tablet", "oral")
    assert desk.get(at(amara, "medicines"), {"q": "zzzz"}, headers=HTMX).content.strip() == b""
    assert desk.get(at(amara, "medicines"), {"q": "ibu"}).headers["Location"] == at(amara)


# ── lines without JavaScript ─────────────────────────────────────────────────


def test_lines_come_and_go_and_come_back(desk: Client, amara: Patient, ibuprofen: Product) -> None:
    one, two = of(ibuprofen), of(ibuprofen, note="Second", frequency="nonsense")
    added = desk.post(at(amara), typed(one, two, add="1"))
    assert (added.status_code, titles(added)) == (200, [ibuprofen.name, ibuprofen.name, ""])

    gone = desk.post(at(amara), typed(one, two, remove="b"))
    assert [line.is_removed for line in gone.context["lines"]] == [False, True]
    assert "Second" in gone.content.decode()
    back = desk.post(at(amara), typed(one, two | {"removed": "1"}, undo="b"))
    assert [line.is_removed for line in back.context["lines"]] == [False, False]

    desk.post(at(amara), typed(one, two | {"removed": "1"}))
    assert len(Prescription.objects.get().lines) == 1


def test_a_line_of_before_is_taken_over(desk: Client, amara: Patient, doctor: Doctor) -> None:
    make_signed(amara, doctor, make_line("Warfarin 5 mg tablet", frequency="od"))
    first = desk.get(at(amara))
    (before,) = first.context["before"]
    taken = desk.post(at(amara), typed({}, take=str(before.pk)))

    assert titles(taken) == ["Warfarin 5 mg tablet"]
    assert taken.context["lines"].forms[0].typed_in("frequency") == "od"
    assert titles(desk.post(at(amara), typed({}, take="nonsense"))) == [""]


def test_nobody_takes_over_from_another_patient(
    desk: Client, amara: Patient, doctor: Doctor, dora: User
) -> None:
    from prescriptions.tests.make_prescriptions import lines_of  # noqa: PLC0415

    other = make_signed(make_treated(dora, given_name="Bea"), doctor)
    taken = desk.post(at(amara), typed({}, take=str(lines_of(other)[0].pk)))

    assert titles(taken) == [""]


# ── favourites ───────────────────────────────────────────────────────────────


def test_a_line_is_kept_applied_and_forgotten(desk: Client, amara: Patient, ibuprofen: Product) -> None:
    kept = desk.post(at(amara), typed(of(ibuprofen), keep="a"))
    favourite = Favourite.objects.get()
    assert (kept.status_code, favourite.name) == (200, f"{ibuprofen.name}, bd, 7")
    assert titles(kept) == [ibuprofen.name]

    applied = desk.post(at(amara), typed({}, apply=str(favourite.pk)))
    assert titles(applied) == [ibuprofen.name]
    desk.post(at(amara), typed({}, forget=str(favourite.pk)))
    assert Favourite.objects.count() == 0


def test_a_line_that_is_not_right_is_not_kept(desk: Client, amara: Patient, ibuprofen: Product) -> None:
    answer = desk.post(at(amara), typed(of(ibuprofen, dose="a lot"), keep="a"))

    assert (answer.status_code, Favourite.objects.count()) == (422, 0)
    assert "a lot" in answer.content.decode()


def test_favourites_of_others_are_nobodys_business(
    desk: Client, amara: Patient, dov: User, ibuprofen: Product
) -> None:
    theirs = keep_favourite(make_line(ibuprofen), name="Of Dov", by=dov)
    page = desk.post(at(amara), typed({}, apply=str(theirs.pk)))
    desk.post(at(amara), typed({}, forget=str(theirs.pk)))

    assert titles(page) == [""]
    assert "Of Dov" not in page.content.decode()
    assert Favourite.objects.count() == 1


# ── two people ───────────────────────────────────────────────────────────────


@pytest.fixture
def draft(amara: Patient, ibuprofen: Product, dora: User) -> Prescription:
    return begin_prescription(amara, lines=[make_line(ibuprofen)], by=dora)


def test_the_slower_of_two_sees_what_the_other_wrote(
    desk: Client, amara: Patient, draft: Prescription, ibuprofen: Product, dov: User
) -> None:
    make_doctor(user=dov)
    written = make_line("Oxycodone 10 mg tablet")
    write_prescription(again(draft), seen_version=1, lines=[written], indication="Pain", note="", by=dov)
    sent = typed(of(ibuprofen, note="Mine"), version="1")
    answer = desk.post(at(amara, "write", draft.pk), sent)
    page = answer.content.decode()

    assert answer.status_code == 422
    for words in ("Oxycodone", "Mine", "What you typed is still here", 'name="over" value="2"'):
        assert words in page
    assert desk.post(at(amara, "write", draft.pk), sent | {"over": "2"}).status_code == 302
    assert again(draft).written[0].note == "Mine"


def test_what_was_signed_meanwhile_is_not_written_over(
    desk: Client, amara: Patient, doctor: Doctor, ibuprofen: Product
) -> None:
    signed = make_signed(amara, doctor)
    answer = desk.post(at(amara, "write", signed.pk), typed(of(ibuprofen, note="Mine"), version="1"))

    assert (answer.status_code, "Mine" in answer.content.decode()) == (422, True)
    assert again(signed).is_intact
    assert desk.get(at(amara, "write", signed.pk)).headers["Location"] == signed.get_absolute_url()


def test_a_draft_is_discarded_with_a_reason_and_taken_back(
    desk: Client, amara: Patient, draft: Prescription
) -> None:
    assert desk.post(at(amara, "discard", draft.pk), {"version": 1, "reason": ""}).status_code == 422
    discarded = desk.post(at(amara, "discard", draft.pk), {"version": 1, "reason": "Begun twice"})
    assert discarded.headers["Location"] == draft.get_absolute_url()
    assert "Begun twice" in desk.get(draft.get_absolute_url()).content.decode()

    assert desk.post(at(amara, "restore", draft.pk), {"version": 1}).status_code == 422
    restored = desk.post(at(amara, "restore", draft.pk), {"version": 2})
    assert restored.headers["Location"] == at(amara, "write", draft.pk)
    assert again(draft).is_draft


# ── the check while one types ────────────────────────────────────────────────


def test_what_is_typed_is_checked_before_it_is_saved(
    desk: Client, amara: Patient, ibuprofen: Product, dora: User
) -> None:
    record_allergy(amara, substance_key="ibuprofen", by=dora)
    answer = desk.post(at(amara, "check"), typed(of(ibuprofen)), headers=HTMX)
    panel = answer.content.decode()

    assert answer.status_code == 200
    for words in (
        "Contraindicated:",
        "supports, and decides nothing",
        "Take 1 tablet by mouth",
        "Not checked",
    ):
        assert words in panel
    assert 'hx-swap-oob="innerHTML:#safety-said"' in panel
    assert Prescription.objects.count() == 0


def test_half_a_line_is_checked_as_far_as_it_goes(desk: Client, amara: Patient) -> None:
    half = {"medicine": "warfarin", "frequency": "nonsens"}
    panel = desk.post(
        at(amara, "check"), typed(half, {"medicine": "ibuprofen"}), headers=HTMX
    ).content.decode()

    assert "Serious:" in panel
    assert "is not understood" in panel


def test_a_removed_line_is_not_checked(desk: Client, amara: Patient) -> None:
    sent = typed({"medicine": "warfarin"}, {"medicine": "ibuprofen", "removed": "1"})
    panel = desk.post(at(amara, "check"), sent, headers=HTMX).content.decode()

    assert "Serious:" not in panel


def test_an_empty_form_has_nothing_to_check(desk: Client, amara: Patient) -> None:
    assert "Nothing to check yet" in desk.post(at(amara, "check"), typed({}), headers=HTMX).content.decode()


def test_a_draft_is_not_checked_against_itself(desk: Client, amara: Patient, draft: Prescription) -> None:
    page = desk.get(at(amara, "write", draft.pk)).content.decode()

    assert "Checked and clear" in page
    assert "Contraindicated:" not in page


def test_who_does_not_treat_the_patient_checks_nothing(amara: Patient, dov: User, client: Client) -> None:
    client.force_login(dov)
    assert client.post(at(amara, "check"), typed({"medicine": "warfarin"})).status_code == 404
    assert client.get(at(amara, "medicines"), headers=HTMX).status_code in {200, 302}
    assert "warfarin" not in client.get(at(amara, "medicines"), headers=HTMX).content.decode()


@pytest.mark.parametrize(("name", "most"), [("begin", 8), ("write", 10)])
def test_the_editor_costs_a_fixed_number_of_queries(
    desk: Client, amara: Patient, doctor: Doctor, ibuprofen: Product, name: str, most: int
) -> None:
    draft = make_draft(amara, doctor, *[make_line(ibuprofen) for _ in range(5)])
    with counted(at_most=most):  # the frame's six; favourites, lines of before; the draft and its products
        assert desk.get(at(amara, name, *([draft.pk] if name == "write" else []))).status_code == 200


def test_a_check_costs_a_fixed_number_of_queries(desk: Client, amara: Patient, ibuprofen: Product) -> None:
    for lines in (1, 6):
        sent = typed(*[of(ibuprofen) for _ in range(lines)])
        with counted(at_most=15):
            desk.post(at(amara, "check"), sent, headers=HTMX)


# ── for htmx: nothing is lost, and the page stays where it is ────────────────


def test_saved_by_htmx_it_leads_on(desk: Client, amara: Patient, ibuprofen: Product) -> None:
    saved = desk.post(at(amara), typed(of(ibuprofen)), headers=HTMX)
    draft = Prescription.objects.get()
    assert saved.headers["HX-Redirect"] == at(amara, "write", draft.pk)

    sent = typed(of(ibuprofen), version="1", sign="1")
    signing = desk.post(at(amara, "write", draft.pk), sent, headers=HTMX)
    assert signing.headers["HX-Redirect"] == at(amara, "sign", draft.pk)


def test_what_is_wrong_comes_as_the_editor_alone(desk: Client, amara: Patient, ibuprofen: Product) -> None:
    answer = desk.post(at(amara), typed(of(ibuprofen, dose="a lot")), headers=HTMX)
    page = answer.content.decode()

    assert answer.status_code == 422
    assert "<html" not in page
    assert "a lot" in page
    assert "data-unsaved" in page
