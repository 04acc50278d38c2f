"""A real browser for tests of pages: fixtures that tests/conftest.py makes known.

A module that uses `shown` has a fixture `files`: its pages, by name.
"""

import json
import os
import shutil
from pathlib import Path

import pytest


def need(there, cure):
    """Skip where something is missing; in CI, where it must be there, fail."""
    if there:
        return
    if os.environ.get("CI", "").lower() not in {"", "0", "false"}:
        pytest.fail(cure)
    pytest.skip(cure)


@pytest.fixture(scope="session")
def browser():
    """Chromium without a window, whose network and console are logged."""
    chromium, driver = shutil.which("chromium"), shutil.which("chromedriver")
    need(chromium and driver, "run `apt-get install chromium chromium-driver` to test the page")
    webdriver = pytest.importorskip("selenium.webdriver", reason="pip install -e '.[test]'")
    options = webdriver.ChromeOptions()
    options.binary_location = chromium
    options.add_argument("--headless=new")
    options.add_argument("--disable-dev-shm-usage")
    if os.geteuid() == 0:  # Chromium's own sandbox refuses root
        options.add_argument("--no-sandbox")
    options.set_capability("goog:loggingPrefs", {"performance": "ALL", "browser": "ALL"})
    started = webdriver.Chrome(options, webdriver.ChromeService(driver))
    try:
        started.execute_cdp_cmd("Network.enable", {})
        yield started
    finally:
        started.quit()


@pytest.fixture(scope="session")
def axe():
    """The text of axe-core."""
    path = os.environ.get("GRADER_TEST_AXE", "")
    need(
        path and Path(path).is_file(),
        "run `npm install axe-core` and set GRADER_TEST_AXE to its axe.min.js",
    )
    return Path(path).read_text("utf-8")


@pytest.fixture
def shown(browser, files):
    """Opens a page, wide or narrow, light or dark, on a screen or on paper, with scripts or not."""

    def show(name, *, width=1200, scheme="light", media="", scripts=True):
        path = files[name] if isinstance(name, str) else name
        feature = {"name": "prefers-color-scheme", "value": scheme}
        size = {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": False}
        browser.execute_cdp_cmd(
            "Emulation.setEmulatedMedia", {"media": media, "features": [feature]}
        )
        browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
        browser.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": not scripts})
        for kind in ("performance", "browser"):
            browser.get_log(kind)  # reading it empties it
        browser.get(path.as_uri())
        return browser

    yield show
    browser.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": False})
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "", "features": []})
    browser.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})


def requests(browser):
    """What the page has asked for, but itself and the pictures in it."""
    events = [json.loads(entry["message"])["message"] for entry in browser.get_log("performance")]
    asked = [
        event["params"]["request"]["url"]
        for event in events
        if event["method"] == "Network.requestWillBeSent"
    ]
    assert browser.current_url in asked, "the network was not logged"
    return [url for url in asked if url != browser.current_url and not url.startswith("data:")]


AXE = """
const done = arguments[arguments.length - 1];
document.querySelectorAll('details').forEach(d => d.open = true);
axe.run(document, {resultTypes: ['violations']}).then(
  found => done(found.violations.map(v => [v.id, v.help, v.nodes.slice(0, 3).map(n => n.html)])),
  error => done(String(error)));
"""


def violations(browser, axe):
    """What axe-core finds, with everything opened."""
    browser.execute_script(axe)
    return browser.execute_async_script(AXE)
