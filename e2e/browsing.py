"""What a story needs of a browser: a page that notices what goes wrong, and hands that press and write."""

import re
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

from playwright.sync_api import BrowserContext, ConsoleMessage, Locator, Page, Request, Response, expect

PASSWORD = "demo-demo-demo"
VARIANTS: dict[str, dict[str, Any]] = {
    "light": {"viewport": {"width": 1280, "height": 800}, "color_scheme": "light"},
    "dark": {"viewport": {"width": 1440, "height": 900}, "color_scheme": "dark"},
    "narrow": {"viewport": {"width": 320, "height": 720}, "color_scheme": "light"},
    "narrow dark": {"viewport": {"width": 320, "height": 720}, "color_scheme": "dark"},
    "no script": {"viewport": {"width": 1440, "height": 900}, "java_script_enabled": False},
    "keyboard": {"viewport": {"width": 1440, "height": 900}},
}
FARTHEST_TAB = 400
# A status that the story asks for, and a search that htmx gives up because the next letter has been typed.
EXPECTED = ("Failed to load resource", "htmx:sendAbort", "htmx:afterRequest")


@dataclass
class Watch:
    """Everything that no page may do, noted while it happens."""

    origin: str
    troubles: list[str] = field(default_factory=list)

    def over(self, context: BrowserContext) -> None:
        context.on("console", self._said)
        context.on("weberror", lambda error: self._note(f"script: {error.error}"))
        context.on("request", self._asked)
        context.on("response", self._answered)

    def _note(self, text: str) -> None:
        self.troubles.append(text)

    def _said(self, message: ConsoleMessage) -> None:
        """The policy's refusals come here as well. Answers with a status are judged in _answered."""
        if message.type == "error" and not message.text.startswith(EXPECTED):
            self._note(f"console: {message.text}")

    def _asked(self, request: Request) -> None:
        if not request.url.startswith((self.origin, "data:", "blob:")):
            self._note(f"asked another origin: {request.url}")

    def _answered(self, response: Response) -> None:
        allowed = 399 if response.request.resource_type in {"script", "stylesheet", "image", "font"} else 499
        if response.status > allowed:
            self._note(f"{response.status} for {response.url}")


class Hand:
    """Uses a page as somebody with a mouse does."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def go(self, address: str) -> None:
        self.page.goto(address)

    def press(self, target: Locator) -> None:
        target.click()

    def write(self, target: Locator, text: str) -> None:
        target.fill(text)

    def write_date(self, target: Locator, year: int, month: int, day: int) -> None:
        target.fill(f"{year}-{month:02}-{day:02}")

    def choose(self, target: Locator, label: str) -> None:
        target.select_option(label=label)

    def give(self, target: Locator, name: str, content: bytes) -> None:
        """A file, from the window in which the system asks for it."""
        with self.page.expect_file_chooser() as asked:
            self.press(target)
        asked.value.set_files({"name": name, "mimeType": "application/pdf", "buffer": content})

    def search(self, text: str) -> None:
        box = self.page.get_by_label("Find a patient")
        box.fill(text)
        box.press("Enter")

    def press_a_time(self) -> None:
        self.press(self.page.locator(".times a").first)


class Keys(Hand):
    """The same by Tab, Enter, arrows and letters alone."""

    def reach(self, target: Locator) -> None:
        """By Tab alone."""
        expect(target).to_be_visible()
        for _ in range(FARTHEST_TAB):
            if target.evaluate("it => it === document.activeElement"):
                return
            self.page.keyboard.press("Tab")
        raise AssertionError(f"Tab does not lead to {target}")

    def press(self, target: Locator) -> None:
        self.reach(target)
        self.page.keyboard.press("Enter")

    def write(self, target: Locator, text: str) -> None:
        self.reach(target)
        self.page.keyboard.type(text)

    def write_date(self, target: Locator, year: int, month: int, day: int) -> None:
        """The browser's own control, in the order of British English."""
        self.write(target, f"{day:02}{month:02}{year:04}")

    def choose(self, target: Locator, label: str) -> None:
        self.write(target, label)

    def search(self, text: str) -> None:
        self.page.keyboard.press("/")
        expect(self.page.get_by_label("Find a patient")).to_be_focused()
        self.page.keyboard.type(text)
        self.page.keyboard.press("Enter")

    def press_a_time(self) -> None:
        """Tab reaches the times, the arrows move among them; back to the first for the sake of the story."""
        times = self.page.locator(".times a")
        self.reach(times.first)
        if times.count() > 1:
            self.page.keyboard.press("ArrowRight")
            expect(times.first).not_to_be_focused()
            self.page.keyboard.press("ArrowLeft")
            expect(times.first).to_be_focused()
        self.page.keyboard.press("Enter")


def a_name() -> str:
    """A family name that nobody else has, nor one alike, of letters only."""
    return uuid4().hex.translate(str.maketrans("0123456789", "ghijklmnop"))[:17].capitalize()


def log_in(hand: Hand, who: str) -> None:
    """From the log-in page, wherever it leads to."""
    hand.write(hand.page.get_by_label(re.compile("E-?mail")), f"{who}@example.org")
    hand.write(hand.page.get_by_label("Password", exact=True), PASSWORD)
    hand.press(hand.page.get_by_role("button", name="Log in"))
