"""The page for people, the API, and what Prometheus reads."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from analytics.health.register import checks
from analytics.health.watching import watch
from analytics.models import CheckChange, State
from analytics.tests.make import Pretended, make_check, registered
from hospital import clock
from hospital.tests.queries import counted

pytestmark = pytest.mark.django_db
PAGE = reverse("analytics:health")


@pytest.fixture
def part() -> Iterator[Pretended]:
    part = Pretended()
    with registered(make_check(part.look)):
        yield part


@pytest.fixture
def as_adam(adam: User, client: Client) -> Client:
    client.force_login(adam)
    return client


@pytest.mark.mongo_slow("no engine plays a part in it")
def test_the_page_says_what_is_wrong_and_what_to_do(part: Pretended, as_adam: Client) -> None:
    part.state = State.DOWN
    text = as_adam.get(PAGE).content.decode()
    assert "Pretended part: It is down." in text
    assert "Wait." in text
    assert 'href="#about-pretended"' in text
    assert 'id="about-pretended"' in text


@pytest.mark.mongo_slow("no engine plays a part in it")
def test_when_nothing_is_wrong_it_says_so(part: Pretended, as_adam: Client) -> None:
    assert "Everything that can be looked at works." in as_adam.get(PAGE).content.decode()


def test_the_page_shows_what_changed(part: Pretended, as_adam: Client) -> None:
    CheckChange(
        name="pretended", was="ok", state="down", at=clock.now(), sentence="A cable was pulled out."
    ).add()
    part_of_page = as_adam.get(PAGE, headers={"HX-Request": "true"}).content.decode()
    assert "A cable was pulled out." in part_of_page
    assert "<html" not in part_of_page


def test_while_somebody_watches_the_page_only_reads(part: Pretended, as_adam: Client) -> None:
    watch()
    with counted(at_most=5):
        as_adam.get(PAGE)
    assert part.looked == 1


def test_the_api_says_the_same(part: Pretended, adam: User, api: Callable[[User], Any]) -> None:
    part.state = State.WARNING
    answer = api(adam).get("/api/v1/analytics/system")
    assert answer.status_code == 200
    assert answer.data["state"] == "warning"
    (one,) = answer.data["parts"]
    assert (one["name"], one["state"]) == ("pretended", "warning")
    assert one["definition"] == "A part."


def test_managers_see_the_page_and_others_do_not(
    part: Pretended, mona: User, rita: User, client: Client, api: Callable[[User], Any]
) -> None:
    client.force_login(mona)
    assert client.get(PAGE).status_code == 200
    assert api(mona).get("/api/v1/analytics/system").status_code == 403
    client.force_login(rita)
    assert client.get(PAGE).status_code == 403


@pytest.mark.mongo_slow("no engine plays a part in it")
def test_a_link_leads_only_those_who_may_follow_it(adam: User, mona: User, client: Client) -> None:
    part = Pretended()
    part.state = State.WARNING
    leads = {"url_name": "notifications:outbox", "permission": "notifications.view_message"}
    with registered(make_check(part.look, **leads)):
        for user, sees in ((adam, True), (mona, False)):
            client.force_login(user)
            assert ('id="see-pretended"' in client.get(PAGE).content.decode()) is sees


def test_every_part_says_what_it_is_and_what_to_do() -> None:
    assert len({check.name for check in checks()}) >= 13
    for check in checks():
        assert str(check.label)
        assert str(check.definition).endswith(".")
        assert str(check.advice).endswith((".", "?"))


# ── Prometheus ──────────────────────────────────────────────────────────────


@pytest.mark.mongo_slow("no engine plays a part in it")
def test_requests_are_counted_by_route_and_class(part: Pretended, as_adam: Client) -> None:
    as_adam.get(PAGE)
    as_adam.get("/no/such/page/with-a-name-in-it/")
    text = as_adam.get("/metrics").content.decode()
    assert 'hospital_request_seconds_count{route="analytics:health",status="2xx"}' in text
    assert 'hospital_request_seconds_count{route="none",status="4xx"}' in text
    assert "with-a-name" not in text
    assert 'hospital_health{part="pretended",state="ok"} 1.0' in text
    assert 'hospital_health{part="pretended",state="down"} 0.0' in text
    assert 'hospital_health_figure{part="pretended"} 1.0' in text


@pytest.mark.mongo_slow("no engine plays a part in it")
@pytest.mark.parametrize(
    ("token", "sent", "status"),
    [
        ("", {}, 200),
        ("", {"REMOTE_ADDR": "10.0.0.7"}, 403),
        ("", {"REMOTE_ADDR": ""}, 403),
        ("", {"HTTP_X_FORWARDED_FOR": "127.0.0.1"}, 403),
        ("secret", {}, 403),
        ("secret", {"HTTP_AUTHORIZATION": "Bearer wrong"}, 403),
        ("secret", {"HTTP_AUTHORIZATION": "Bearer ünrecht"}, 403),
        ("secret", {"HTTP_AUTHORIZATION": "Bearer secret", "REMOTE_ADDR": "10.0.0.7"}, 200),
    ],
)
def test_they_are_for_this_machine_or_for_whoever_has_the_token(
    token: str, sent: dict[str, str], status: int, part: Pretended, client: Client, settings: Any
) -> None:
    settings.METRICS_TOKEN = token
    assert client.get("/metrics", **sent).status_code == status  # type: ignore[arg-type]
