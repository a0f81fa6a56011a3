"""Payers and policies: added, changed, offered no more, ended; what payers owe, by its age and invoice by invoice."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse

from accounts.models import User
from audit.models import Entry
from billing.models import Invoice, Payer, Policy
from billing.proving import prove
from billing.reports import ageing, ageing_of_payers, owed_by_payer
from billing.services import (
    Part,
    add_policy,
    deactivate_payer,
    edit_payer,
    end_policy,
    pay_invoice,
    reactivate_payer,
)
from billing.tests.conftest import code_of
from billing.tests.make import item, make_issued, make_payer, make_policy
from billing.tests.pages import post
from hospital.errors import Stale
from hospital.tests.queries import counted
from patients.models import Patient
from patients.tests.make import make_patient


@pytest.fixture
def desk(client: Client, carl: User) -> Client:
    client.force_login(carl)
    return client


@pytest.fixture
def shared(patient: Patient, carl: User) -> Invoice:
    """Of Ann's hundred the AOK owes eighty."""
    return make_issued(patient, item(100), policy=make_policy(patient, payer=make_payer("AOK")), by=carl)


def page_of(client: Client, name: str, *args: Any, **question: str) -> str:
    answer = client.get(reverse(f"billing:{name}", args=args), question)
    assert answer.status_code == 200
    return str(answer.content.decode()).replace("\xa0", " ")


# ── The rules ───────────────────────────────────────────────────────────────


def test_name_and_address_change_and_the_code_stays(site: object, carl: User) -> None:
    payer = make_payer("AOK")
    edit_payer(payer, name="  AOK  North ", address="Main Street 1", seen_version=1, by=carl)
    assert (payer.name, payer.address, payer.code) == ("AOK North", "Main Street 1", "AOK")
    with pytest.raises(ValidationError):
        edit_payer(payer, code="BKK", by=carl)
    with pytest.raises(Stale):
        edit_payer(payer, name="Other", seen_version=1, by=carl)
    entry = Entry.objects.filter(verb="billing.keep_payers", outcome="done").get()
    assert entry.details == {"fields": ["address", "name"]}


def test_who_is_not_offered_gets_no_new_policy_and_keeps_the_old(shared: Invoice, carl: User) -> None:
    payer = Payer.objects.get()
    deactivate_payer(payer, by=carl)
    terms: Any = {"number": "1", "coverage_percent": Decimal(50), "valid_from": date(2026, 1, 1), "by": carl}

    def another() -> Policy:
        return add_policy(shared.patient, payer=payer, **terms)

    assert code_of(another) == "payer_inactive"
    pay_invoice(shared, parts=[Part("insurance", Decimal(80))], by=carl)
    assert make_issued(shared.patient, policy=Policy.objects.get(), by=carl).insurer_due_amount == 80
    reactivate_payer(payer, by=carl)
    assert code_of(another) == ""


def test_a_policy_that_has_ended_covers_nothing_more(patient: Patient, carl: User) -> None:
    policy = make_policy(patient)
    end_policy(policy, valid_until=date(2026, 1, 31), by=carl)
    assert code_of(lambda: make_issued(patient, policy=policy, by=carl)) == "policy_not_valid"


# ── What they owe ───────────────────────────────────────────────────────────


def test_what_payers_owe_is_what_the_ledger_says(shared: Invoice, carl: User) -> None:
    payer, bob = Payer.objects.get(), make_patient(given_name="Bob")
    late = make_issued(bob, item(50), policy=make_policy(bob, 50, payer=payer), by=carl)
    other = make_policy(bob, 100)
    make_issued(bob, item(7), policy=other, by=carl)
    paid = make_issued(bob, item(9), policy=other, by=carl)
    pay_invoice(paid, parts=[Part("insurance", Decimal(9))], by=carl)
    pay_invoice(shared, parts=[Part("insurance", Decimal(30))], by=carl)
    assert late.due_on is not None
    on = late.due_on + timedelta(days=1)

    with counted(at_most=3):
        report = ageing_of_payers(on)

    assert [(one.payer, one.amount, one.invoices) for one in report.payers] == [
        (payer, Decimal(75), 2),
        (other.payer, Decimal(7), 1),
    ]
    assert report.amount == prove().balances["receivable_insurer"] == ageing(on).payers_amount
    assert report.amounts == [pile.payers_amount for pile in ageing(on).piles]
    assert set(owed_by_payer(payer)) == {shared, late}
    assert ageing_of_payers(on, only=other.payer).amount == 7


def test_nobody_owes_nothing(site: object) -> None:
    assert ageing_of_payers(date(2026, 11, 29)).payers == ()


# ── At the desk ─────────────────────────────────────────────────────────────


def test_the_list_leads_to_a_payer_and_that_to_its_invoices(desk: Client, shared: Invoice) -> None:
    payer = Payer.objects.get()
    with counted(at_most=6):
        listed = page_of(desk, "payers")
    with counted(at_most=7):
        one = page_of(desk, "payer", payer.pk)
    assert reverse("billing:payer", args=[payer.pk]) in listed
    assert listed.count("EUR 80.00") == 4, "of the payer and of all: in its pile and together"
    assert shared.number in one
    assert one.count('aria-current="page"') == 2, "one of the sidebar, one of the crumbs"
    assert "EUR 80.00" in one
    assert "No payer matches" in page_of(desk, "payers", q="zz")


def test_both_as_files(desk: Client, shared: Invoice) -> None:
    payer = Payer.objects.get()
    sums = desk.get(reverse("billing:payers_file")).content.decode("utf-8-sig").splitlines()
    rows = desk.get(reverse("billing:payer_file", args=[payer.pk])).content.decode("utf-8-sig").splitlines()
    assert sums[1] == f"Payer AOK,AOK,1,{shared.due_on},EUR,80.00,0.00,0.00,0.00,0.00,80.00"
    assert sums[2].startswith("All,")
    assert rows[1].startswith(f"{shared.number},")
    listed = Entry.objects.get(verb="billing.view_invoice", subject_id=None)
    assert listed.details == {"filters": {"payer": str(payer.pk)}, "count": 1}


def test_a_payer_is_added_changed_and_turned(desk: Client, site: object) -> None:
    wrong = post(desk, reverse("billing:add_payer"), code="", name="AOK")
    assert wrong.status_code == 422
    assert 'value="AOK"' in wrong.content.decode()
    post(desk, reverse("billing:add_payer"), code="aok", name="AOK")
    payer = Payer.objects.get(code="AOK")
    edit = reverse("billing:edit_payer", args=[payer.pk])
    post(desk, edit, name="AOK North", version="1")
    stale = post(desk, edit, name="Lost", version="1")
    assert stale.status_code == 422
    assert 'value="Lost"' in stale.content.decode()
    assert 'name="version" value="2"' in stale.content.decode()
    for name, is_active in (("deactivate_payer", False), ("reactivate_payer", True)):
        payer.refresh_from_db()
        post(desk, reverse(f"billing:{name}", args=[payer.pk]), version=payer.version)
        assert Payer.objects.get().is_active is is_active
    answer = desk.post(reverse("billing:deactivate_payer", args=[payer.pk]), {"version": 1}, follow=True)
    assert "Somebody else has just changed this payer." in answer.content.decode()


def test_policies_are_listed_and_ended(desk: Client, patient: Patient) -> None:
    policy = make_policy(patient, number="POL-9")
    end = reverse("billing:end_policy", args=[policy.pk])
    with counted(at_most=6):
        assert end in page_of(desk, "policies", patient.pk)
    wrong = post(desk, end, version="1", valid_until="2001-01-01")
    assert wrong.status_code == 422
    assert "before the first" in wrong.content.decode()
    assert post(desk, end, version="1", valid_until="2026-01-31").status_code == 302
    assert Policy.objects.get().valid_until == date(2026, 1, 31)
    page = page_of(desk, "policies", patient.pk)
    assert end not in page
    assert "ended" in page
    assert "No policy today" in page_of(desk, "of_patient", patient.pk)


def test_reception_reads_and_changes_nothing(client: Client, rita: User, shared: Invoice) -> None:
    client.force_login(rita)
    payer = Payer.objects.get()
    page = page_of(client, "payer", payer.pk)
    assert reverse("billing:edit_payer", args=[payer.pk]) not in page
    assert post(client, reverse("billing:deactivate_payer", args=[payer.pk]), version="1").status_code == 403
    assert Payer.objects.get().is_active
