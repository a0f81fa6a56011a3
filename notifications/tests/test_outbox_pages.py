"""The outbox for those who decide: what failed, what nobody knows, sending again, dismissing."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from appointments.models import Appointment
from audit.models import Entry
from hospital.errors import Stale, WrongMove
from hospital.tests.queries import counted
from notifications.models import Message
from notifications.outbox import drain
from notifications.services import dismiss_message, send_message_again

OUTBOX = reverse("notifications:outbox")
AGAIN = "notifications.send_message_again"
DISMISS = "notifications.dismiss_message"


@pytest.fixture
def stuck(visit: Appointment) -> Message:
    """The letter to Ann, which her mail server has refused."""
    Message.objects.filter(kind="appointment_booked").update(
        status="failed",
        because="refused",
        error="550 no such mailbox",
        channel="email",
        attempts=3,
        sent_to="ann@example.com",
    )
    return Message.objects.get(kind="appointment_booked")


@pytest.fixture
def as_rita(rita: User, client: Client) -> Client:
    client.force_login(rita)
    return client


def post(client: Client, act: str, message: Message, **more: Any) -> Any:
    data = {"version": message.version} | more
    return client.post(reverse(f"notifications:{act}", args=[message.pk]), data)


def now_is(message: Message) -> str:
    return str(Message.objects.get(pk=message.pk).status)


# ── The rule ─────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("status", ["failed", "uncertain"])
def test_what_is_sent_again_begins_anew(stuck: Message, rita: User, status: str) -> None:
    Message.objects.update(due_at="2020-01-01T00:00Z")
    Message.objects.filter(pk=stuck.pk).update(status=status)
    again = send_message_again(Message.objects.get(pk=stuck.pk), by=rita)
    assert (again.status, again.attempts, again.because, again.error) == ("due", 0, "", "")
    Message.objects.exclude(pk=stuck.pk).delete()
    assert drain(20) == {"sent": 1}
    entry = Entry.objects.get(verb=AGAIN)
    assert (entry.actor_id, entry.patient_id, entry.details) == (rita.pk, stuck.patient_id, {"was": status})


def test_what_is_dismissed_is_over(stuck: Message, rita: User) -> None:
    dismiss_message(stuck, by=rita)
    Message.objects.exclude(pk=stuck.pk).delete()
    assert drain(20) == {}
    with pytest.raises(WrongMove):
        send_message_again(stuck, by=rita)


@pytest.mark.parametrize("status", ["due", "sending", "sent", "withdrawn", "dismissed"])
@pytest.mark.parametrize("act", [send_message_again, dismiss_message])
def test_only_what_is_stuck_can_be_decided(stuck: Message, rita: User, status: str, act: Any) -> None:
    Message.objects.filter(pk=stuck.pk).update(status=status)
    with pytest.raises(WrongMove):
        act(Message.objects.get(pk=stuck.pk), by=rita)


def test_the_slower_of_two_people_is_refused(stuck: Message, rita: User, nora: User) -> None:
    seen_by_the_slower = Message.objects.get(pk=stuck.pk)
    dismiss_message(stuck, by=nora)
    with pytest.raises(WrongMove):
        send_message_again(seen_by_the_slower, by=rita)
    with pytest.raises(Stale):
        send_message_again(Message.objects.get(pk=stuck.pk), seen_version=1, by=rita)


# ── The page ─────────────────────────────────────────────────────────────────


def test_first_what_has_to_be_decided(as_rita: Client, stuck: Message) -> None:
    text = as_rita.get(OUTBOX).content.decode()
    assert "The other side refused it for good" in text
    assert "550 no such mailbox" in text
    assert "ann@<wbr>example.com" in text
    assert text.count("Send again") == 1
    assert reverse("patients:detail", args=[stuck.patient_id]) in text
    entry = Entry.objects.get(verb="notifications.view_message", subject_id=None)
    assert entry.details == {"filters": {"show": "stuck"}, "count": 1}


def test_nothing_to_decide(as_rita: Client, visit: Appointment) -> None:
    text = as_rita.get(OUTBOX).content.decode()
    assert "Nothing to decide" in text


@pytest.mark.parametrize(("show", "rows"), [("due", 3), ("sent", 1), ("withdrawn", 0), ("dismissed", 0)])
def test_the_others_by_their_state(as_rita: Client, stuck: Message, show: str, rows: int) -> None:
    text = as_rita.get(OUTBOX, {"show": show}).content.decode()
    assert text.count("<tr>") - 1 == rows if rows else "No such messages" in text
    assert "Send again" not in text


def test_a_filter_that_is_none(as_rita: Client, stuck: Message) -> None:
    for show in ("nonsense", "failed", "x" * 10_000, "\0", "stuck&status__startswith=s"):
        answer = as_rita.get(OUTBOX, {"show": show})
        assert answer.status_code == 422
        assert "550 no such mailbox" in answer.content.decode(), "what has to be decided is still here"


def test_a_long_list_costs_no_more(as_rita: Client, stuck: Message) -> None:
    Message.objects.bulk_create(
        [
            Message(
                key=f"x{one}",
                kind="appointment_booked",
                status="failed",
                subject_id=stuck.subject_id,
                patient_id=stuck.patient_id,
                recipient_type="patient",
                recipient_id=stuck.recipient_id,
                subject_type="appointments.appointment",
            )
            for one in range(60)
        ]
    )
    with counted(at_most=6):
        text = as_rita.get(OUTBOX).content.decode()
    assert text.count("Send again") == 25


def test_send_again_from_the_list_leads_back_to_it(as_rita: Client, stuck: Message) -> None:
    answer = post(as_rita, "send_again", stuck, next=f"{OUTBOX}?show=stuck")
    assert (answer.status_code, answer["Location"]) == (302, f"{OUTBOX}?show=stuck")
    assert now_is(stuck) == "due"
    assert post(as_rita, "dismiss", stuck, next="https://evil.example/").status_code == 422


def test_dismiss_leads_to_no_other_house(as_rita: Client, stuck: Message) -> None:
    assert post(as_rita, "dismiss", stuck, next="https://evil.example/")["Location"] == OUTBOX
    assert now_is(stuck) == "dismissed"


@pytest.mark.parametrize("act", ["send_again", "dismiss"])
@pytest.mark.parametrize("version", [7, 0, -1, "", "x"])
def test_a_form_of_another_version_changes_nothing(
    as_rita: Client, stuck: Message, act: str, version: object
) -> None:
    answer = post(as_rita, act, stuck, version=version)
    assert answer.status_code == 422
    assert now_is(stuck) == "failed"
    if version == 7:
        assert "Somebody else has just changed this message" in answer.content.decode()


def test_the_page_of_one_message(as_rita: Client, stuck: Message, visit: Appointment) -> None:
    with counted(at_most=6):
        text = as_rita.get(reverse("notifications:detail", args=[stuck.pk])).content.decode()
    assert "Never written" in text
    assert "ann@<wbr>example.com" in text
    assert visit.get_absolute_url() in text
    assert reverse("patients:detail", args=[stuck.patient_id]) in text
    entry = Entry.objects.get(verb="notifications.view_message")
    assert (entry.subject_id, entry.patient_id) == (stuck.pk, stuck.patient_id)


def test_what_was_sent_can_be_read(as_rita: Client, visit: Appointment) -> None:
    drain(20)
    sent = Message.objects.get(kind="appointment_booked")
    text = as_rita.get(reverse("notifications:detail", args=[sent.pk])).content.decode()
    assert "Dear Ann Archer" in text
    assert "Send again" not in text


def test_a_doubt_is_explained(as_rita: Client, stuck: Message) -> None:
    Message.objects.filter(pk=stuck.pk).update(status="uncertain", because="interrupted")
    text = as_rita.get(reverse("notifications:detail", args=[stuck.pk])).content.decode()
    assert "It may have arrived." in text


# ── Other people ─────────────────────────────────────────────────────────────


def test_who_has_no_business_with_it_sees_and_changes_nothing(
    stuck: Message, dora: User, pia: User, una: User, client: Client
) -> None:
    for user in (dora, pia, una):
        client.force_login(user)
        for answer in (
            client.get(OUTBOX),
            client.get(reverse("notifications:detail", args=[stuck.pk])),
            post(client, "send_again", stuck),
            post(client, "dismiss", stuck),
        ):
            assert answer.status_code == 403
            assert "ann@example.com" not in answer.content.decode()
        assert Message.objects.visible_to(user).count() == 0, "none, never all"
    assert now_is(stuck) == "failed"


# ── For other systems ────────────────────────────────────────────────────────


@pytest.mark.parametrize(("act", "then"), [("send-again", "due"), ("dismiss", "dismissed")])
def test_deciding_at_the_api(
    stuck: Message, rita: User, api: Callable[[User], Any], act: str, then: str
) -> None:
    client, address = api(rita), f"/api/v1/notifications/{stuck.pk}/{act}"
    stale = client.post(address, headers={"If-Match": '"7"'})
    assert (stale.status_code, stale.json()["code"]) == (412, "precondition_failed")
    stale = client.post(address, {"version": 7})
    assert (stale.status_code, stale.json()["code"]) == (409, "stale")
    assert now_is(stuck) == "failed"
    answer = client.post(address, headers={"If-Match": '"1"'})
    assert (answer.status_code, answer.json()["status"], answer["ETag"]) == (200, then, '"2"')
    again = client.post(address)
    assert (again.status_code, again.json()["code"]) == (409, "wrong_move")


def test_the_administrators_window(stuck: Message, visit: Appointment, adam: User, client: Client) -> None:
    client.force_login(adam)
    listed = reverse("admin:notifications_message_changelist")
    due = Message.objects.get(rule="1d")
    for act, then in (("send_again", "due"), ("dismiss", "dismissed")):
        Message.objects.filter(pk=stuck.pk).update(status="failed")
        chosen = {"action": act, "_selected_action": [str(stuck.pk), str(due.pk)]}
        answer = client.post(listed, chosen, follow=True)
        assert now_is(stuck) == then
        assert now_is(due) == "due"
        assert "Waiting: appointment_reminder" in answer.content.decode()
