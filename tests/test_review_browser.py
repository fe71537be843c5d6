"""The review page in a real browser: by keyboard, with hostile reports, on small windows."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from selenium import webdriver
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.wait import WebDriverWait

from tests.review_store import make_store, served, text_of

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
DRIVER = shutil.which("chromedriver")
pytestmark = pytest.mark.skipif(
    CHROMIUM is None or DRIVER is None, reason="no browser: install Debian's chromium and chromium-driver"
)
SWITCHES = (
    "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking"
    " --disable-component-update --disable-sync --disable-dev-shm-usage --force-prefers-reduced-motion"
)
# A report that would run a script, leave its element, turn the direction of the page or of its text.
HOSTILE = (
    "</pre></section><script>document.title='ran'</script><img src=x onerror=\"document.title='ran'\">"
    "<svg onload=document.title='ran'> \u202egninrut\u202c {{ 7 * 7 }} &lt;b&gt; \U0001f600\r\n"
    "<b>Ki-67 7 DOUBT</b> </mark><a href='javascript:document.title=1'>\r\n\x1b[31m\x00"
)


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[webdriver.Chrome]:
    options = webdriver.ChromeOptions()
    options.binary_location = str(CHROMIUM)
    for switch in SWITCHES.split():
        options.add_argument(switch)
    options.add_argument(f"--user-data-dir={tmp_path_factory.mktemp('profile')}")
    options.add_argument("--window-size=1280,800")
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    driver = webdriver.Chrome(options, webdriver.ChromeService(str(DRIVER)))
    yield driver
    driver.quit()


class Page:
    """What a person sees and presses."""

    def __init__(self, browser: webdriver.Chrome) -> None:
        self.browser = browser

    def open(self, address: str) -> None:
        """Go to an address."""
        self.browser.get(address)
        self.ready()

    def ready(self) -> None:
        """Wait until the page takes keys."""
        self.until(lambda: self.browser.execute_script("return document.body.dataset.ready") == "1")

    def until(self, condition: Any) -> None:
        """Wait for something."""

        def holds(_: object) -> bool:
            try:
                return bool(condition())
            except Exception:  # noqa: BLE001 - an element of the page before
                return False

        WebDriverWait(self.browser, 20, 0.02).until(holds)

    def press(self, *keys: str) -> None:
        """Press keys, wherever the focus is."""
        for key in keys:
            self.browser.switch_to.active_element.send_keys(key)

    def text(self, selector: str) -> str:
        """The words of an element."""
        return str(self.browser.find_element(By.CSS_SELECTOR, selector).text)

    def heading(self) -> str:
        """Which report it is."""
        return self.text("h1")

    def said(self, words: str) -> None:
        """Wait for a message."""
        self.until(lambda: words in self.text("#said"))

    def script(self, code: str) -> Any:
        """Ask the page."""
        return self.browser.execute_script(code)


@pytest.fixture
def page(browser: webdriver.Chrome) -> Page:
    browser.delete_all_cookies()
    browser.set_window_size(1280, 800)
    browser.get_log("browser")
    return Page(browser)


def errors(page: Page) -> list[str]:
    """What the console of the browser complains of, but for keys that were refused."""
    severe = [entry["message"] for entry in page.browser.get_log("browser") if entry["level"] == "SEVERE"]
    return [message for message in severe if not message.endswith("409 (Conflict)")]


def gold(store: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (store / "review.gold.jsonl").read_text().splitlines()]


def test_ten_reports_by_keyboard_and_nothing_is_lost(page: Page, tmp_path: Path) -> None:
    store = make_store(tmp_path / "store", [text_of(number) for number in range(11)])
    with served(store, "--user", "Anna") as server:
        page.open(server.address)
        assert page.script("return location.search") == ""
        for number in range(10):
            page.until(lambda: page.heading() == f"Report R{number}")  # noqa: B023
            page.ready()
            assert page.text("mark.now") == f"Ki-67 {number + 2}"
            before = page.script("return document.activeElement.dataset.field")
            assert before == "ki67_percent"
            # Two keys settle a report with one uncertain field: a value, and Enter.
            page.press({0: "a", 1: "1", 2: "x"}.get(number, Keys.ENTER))
            page.said("All fields are settled")
            if number == 3:
                page.press("u")
                page.said("Undone")
                page.press("e")
                page.press("12-15 %", Keys.ENTER)
                page.said("All fields are settled")
            if number == 5:  # a reload loses nothing
                page.browser.refresh()
                page.ready()
                assert page.text(".card.settled strong") == "7"
            page.press(Keys.ENTER)
        page.until(lambda: page.heading() == "Report R10")
        assert page.text(".progress label").startswith("Signed off 10 of 11")
        server.kill()
    values = [{"low": number + 2, "high": number + 2} for number in range(10)]
    values[3] = {"low": 12, "high": 15}
    assert gold(store) == [
        {"id": f"R{number}", "ki67_percent": None if number in (1, 2) else values[number], "note": ""}
        for number in range(10)
    ]
    with served(store, "--user", "Anna") as server:
        page.open(server.address)
        assert page.heading() == "Report R10"
        assert page.text(".progress label").startswith("Signed off 10 of 11")
        page.press("u")  # reopens the report before
        page.until(lambda: page.heading() == "Report R9")
        assert len(gold(store)) == 9
    assert errors(page) == []


def test_hostile_reports_are_text_and_run_nothing(page: Page, tmp_path: Path) -> None:
    mixed = HOSTILE + "\n"  # not all lines end alike
    long = HOSTILE + "<script>document.title='ran'</script> & word\r\n" * 22_000
    assert len(long) > 1_000_000
    store = make_store(tmp_path / "store", [mixed, long])
    with served(store) as server:
        page.open(server.address)
        shown = HOSTILE.replace("\r\n", "\n")
        for sign in "\u202e\u202c\x1b\x00":
            shown = shown.replace(sign, "\ufffd")
        for text in (shown + "\n", shown + long[len(HOSTILE) :].replace("\r\n", "\n")):
            assert page.script("return document.querySelector('#text').textContent") == text
            assert page.browser.title == "Review"
            assert page.script("return document.querySelectorAll('#text *:not(span):not(mark)').length") == 0
            assert page.script("return document.scripts.length") == 1
            assert page.text("mark.now") == "Ki-67 7"
            # The place of marked words is that of the text as read, after an emoji and CR LF.
            page.press("/")
            page.press("</mark>", Keys.ENTER, "m")
            page.said("Saved")
            assert page.script(
                "return [...document.querySelectorAll('mark.now')].map(m => m.textContent)"
            ) == ["</mark>"]
            page.press(Keys.ENTER)
            page.said("All fields are settled")
            page.press(Keys.ENTER)
            page.until(lambda: page.heading() != "Report R0")
            if text == shown + "\n":
                page.ready()
        # The last page loads its style from the server, too.
        page.until(lambda: page.script("return document.readyState") == "complete")
    records = [json.loads(line) for line in (store / "review.corrected.jsonl").read_text().splitlines()]
    assert [record["fields"]["ki67_percent"]["evidence"][0]["text"] for record in records] == ["</mark>"] * 2
    assert [
        (one["evidence"][0]["start"], one["evidence"][0]["end"])
        for one in (record["fields"]["ki67_percent"] for record in records)
    ] == [(HOSTILE.index("</mark>"), HOSTILE.index("</mark>") + 7)] * 2
    assert errors(page) == []


def test_a_wrong_token_is_refused(page: Page, tmp_path: Path) -> None:
    store = make_store(tmp_path / "store", [text_of(0)])
    with served(store) as server:
        for address in (server.origin, f"{server.origin}/?token=wrong", f"{server.origin}/report/0"):
            page.browser.get(address)
            assert "DOUBT" not in page.browser.page_source
            assert "token" in page.text("body")
        page.open(server.address)
        assert "DOUBT" in page.browser.page_source


def test_another_page_cannot_read_or_decide(page: Page, tmp_path: Path) -> None:
    store = make_store(tmp_path / "store", [text_of(0)])
    attack = tmp_path / "attack.html"
    with served(store) as server:
        page.open(server.address)
        attack.write_text(
            f"<title>other</title><iframe id=f src='{server.origin}/report/0'></iframe><script>"
            f"fetch('{server.origin}/undo', {{method: 'POST', credentials: 'include', mode: 'no-cors'}})"
            f".catch(() => 0); fetch('{server.origin}/report/0', {{credentials: 'include'}})"
            ".then(a => a.text())"
            ".then(t => document.title = 'read', () => document.title = 'refused')</script>"
        )
        page.browser.get(attack.as_uri())
        page.until(lambda: page.browser.title == "refused")
        frame = page.browser.find_element(By.ID, "f")
        page.browser.switch_to.frame(frame)
        assert "DOUBT" not in page.browser.page_source
        page.browser.switch_to.default_content()


def test_keys_of_a_report_with_many_fields(page: Page, sample_store: Path, tmp_path: Path) -> None:
    with served(sample_store, "--db", str(tmp_path / "review.sqlite")) as server:
        page.open(server.address)
        first = page.heading()
        names = page.script("return [...document.querySelectorAll('.card')].map(c => c.dataset.field)")
        assert len(names) > 1

        def at() -> str:
            return str(page.script("return document.querySelector('[aria-current]').dataset.field"))

        assert at() == names[0]
        page.press("n")
        page.until(lambda: at() == names[1])
        page.press("k")
        page.until(lambda: at() == names[0])
        page.press("p")
        page.said("First field")
        page.press("s")
        page.said("not settled")
        page.press("?")
        assert page.browser.find_element(By.ID, "help").is_displayed()
        page.press(Keys.ESCAPE)
        # A field nobody asked about: mark words found by keyboard, then type.
        page.press("o")
        page.press(Keys.ENTER)
        page.until(lambda: at() not in names)
        page.press("e", "@@@", Keys.ENTER)
        page.until(lambda: page.text("#editor-wrong") != "")
        page.press(Keys.ESCAPE)
        page.press("N")
        page.until(lambda: page.heading() != first)
        page.ready()
        page.press("P")
        page.until(lambda: page.heading() == first)
        page.ready()
        page.press("S")
        page.until(lambda: page.heading() != first)
        page.ready()
        page.press("g")
        page.press(first.removeprefix("Report "), Keys.ENTER)
        page.until(lambda: page.heading() == first)
        page.ready()
        page.press("r")
        page.said("Reopened")
    assert errors(page) == []


def test_a_key_held_down_decides_once(page: Page, tmp_path: Path) -> None:
    store = make_store(tmp_path / "store", [text_of(number) for number in range(3)])
    with served(store) as server:
        page.open(server.address)
        held = {"key": "Enter", "code": "Enter", "windowsVirtualKeyCode": 13, "text": "\r"}
        for number in range(5):
            event = {"type": "keyDown", "autoRepeat": number > 0, **held}
            page.browser.execute_cdp_cmd("Input.dispatchKeyEvent", event)
        page.said("All fields are settled")
        page.press("j")  # after whatever the keys before did
        page.said("Last field")
        assert page.heading() == "Report R0"
        assert page.text(".progress label").startswith("Signed off 0 of 3")


@pytest.mark.parametrize("size", [(1280, 800), (500, 800)])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_fits_its_window_and_is_readable(
    page: Page, sample_store: Path, tmp_path: Path, size: tuple[int, int], scheme: str
) -> None:
    media = {"features": [{"name": "prefers-color-scheme", "value": scheme}]}
    page.browser.execute_cdp_cmd("Emulation.setEmulatedMedia", media)
    page.browser.set_window_size(*size)
    with served(sample_store, "--db", str(tmp_path / "review.sqlite"), "--user", "A. Reviewer") as server:
        page.open(server.address)
        width, outer, height, inner = page.script(
            "const d = document.documentElement;"
            "return [d.scrollWidth, innerWidth, d.scrollHeight, innerHeight]"
        )
        assert (width <= outer, height <= inner) == (True, True)
        marks = (By.CSS_SELECTOR, "mark.now, mark.other")
        while not page.browser.find_elements(*marks):
            page.press("j")  # what is not stated has no evidence
        for selector in ("#text", ".card[aria-current]", marks[1]):
            assert page.browser.find_element(By.CSS_SELECTOR, selector).rect["height"] > 0
        contrast = page.script(CONTRAST)
        assert [entry for entry in contrast if entry[1] < 4.5] == []
        unnamed = page.script(
            "return [...document.querySelectorAll('button, input, [role=group], section, pre, dialog')]"
            ".filter(e => !(e.getAttribute('aria-label') || e.getAttribute('aria-labelledby')"
            " || e.textContent.trim() || (e.labels && e.labels.length))).map(e => e.outerHTML)"
        )
        assert unnamed == []
        referred = page.script(
            "return [...document.querySelectorAll('[aria-labelledby], [aria-describedby]')].flatMap(e =>"
            " `${e.getAttribute('aria-labelledby') || ''} ${e.getAttribute('aria-describedby') || ''}`"
            ".split(' ').filter(Boolean)).filter(id => !document.getElementById(id))"
        )
        assert referred == []
        shots = os.environ.get("NENPATH_SCREENSHOTS")
        if shots:
            page.browser.save_screenshot(f"{shots}/review-{scheme}-{size[0]}.png")
    page.browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": []})
    assert errors(page) == []


# Contrast of words to the ground below them, as the guidelines for accessible pages (WCAG 2) compute it.
CONTRAST = """
const parse = (c) => (c.match(/[\\d.]+/g) || []).map(Number);
const light = ([r, g, b]) => {
  const linear = (v) => v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4;
  const [x, y, z] = [r, g, b].map((v) => linear(v / 255));
  return 0.2126 * x + 0.7152 * y + 0.0722 * z;
};
const ground = (e) => {
  for (; e; e = e.parentElement) {
    const c = parse(getComputedStyle(e).backgroundColor);
    if (c.length === 3 || c[3] === 1) return c;
  }
  return [255, 255, 255];
};
return [...document.querySelectorAll("h1, h2, p, strong, .note, button, kbd, mark, pre, summary, label")]
  .filter((e) => e.offsetParent !== null)
  .map((e) => {
    const [a, b] = [light(parse(getComputedStyle(e).color)), light(ground(e))].sort((p, q) => q - p);
    return [e.tagName + "." + e.className, (a + 0.05) / (b + 0.05)];
  });
"""
