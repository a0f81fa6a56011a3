"""Every page of everybody, light and dark, wide and narrow: usable by all, quiet, and within its policy."""

import re
from collections.abc import Iterable, Iterator, Sequence
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page, Request, expect

from e2e.browsing import VARIANTS
from e2e.conftest import House, Open, Tally
from e2e.pages import ERRORS, OTHERS, OUTSIDE, PAGES, shape

pytestmark = [pytest.mark.browser, pytest.mark.mongo_slow("pages are drawn alike on both engines")]

FEW_LOOKS = ("light", "narrow dark")
ALL_LOOKS = ("light", "dark", "narrow dark", "narrow")
# These differ by role. The others are looked at with the first role that has them; `make soak` takes them all.
OWN = {
    *("/", "/patients/{patient}/", "/patients/{stranger}/", "/appointments/{visit}/"),
    *("/patients/{patient}/results/", "/patients/{patient}/notes/{signed_note}/"),
    *("/patients/{patient}/prescriptions/", "/patients/{patient}/prescriptions/{signed_medicine}/"),
    "/prescriptions/figures/",
}

ODD = re.compile("nonsense|qqqqqq")

AXE = """() => axe.run(document, {resultTypes: ["violations"]}).then(({violations}) => violations.map(
    (one) => `${one.id}, ${one.help}: ${one.nodes.slice(0, 3).map((node) => node.target.join(" ")).join(" | ")}`))"""
# In the next frame: what listens to a window that was made narrow has heard of it by then.
FLAWS = """() => new Promise(requestAnimationFrame).then(() => [
    [document.title.length > 12, "no title"],
    [document.querySelectorAll("h1").length === 1, "not one h1"],
    [document.querySelector("h1")?.innerText.trim(), "an empty h1"],
    [document.documentElement.scrollWidth <= innerWidth, `${document.documentElement.scrollWidth} px wide`],
    ...(innerWidth < 1024 ? [] : [...document.querySelectorAll(".table-wrap:not(:has(.paper))")].map((it) =>
        [it.scrollWidth <= it.clientWidth, `${it.getAttribute("aria-label")}: its end is hidden, ${it.scrollWidth} px of ${it.clientWidth}`])),
    ...[...document.querySelectorAll("main a, main bdi")].map((it) => [it, [...it.getClientRects()]]).map(([it, lines]) =>
        [lines.length < 5 || lines.some((line) => line.width > 60), `${it.textContent.slice(0, 20)}: squeezed to ${lines.length} lines`]),
    [!("owned" in window) && !document.querySelector("[onerror], script:not([src])"), "a name became a script"],
].filter(([holds]) => !holds).map(([, flaw]) => flaw))"""
RING = """() => {
    const at = document.activeElement, style = getComputedStyle(at), box = at.getBoundingClientRect();
    return at !== document.body && style.outlineStyle === "solid" && parseFloat(style.outlineWidth) >= 2
        && box.width > 0 && box.right > 0 && box.bottom > 0;
}"""
LINKS = "() => [...document.querySelectorAll('a[href]')].map((link) => link.href)"


def pages_to_look_at() -> Iterator[tuple[str, list[str]]]:
    """Each role with its pages: those which it has first, and those which are its own; odd questions in the soak."""
    seen: set[str] = set()
    for who, pages in PAGES.items():
        yield who, [page for page in pages if page in OWN or (page not in seen and not ODD.search(page))]
        seen |= set(pages)


def look(page: Page, address: str, looks: Iterable[str], tally: Tally) -> Iterator[str]:
    """What is wrong with a page that has been opened, in each of these looks."""
    page.keyboard.press("Tab")
    if not page.evaluate(RING):
        yield f"{address}: the first Tab stop cannot be seen"
    page.evaluate(AXE_SCRIPT)
    for name in looks:
        variant = VARIANTS[name]
        page.set_viewport_size(variant["viewport"])
        page.emulate_media(color_scheme=variant["color_scheme"])
        yield from (f"{address} {name}: {flaw}" for flaw in page.evaluate(FLAWS) + page.evaluate(AXE))
        tally["page looks passed through axe"] += 1


def stray_links(page: Page, who: str, house: House) -> Iterator[str]:
    """Links to pages that the table does not list for this role, or that it may not have."""
    known = {shape(one) for one in PAGES[who]}
    for link in page.evaluate(LINKS):
        path = urlsplit(link).path
        if link.startswith(house.address) and shape(path) not in known and not OTHERS.match(path):
            yield f"{page.url} leads to {path}, which e2e/pages.py does not list for {who}"


def wrong_with(
    who: str, pages: Iterable[str], looks: Sequence[str], open_as: Open, house: House, tally: Tally
) -> list[str]:
    """Of few looks each page is seen in one, in turn; of all of them in all."""
    page = open_as(who, reduced_motion="reduce")
    wrong: list[str] = []
    for number, pattern in enumerate(pages):
        address = house.at(pattern)
        answer = page.goto(address)
        if answer is None or answer.status not in {200, 422}:
            wrong.append(f"{address}: {answer and answer.status}")
            continue
        seen_in = [looks[number % len(looks)]] if looks is FEW_LOOKS else looks
        wrong += look(page, address, seen_in, tally)
        wrong += stray_links(page, who, house)
    return wrong


@pytest.mark.parametrize(("who", "pages"), [pytest.param(*one, id=one[0]) for one in pages_to_look_at()])
def test_the_pages_that_a_role_has(
    who: str, pages: list[str], open_as: Open, house: House, tally: Tally
) -> None:
    wrong = wrong_with(who, pages, FEW_LOOKS, open_as, house, tally)
    assert not wrong, "\n".join(wrong)


@pytest.mark.soak
@pytest.mark.parametrize("who", PAGES)
def test_every_page_of_every_role_in_every_look(who: str, open_as: Open, house: House, tally: Tally) -> None:
    wrong = wrong_with(who, PAGES[who], ALL_LOOKS, open_as, house, tally)
    assert not wrong, "\n".join(wrong)


def test_the_pages_outside(open_as: Open, house: House, tally: Tally) -> None:
    page = open_as(reduced_motion="reduce")
    wrong: list[str] = []
    for address in map(house.at, OUTSIDE):
        answer = page.goto(address)
        assert answer is not None
        assert answer.status == 200, address
        wrong += look(page, address, FEW_LOOKS, tally)
    assert not wrong, "\n".join(wrong)


def test_the_pages_of_errors(open_as: Open, tally: Tally) -> None:
    wrong: list[str] = []
    for who, address, status in ERRORS:
        page = open_as(who, reduced_motion="reduce")
        answer = page.goto(address)
        assert answer is not None
        assert answer.status == status, address
        wrong += look(page, address, FEW_LOOKS, tally)
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("address", ["/docs", "/redoc"])
def test_the_papers_of_the_api_ask_nobody_else(address: str, open_as: Open, house: House) -> None:
    """They are drawn from our server alone. ReDoc would fetch its logo from its makers: the policy stops that."""
    page = open_as("admin", watched=False)
    foreign: list[Request] = []
    page.on(
        "request",
        lambda asked: (
            None if asked.url.startswith((house.address, "data:", "blob:")) else foreign.append(asked)
        ),
    )
    page.goto(address)
    expect(page.get_by_text("patients").filter(visible=True).first).to_be_visible(timeout=30_000)
    page.wait_for_load_state("networkidle")
    assert {asked.failure for asked in foreign} <= {"csp"}, [asked.url for asked in foreign]


def test_the_administrators_window_keeps_to_the_policy(open_as: Open) -> None:
    """Django's own pages: they load and break no rule."""
    assert sum(1 for _ in admin_pages(open_as("admin"))) > 12


@pytest.mark.soak
def test_what_axe_says_of_the_administrators_window(open_as: Open, tally: Tally) -> None:
    """Counted, not judged: the pages are Django's."""
    for page in admin_pages(open_as("admin", reduced_motion="reduce")):
        page.evaluate(AXE_SCRIPT)
        tally["findings of axe in Django's admin, not judged"] += len(page.evaluate(AXE))


def admin_pages(page: Page) -> Iterator[Page]:
    """The page at each list of the administration, and at its first row."""
    page.goto("/admin/")
    paths = {urlsplit(link).path for link in page.evaluate(LINKS)}
    for path in sorted(one for one in paths if re.fullmatch(r"/admin/\w+/\w+/", one)):
        answer = page.goto(path)
        assert answer is not None
        assert answer.status == 200, path
        yield page
        row = page.locator("#result_list th a").first
        if row.count():
            answer = page.goto(row.get_attribute("href") or "")
            assert answer is not None
            assert answer.status == 200, page.url
            yield page
