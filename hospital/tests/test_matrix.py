"""Who may come through which door: one table, written by hand, tried against every route there is.

Letters are roles; `0` is somebody without a role, `-` somebody who has not logged in. A route that is missing
here, or here and nowhere else, is an error.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

import pytest
from django.conf import settings
from django.contrib import admin
from django.core.cache import cache
from django.db import transaction  # noqa: TID251 to take back what was tried
from django.test import Client
from django.urls import reverse

from accounts.models import User
from hospital.checks import routes
from hospital.tests.doors import ADMIN, ALSO_401, ANYBODY, CAME_THROUGH, MATRIX, METHODS
from hospital.tests.world import World, make_world


@pytest.fixture
def world(site: object) -> World:
    return make_world()


@dataclass
class Visitors:
    """Everybody logs in once, and not anew at each door; what an answer does to a client is forgotten with it."""

    world: World
    api: Any
    sessions: dict[str, str] = field(default_factory=dict)
    programs: dict[str, Any] = field(default_factory=dict)

    def log_in(self, route: str) -> None:
        if route.startswith("api/") and not self.programs:
            self.programs = {letter: self.api(user) for letter, user in self.world.users.items()}
        if not route.startswith("api/") and not self.sessions:
            self.sessions = {letter: session_of(user) for letter, user in self.world.users.items()}

    def ask(self, route: str, method: str, letter: str) -> Any:
        path = self.world.path(route, self.world.users.get(letter))
        if route.startswith("api/"):
            program = self.programs.get(letter) or Client()
            return program.generic(method, path, "{}", content_type="application/json")
        browser = Client()
        if letter in self.sessions:
            browser.cookies[settings.SESSION_COOKIE_NAME] = self.sessions[letter]
        return browser.generic(method, path, "", content_type="application/x-www-form-urlencoded")


def session_of(user: User) -> str:
    browser = Client()
    browser.force_login(user)
    return browser.cookies[settings.SESSION_COOKIE_NAME].value


@pytest.fixture
def visitors(world: World, api: Any) -> Visitors:
    return Visitors(world, api)


def test_the_table_names_every_route_and_no_other() -> None:
    assert {route for route, _ in routes() if not route.startswith("admin/")} == set(MATRIX)


def together(route: str) -> str:
    """Doors that are tried with one world: those of a noun."""
    words = route.split("/")
    return "/".join(words[:3] if route.startswith("api/") else words[:1])


NOUNS = [
    pytest.param(list(doors), id=noun or "home")
    for noun, doors in groupby(sorted(MATRIX, key=together), together)
]


@contextmanager
def undone() -> Iterator[None]:
    """What is tried leaves nothing behind."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)
    cache.clear()


@pytest.mark.mongo_slow("the policy is a page of code; which rows it reaches is tested with each noun")
@pytest.mark.parametrize("doors", NOUNS)
def test_a_door_lets_in_whom_the_table_names(visitors: Visitors, doors: list[str]) -> None:
    for route in doors:
        visitors.log_in(route)
        with undone():
            lets_in_whom_the_table_names(visitors, route)


def lets_in_whom_the_table_names(visitors: Visitors, route: str) -> None:
    for method, allowed in MATRIX[route].items():
        for letter in ANYBODY:
            answer = visitors.ask(route, method, letter)
            what = f"{letter} {method} /{route}: {answer.status_code}"
            if letter in allowed:
                answer.close()  # of a file that is sent
                came_through = CAME_THROUGH | ({401} if route in ALSO_401 else set())
                assert answer.status_code in came_through, what
                continue
            if letter == "-":
                assert answer.status_code == (401 if route.startswith("api/") else 302), what
            else:
                assert answer.status_code == 403, what
            text = answer.content.decode() + str(answer.headers)
            assert [secret for secret in visitors.world.secrets if secret in text] == [], what


@pytest.mark.mongo_slow("the engine plays no part in it")
def test_a_method_that_is_not_in_the_table_is_not_there(visitors: Visitors) -> None:
    for route, methods in MATRIX.items():
        visitors.log_in(route)
        for method in set(METHODS) - set(methods):
            assert visitors.ask(route, method, "A").status_code == 405, f"{method} /{route}"


def test_the_table_names_every_model_of_the_administration() -> None:
    assert {model._meta.label_lower for model in admin.site._registry} == set(ADMIN)  # noqa: SLF001


@pytest.mark.mongo_slow("the policy is a page of code")
def test_only_administrators_come_into_the_administration(world: World) -> None:
    for letter in ANYBODY:
        client = Client()
        if letter in world.users:
            client.force_login(world.users[letter])
        for label, may in ADMIN.items():
            name = label.replace(".", "_")
            listed, added = reverse(f"admin:{name}_changelist"), reverse(f"admin:{name}_add")
            statuses = [client.get(listed).status_code, client.get(added).status_code]
            if letter == "A":
                assert statuses == [200, 200 if "A" in may else 403], label
            else:
                assert set(statuses) <= {302, 403}, f"{letter} {label}"


@pytest.mark.parametrize("label", ADMIN)
def test_nothing_is_removed_in_the_administration(adam: User, rf: Any, label: str) -> None:
    model = next(one for one in admin.site._registry if one._meta.label_lower == label)  # noqa: SLF001
    request = rf.get("/")
    request.user = adam
    model_admin = admin.site._registry[model]  # noqa: SLF001
    assert not model_admin.has_delete_permission(request)
    assert model_admin.has_change_permission(request) == ("C" in ADMIN[label])
