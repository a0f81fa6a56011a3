"""The real server on a hospital of its own, a real Chromium, and people who are logged in."""

import os
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from e2e.browsing import PASSWORD, VARIANTS, Hand, Watch, log_in
from e2e.zone import ZONE
from hospital.tests.mongo import ON_MONGO
from hospital.tests.scratch import Scratch, scratch, served
from tools.browser import browser as installed_browser

FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
)
PATIENTS = "12" if ON_MONGO else "60"
Tally = Counter[str]
counted: Tally = Counter()


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Last of all: while Playwright runs, this process counts as asynchronous, and Django's ORM refuses to."""
    items.sort(key=lambda item: item.get_closest_marker("browser") is not None)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    for what, number in counted.items():
        terminalreporter.write_line(f"{number} {what}")


@pytest.fixture
def tally() -> Tally:
    """What is counted here is said at the end of the run."""
    return counted


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """The machine's own Chromium. None is a reason to skip, except in CI."""
    path = installed_browser()
    if path is None:
        refuse = pytest.fail if os.environ.get("CI") == "true" else pytest.skip
        refuse("No Chromium on this machine. `make browser` installs Debian's; CHROMIUM names another.")
    return {**browser_type_launch_args, "executable_path": path, "args": list(FLAGS)}


@dataclass(frozen=True)
class House:
    """The running product, and where in it things are."""

    address: str
    known: dict[str, str]
    outbox: Path  # where letters are files
    here: Scratch  # its database and what is set for it

    def at(self, pattern: str) -> str:
        """The path of a pattern of e2e/pages.py."""
        return pattern.format(**self.known)


@pytest.fixture(scope="session")
def house(
    browser_type_launch_args: dict[str, Any], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[House]:
    """The production server, its files collected, with the demonstration's people. Made once for all stories."""
    folder = tmp_path_factory.mktemp("house")
    with scratch(folder) as here:
        here.env |= {"DEMO_PASSWORD": PASSWORD, "EMAIL_URL": "", "OUTBOX_FOLDER": str(folder / "outbox")}
        here.env["TIME_ZONE"] = ZONE
        here.env |= {"DJANGO_SETTINGS_MODULE": "e2e.settings", "E2E_STATIC_ROOT": str(folder / "static")}
        here.run("-m", "e2e.zone")
        collecting = here.start("manage.py", "collectstatic", "--noinput", "--verbosity", "0")
        seeding = Scratch(here.env | {"DEBUG": "true"}, folder).start(
            "manage.py", "seed_demo", "--patients", PATIENTS
        )
        for process in (collecting, seeding):
            process.communicate(timeout=300)
            assert process.returncode == 0, here.log.read_text()[-4000:]
        # On MongoDB planting takes minutes, and the main job, which is all that is seen there, needs none of the cast.
        known = {} if ON_MONGO else here.run("-m", "e2e.cast")
        with served(here) as port:
            yield House(f"http://127.0.0.1:{port}", known, folder / "outbox", here)
        assert "Traceback" not in here.log.read_text(), here.log.read_text()[-4000:]


@pytest.fixture(scope="session")
def base_url(house: House) -> str:
    return house.address


@pytest.fixture(scope="session")
def signed_in(browser: Browser, house: House) -> Callable[[str], Any]:
    """The cookies of somebody who has logged in, through the form, once for all stories."""
    kept: dict[str, Any] = {"": None}

    def cookies(who: str) -> Any:
        if who not in kept:
            context = browser.new_context(base_url=house.address)
            page = context.new_page()
            page.goto("/accounts/login/")
            log_in(Hand(page), who)
            page.wait_for_url(f"{house.address}/")
            kept[who] = context.storage_state()
            context.close()
        return kept[who]

    return cookies


class Open(Protocol):
    def __call__(
        self, who: str = "", variant: str = "light", *, watched: bool = True, **options: Any
    ) -> Page: ...


@pytest.fixture
def open_as(
    house: House, new_context: Callable[..., BrowserContext], signed_in: Callable[[str], Any]
) -> Iterator[Open]:
    """A new window of somebody who is logged in, or of a stranger. It may not err, nor ask other origins."""
    watch = Watch(house.address)

    def opened(who: str = "", variant: str = "light", *, watched: bool = True, **options: Any) -> Page:
        context = new_context(
            **{"storage_state": signed_in(who), "locale": "en-GB", **VARIANTS[variant], **options}
        )
        context.set_default_timeout(30_000)  # both engines are tested beside each other
        context.set_default_navigation_timeout(30_000)  # the first search for a code reads the whole book
        if watched:
            watch.over(context)
        return context.new_page()

    yield opened
    assert not watch.troubles, "\n".join(watch.troubles)
