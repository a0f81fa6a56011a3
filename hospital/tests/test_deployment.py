"""What an installation is made from says what the settings ask for, and nothing that they do not know."""

import re
from configparser import ConfigParser
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).resolve().parent.parent.parent
ASKED = re.compile(r"""env\.\w+\(\s*["']([A-Z0-9_]+)["']""")
SHOWN = re.compile(r"^([A-Z0-9_]+)=", re.MULTILINE)
OF_OTHERS = {"ANONYMIZED_TELEMETRY"}  # what Chroma asks for
END_BY_THEMSELVES = {"prepare", "replica-set"}
UNITS = sorted((ROOT / "deploy" / "systemd").glob("*"))


def asked_for() -> set[str]:
    """The variables that settings read."""
    sources = [ROOT / "hospital" / "settings.py", ROOT / "hospital" / "engine.py"]
    return {name for source in sources for name in ASKED.findall(source.read_text())}


def shown() -> set[str]:
    return set(SHOWN.findall((ROOT / ".env.example").read_text()))


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    read: dict[str, Any] = yaml.safe_load((ROOT / "compose.yaml").read_text())
    return read


def unit(path: Path) -> ConfigParser:
    read = ConfigParser(strict=False, interpolation=None)
    read.optionxform = str  # type: ignore[assignment, method-assign]
    read.read_string(path.read_text())
    return read


# ── .env.example ────────────────────────────────────────────────────────────


def test_the_example_shows_every_variable_that_settings_read() -> None:
    assert asked_for() - shown() == set()


def test_the_example_shows_nothing_that_nobody_reads() -> None:
    assert shown() - asked_for() == {"PORT"}  # read by make run


# ── compose.yaml ────────────────────────────────────────────────────────────


def test_every_service_is_looked_after(compose: dict[str, Any]) -> None:
    for name, service in compose["services"].items():
        looked_after = service["healthcheck"]
        if name in END_BY_THEMSELVES:
            assert looked_after == {"disable": True}
            assert service["restart"] == "no"
        else:
            assert looked_after["test"], name
            assert service["restart"] == "unless-stopped", name


def test_every_image_is_pinned(compose: dict[str, Any]) -> None:
    for name, service in compose["services"].items():
        assert re.fullmatch(r"[a-z/]+:\d+\.\d+(\.\d+)?", service["image"]), name
    for line in re.findall("^FROM (.+)", (ROOT / "Dockerfile").read_text(), re.MULTILINE):
        assert re.match(r"python:3\.11-slim-bookworm( |$)", line)


def test_its_environment_is_what_settings_read(compose: dict[str, Any]) -> None:
    given = {name for service in compose["services"].values() for name in service.get("environment", {})}
    assert given - asked_for() == OF_OTHERS
    named = set(re.findall(r"\$\{([A-Z_]+)", (ROOT / "compose.yaml").read_text()))
    assert named - shown() == set()


def test_no_secret_has_a_value_of_its_own(compose: dict[str, Any]) -> None:
    given = compose["services"]["web"]["environment"]
    for name in ("SECRET_KEY", "JWT_SECRET_KEY", "BACKUP_KEY"):
        assert given[name].startswith(f"${{{name}:?"), "it must be given, or nothing starts"


def test_what_a_service_names_is_there(compose: dict[str, Any]) -> None:
    for name, service in compose["services"].items():
        assert set(service.get("depends_on", {})) <= set(compose["services"]), name
        assert set(service["networks"]) <= set(compose["networks"]), name
        volumes = {one.split(":")[0] for one in service.get("volumes", [])}
        assert volumes <= set(compose["volumes"]), name


def test_database_and_broker_are_reached_from_inside_only(compose: dict[str, Any]) -> None:
    assert compose["networks"]["inside"] == {"internal": True}
    for name in ("mongo", "valkey", "chroma"):
        service = compose["services"][name]
        assert (service["networks"], service.get("ports")) == (["inside"], None), name


def test_the_hospital_writes_into_its_volumes_only(compose: dict[str, Any]) -> None:
    for name in ("web", "worker", "beat", "prepare"):
        service = compose["services"][name]
        assert service["read_only"], name
        assert service["cap_drop"] == ["ALL"], name


# ── The image and the units ─────────────────────────────────────────────────


def test_the_image_runs_as_somebody_without_rights() -> None:
    words = (ROOT / "Dockerfile").read_text()
    assert re.search(r"^USER \d{5}$", words, re.MULTILINE)
    assert re.search(r"^HEALTHCHECK .*tools/healthy.py", words, re.MULTILINE)
    ignored = (ROOT / ".dockerignore").read_text().splitlines()
    assert {".env", ".git", "var", ".venv"} <= set(ignored)


@pytest.mark.parametrize("path", UNITS, ids=lambda path: path.name)
def test_a_unit_can_be_read_and_has_few_rights(path: Path) -> None:
    read = unit(path)
    assert read["Unit"]["Description"]
    if path.suffix == ".timer":
        assert path.with_suffix(".service") in UNITS
        return
    service = read["Service"]
    assert service["ExecStart"].startswith("/srv/hospital/app/.venv/bin/")
    assert service["User"] == "hospital"
    assert service["ProtectSystem"] == "strict"
    assert service["NoNewPrivileges"] == "true"


def test_there_is_a_unit_for_each_process() -> None:
    processes = {line.split(":")[0] for line in (ROOT / "Procfile").read_text().splitlines()}
    names = {path.stem.removeprefix("hospital-") for path in UNITS}
    assert processes - {"valkey"} <= names, "the broker has a unit of its distribution"
