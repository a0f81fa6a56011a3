"""What no linter can see: that the names in one file are known in the others."""

import ast
import importlib
import inspect
import pkgutil
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.core.management import call_command

from accounts import acting, roles
from accounts.permissions import OWN_ACCOUNT
from hospital import checks
from hospital.celery import app as worker

ROOT = Path(__file__).resolve().parent.parent.parent
APPS = (
    "hospital",
    "accounts",
    "audit",
    "notifications",
    "patients",
    "doctors",
    "appointments",
    "prescriptions",
    "billing",
    "analytics",
    "assistant",
)
POLICY = {"accounts/permissions.py", "accounts/roles.py"}
NO_ROOMS = {"tests", "migrations", "mongo_migrations"}
PERMISSION = re.compile(rf"({'|'.join(APPS)})\.[a-z]+(_[a-z]+)+")


def sources() -> Iterator[Path]:
    """Every module of the product."""
    for app in APPS:
        for file in sorted((ROOT / app).rglob("*.py")):
            if not NO_ROOMS & set(file.relative_to(ROOT).parts):
                yield file


def trees() -> Iterator[tuple[Path, ast.Module]]:
    for file in sources():
        yield file.relative_to(ROOT), ast.parse(file.read_text())


def templates() -> Iterator[Path]:
    yield from sorted((ROOT / "templates").rglob("*.html"))


@pytest.fixture(scope="module")
def services() -> set[str]:
    """The permissions of all services."""
    for app in APPS:
        if (ROOT / app / "services.py").exists() or (ROOT / app / "services").exists():
            importlib.import_module(f"{app}.services")
    return set(acting.SERVICES)


def rights_to_look() -> set[str]:
    return {f"{model._meta.app_label}.view_{model._meta.model_name}" for model in apps.get_models()}


def named_in_python() -> Iterator[tuple[str, str]]:
    for file, tree in trees():
        if str(file) in POLICY or file.name == "look.py":
            continue
        for node in ast.walk(tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and _is_permission(node.value):
                yield node.value, f"{file}:{node.lineno}"


def named_in_templates() -> Iterator[tuple[str, str]]:
    for page in templates():
        for name in re.findall(rf"perms\.(\w+\.\w+)|[\"']({PERMISSION.pattern})[\"']", page.read_text()):
            yield name[0] or name[1], str(page.relative_to(ROOT))


def asked_for() -> dict[str, str]:
    """Permissions that are named outside of the policy, each with a place where it is."""
    return dict([*named_in_python(), *named_in_templates()])


def _is_permission(text: str) -> bool:
    if not PERMISSION.fullmatch(text):
        return False
    app, _, name = text.partition(".")
    return not (ROOT / app / f"{name}.py").exists() and not (ROOT / app / name).is_dir()


def granted() -> set[str]:
    return set().union(*roles.ALLOWED.values(), roles.STRANGER)


# ── Storeys ─────────────────────────────────────────────────────────────────


def test_every_module_of_the_three_lower_packages_stands_in_exactly_one_layer() -> None:
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    (storeys,) = [one for one in contracts if one["id"] == "storeys"]
    placed = [name.strip() for layer in storeys["layers"] for name in re.split("[:|]", layer)]
    standing = {
        f"{app}.{module.name}"
        for app in ("hospital", "accounts", "audit")
        for module in pkgutil.iter_modules([str(ROOT / app)])
        if module.name not in NO_ROOMS
    }
    assert sorted(placed) == sorted(set(placed))
    assert standing - set(placed) == set()
    assert {name for name in placed if "." in name} - standing == set()


def test_each_module_says_in_its_first_line_what_lives_there() -> None:
    silent = [str(file) for file, tree in trees() if tree.body and not ast.get_docstring(tree)]
    assert [file for file in silent if not file.endswith(("apps.py", "__init__.py"))] == []


# ── The policy ──────────────────────────────────────────────────────────────


def test_the_policy_grants_only_what_somebody_asks_for(services: set[str]) -> None:
    assert granted() - services - rights_to_look() - set(asked_for()) == set()


def test_what_every_service_needs_is_granted_to_somebody(services: set[str]) -> None:
    assert services - granted() == set()


def test_nothing_is_asked_for_that_nobody_can_have(services: set[str]) -> None:
    unknown = {
        name: place
        for name, place in asked_for().items()
        if name not in services | granted() | rights_to_look()
    }
    assert unknown == {}


def test_every_role_stands_in_the_policy() -> None:
    assert set(roles.ALLOWED) == {*roles.Role, roles.NOBODY}


def test_somebody_without_a_role_may_care_for_the_own_account_only() -> None:
    assert roles.ALLOWED[roles.NOBODY] == OWN_ACCOUNT


def test_a_stranger_may_register_and_opt_out_and_nothing_else() -> None:
    assert {"accounts.register_user", "notifications.opt_out"} == roles.STRANGER


def test_the_policies_of_the_routes_are_known(services: set[str]) -> None:
    known = services | granted() | rights_to_look() | {roles.PUBLIC, roles.SIGNED_IN}
    named = {
        (route, name)
        for route, view in checks.routes()
        if (policy := checks.policy_of(view)) is not None
        for name in (policy.values() if isinstance(policy, dict) else [policy])
    }
    assert {(route, name) for route, name in named if name not in known} == set()


PUBLIC_ROUTES = {
    "accounts/theme/",
    *("accounts/login/", "accounts/logout/", "accounts/signup/", "accounts/inactive/"),
    *("accounts/password/reset/", "accounts/password/reset/done/", "accounts/password/reset/key/done/"),
    "accounts/^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
    *("api/v1/auth/register", "api/v1/auth/login", "api/v1/auth/refresh"),
    *("api/v1/schema", "docs", "redoc", "healthz"),
    *("health/live", "health/ready", "metrics"),
    "messages/opt-out/<str:token>/",
    "appointments/board/<str:secret>/",
    *("prescriptions/verify/", "prescriptions/verify/<str:code>/<str:signs>/"),
}


def test_every_route_is_private_except_these() -> None:
    public = set()
    for route, view in checks.routes():
        policy = checks.policy_of(view)
        actions = getattr(view, "actions", {"get": "get"}).values()
        asked = [policy[action] for action in actions] if isinstance(policy, dict) else [policy]
        if roles.PUBLIC in asked:
            public.add(route)
    assert public == PUBLIC_ROUTES


# ── Services, tasks, migrations ─────────────────────────────────────────────


def test_every_service_names_its_actor(services: set[str]) -> None:
    for permission, act in acting.SERVICES.items():
        by = inspect.signature(act).parameters.get("by")
        assert by is not None, permission
        assert by.kind is inspect.Parameter.KEYWORD_ONLY, permission
        assert act.__doc__, permission


def test_every_task_that_is_queued_exists() -> None:
    worker.loader.import_default_modules()
    named = {entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values()}
    for file, tree in trees():
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "enqueue":
                first = node.args[0]
                assert isinstance(first, ast.Constant), f"{file}:{node.lineno}: name the task plainly"
                named.add(str(first.value))
    assert named - set(worker.tasks) == set()


@pytest.mark.django_db
def test_no_migration_is_missing() -> None:
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


def test_serializers_list_their_fields() -> None:
    for file, tree in trees():
        for node in ast.walk(tree):
            if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") == "fields":
                assert getattr(node.value, "value", "") != "__all__", f"{file}:{node.lineno}"


def test_on_mongodb_every_part_of_the_tests_has_its_turn() -> None:
    parts = re.search(r"^MONGO_PARTS := (.+)$", (ROOT / "Makefile").read_text(), re.MULTILINE)
    paths = re.search(r"^testpaths = (.+)$", (ROOT / "pytest.ini").read_text(), re.MULTILINE)
    assert parts
    assert paths
    assert sorted(re.split(r"[ +]", parts[1])) == sorted(paths[1].split())
