"""The cast of the tests, and a database that is empty before each of them."""

import inspect
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache

from accounts import places
from accounts.models import Department, Site, User
from accounts.roles import Role
from hospital import middleware as middleware  # a server has it before anybody logs in
from hospital import queue
from hospital.tests import mongo
from hospital.tests.mongo import ON_MONGO
from patients.models import Patient
from patients.tests.make import make_patient

if ON_MONGO:
    mongo.install()

PASSWORD = "correct-horse-battery"


@pytest.fixture(autouse=True)
def _quick_and_quiet(settings: Any, tmp_path: Path) -> None:
    """Hashing is slow on purpose; here nobody waits for it. Nothing is left over from another test."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.STORAGES = {**settings.STORAGES, "staticfiles": plain}  # nothing is collected for tests
    settings.WHITENOISE_USE_FINDERS = settings.WHITENOISE_AUTOREFRESH = True
    settings.EMAIL_FILE_PATH = str(tmp_path / "outbox")
    settings.UPLOADS_FOLDER = str(tmp_path / "uploads")
    places.forget()
    queue.forget_trouble()
    cache.clear()


def person(name: str, role: str, email: str = "") -> User:
    email = email or f"{name.split(maxsplit=1)[0].lower()}@example.org"
    return User.objects.create_user(email, PASSWORD, full_name=name, role=role)


@pytest.fixture
def site(db: None) -> Site:
    """The clinic in Berlin that every new installation has."""
    found: Site | None = Site.objects.first()
    return found or Site(name="Northfield", time_zone="Europe/Berlin", number_prefix="NF").add()


@pytest.fixture
def department(site: Site) -> Department:
    return Department(site=site, name="General medicine", code="GEN").add()


@pytest.fixture
def amara(site: Site) -> Patient:
    """A patient whom nobody treats, of whom nothing is known."""
    return make_patient()


@pytest.fixture
def rita(site: Site) -> User:
    """Rita sits at reception."""
    return person("Rita Ramos", Role.RECEPTIONIST)


@pytest.fixture
def nora(site: Site) -> User:
    """Nora is a nurse."""
    return person("Nora Nilsson", Role.NURSE)


@pytest.fixture
def dora(site: Site) -> User:
    """Dora is a doctor; her profile is made where a test needs it."""
    return person("Dora Dietz", Role.DOCTOR)


@pytest.fixture
def dov(site: Site) -> User:
    """Dov is another doctor."""
    return person("Dov Dayan", Role.DOCTOR)


@pytest.fixture
def adam(site: Site) -> User:
    """Adam is the administrator."""
    return person("Adam Abel", Role.ADMINISTRATOR)


@pytest.fixture
def pia(site: Site) -> User:
    """Pia is the pharmacist."""
    return person("Pia Park", Role.PHARMACIST)


@pytest.fixture
def carl(site: Site) -> User:
    """Carl is the cashier."""
    return person("Carl Conti", Role.CASHIER)


@pytest.fixture
def mona(site: Site) -> User:
    """Mona manages the clinic."""
    return person("Mona Meyer", Role.MANAGER)


@pytest.fixture
def ivo(site: Site) -> User:
    """Ivo is another system."""
    return person("Ivo Interface", Role.INTEGRATION)


@pytest.fixture
def una(site: Site) -> User:
    """Una has registered; nobody has given her a role yet."""
    return person("Una Unger", "")


@pytest.fixture
def api() -> Callable[[User], Any]:
    """A client of the API that is logged in, with a session as real as any."""
    from rest_framework.test import APIClient

    from accounts.services import open_api_session

    def logged_in(user: User) -> APIClient:
        client = APIClient()
        _, tokens = open_api_session(user, client="tests", by=user)
        client.credentials(HTTP_AUTHORIZATION=f"Bearer {tokens.access_token}")
        return client

    return logged_in


_left_out: Counter[str] = Counter()
NEEDS_NO_DATABASE = "they ask no database, and have run with SQLite"
ONLY_WRITES = "they write through a door, and the service behind it is tried on both engines"


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """On MongoDB services and what doors read are tried: the rest would find the same again."""
    if not ON_MONGO:
        return
    for because, is_so in ((NEEDS_NO_DATABASE, _needs_no_database), (ONLY_WRITES, _only_writes)):
        without = [item for item in items if is_so(item)]
        _left_out[because] += len(without)
        items[:] = [item for item in items if not is_so(item)]
        config.hook.pytest_deselected(items=without)


def _only_writes(item: pytest.Item) -> bool:
    """Whether a test comes through a page or the API, and reads nothing there."""
    doors = {"client", "api"} & set(getattr(item, "fixturenames", ()))
    written = inspect.getsource(item.function).replace("objects.get(", "")  # type: ignore[attr-defined]
    return bool(doors) and ".get(" not in written


def _needs_no_database(item: pytest.Item) -> bool:
    given = set(getattr(item, "fixturenames", ()))
    alone = {"browser", "concurrency"}  # they have databases of their own
    return not (
        item.get_closest_marker("django_db")
        or given & {"db", "transactional_db", "house"}
        or any(item.get_closest_marker(name) for name in alone)
    )


def pytest_deselected(items: list[pytest.Item]) -> None:
    """Count the tests that are too slow on the MongoDB test server, by their reason."""
    for item in items:
        marker = item.get_closest_marker("mongo_slow")
        if ON_MONGO and marker and not item.get_closest_marker("soak"):
            _left_out[str(marker.args[0])] += 1


def pytest_terminal_summary(terminalreporter: Any) -> None:
    for because, number in sorted(_left_out.items()):
        terminalreporter.write_line(f"left out on MongoDB: {number} tests, because {because}")
