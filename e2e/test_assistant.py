"""Jonas asks about his patient, follows what is cited to where it stands, and learns nothing of somebody else's."""

import re
from collections.abc import Iterator

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page, expect

from assistant.providers.phrases import GREETS
from assistant.tests.wire import OpenAiWire
from e2e.browsing import Hand, Keys
from e2e.conftest import House, Open
from e2e.test_every_page import AXE
from hospital.tests.scratch import Scratch, served

pytestmark = [
    pytest.mark.browser,
    pytest.mark.mongo_slow("pages are drawn alike on both engines, and asking is tried on both without them"),
]


@pytest.mark.parametrize("variant", ["light", "keyboard", "no script"])
def test_an_answer_leads_to_where_it_stands(variant: str, open_as: Open, house: House) -> None:
    page = open_as("doctor", variant)
    hand = Keys(page) if variant == "keyboard" else Hand(page)
    hand.go(house.at("/patients/{patient}/"))
    hand.press(page.get_by_role("link", name="Ask").first)
    hand.write(page.get_by_label("Your question"), "What was the last potassium?")
    if variant == "keyboard":
        page.keyboard.press("Enter")
    else:
        hand.press(page.get_by_role("button", name="Ask"))

    turn = page.locator(".turn").last
    expect(turn).to_contain_text("Potassium 6.2 mmol/L")
    expect(turn).to_contain_text("Quoted by the built-in rules")
    expect(page).to_have_url(re.compile(r"/assistant/[0-9a-f-]{36}/"))
    expect(page.get_by_text("Nothing asked yet")).to_have_count(0)
    expect(page.get_by_role("region", name="Patient", exact=True)).to_contain_text("Allergies")
    if variant != "no script":
        is_announced_in_whole_sentences(page)
        page.evaluate(AXE_SCRIPT)
        assert page.evaluate(AXE) == []
    hand.press(turn.locator(".cite").first)
    expect(page).to_have_url(re.compile(r"/results/"))
    expect(page.locator("main")).to_contain_text("6.2")


def is_announced_in_whole_sentences(page: Page) -> None:
    """The answer is a polite live region, to which sentences are added; its question is ready for the next one."""
    answer = page.locator(".turn [role=log]").last
    expect(answer).to_have_attribute("aria-live", "polite")
    expect(answer).to_have_attribute("aria-relevant", "additions")
    said = answer.locator(".said").all_inner_texts()
    assert all(re.search(r"\.\s*(Source\s*\d+\s*)*$", text) for text in said), said
    expect(page.get_by_label("Your question")).to_have_value("")


def test_nothing_is_told_about_somebody_who_is_not_in_care(open_as: Open, house: House) -> None:
    page = open_as("doctor")
    page.goto(house.at("/patients/{stranger}/assistant/"))
    expect(page).to_have_url(re.compile(r"#declare$"))

    page.goto("/assistant/")
    page.get_by_label("Your question").fill("What was the last potassium of Stranger Zzstranger?")
    page.keyboard.press("Enter")
    turn = page.locator(".turn").last
    expect(turn.locator(".worded")).to_be_visible()
    expect(turn).not_to_contain_text("mmol/L")


def test_an_answer_is_copied_with_its_sources(open_as: Open, house: House) -> None:
    page = open_as("doctor", permissions=["clipboard-read", "clipboard-write"])
    page.goto(house.at("/patients/{patient}/assistant/"))
    page.get_by_label("Your question").fill("What was the last potassium?")
    page.keyboard.press("Enter")
    turn = page.locator(".turn").last
    turn.get_by_role("button", name="Copy with sources").click()
    expect(turn.get_by_role("button", name="✓")).to_be_visible()

    said, _empty, sources = page.evaluate("navigator.clipboard.readText()").partition("\n\n")
    assert re.search(r"Potassium 6\.2 mmol/L.* \[1\]", said)
    assert re.search(rf"\[1\] .+: “.*6\.2 mmol/L.*” {house.address}/patients/.+/results/", sources)


@pytest.fixture
def without_an_end(house: House) -> Iterator[str]:
    """The same hospital at another address, whose answers are worded outside and never end."""
    with OpenAiWire() as outside:
        outside.then(outside.never_ends(f"{GREETS}\n"))
        wanted = {
            "ASSISTANT_PROVIDER": "openai",
            "OPENAI_API_KEY": "key",
            "OPENAI_BASE_URL": outside.base_url,
        }
        env = house.here.env | wanted | {"ASSISTANT_OUTSIDE": "true", "ASSISTANT_MODEL": "wire-1"}
        with served(Scratch(env, house.here.folder), workers=1) as port:
            yield f"http://127.0.0.1:{port}"


def test_an_answer_is_stopped_and_stays_as_far_as_it_came(open_as: Open, without_an_end: str) -> None:
    page = open_as("doctor", watched=False)  # who is logged in at one address is so at the other
    page.goto(f"{without_an_end}/assistant/")
    page.get_by_label("Your question").fill("What can be asked here?")
    page.keyboard.press("Enter")
    turn = page.locator(".turn").last
    expect(turn.locator(".said")).to_have_text(GREETS, timeout=60_000)  # a new server loads what it asks with
    page.get_by_label("Your question").press("Escape")

    for _ in range(2):
        expect(turn).to_contain_text("Stopped before its end.")
        expect(turn.locator(".said")).to_have_text(GREETS)
        expect(turn.get_by_role("button", name="Stop")).to_have_count(0)
        page.reload()
