"""The page in a real browser: nothing leaves it, keys reach everything, axe-core finds nothing.

It needs Debian's chromium and chromium-driver, Selenium, and for axe-core the environment variable
GRADER_TEST_AXE with the path of axe.min.js.
"""

import re

import pytest
from support.browsers import requests, violations
from support.exhibits import exhibits, half, hostile_source
from support.reports import hostile, partial, perfect, refused

from grader.render.html.page import render

pytestmark = pytest.mark.slow

MADE = {
    "perfect": lambda: render(perfect(), exhibits(gradients=())),
    "half": lambda: render(half(), exhibits()),
    "hostile": lambda: render(hostile(), exhibits(hostile_source())),
    "partial": lambda: render(partial()),
    "refused": lambda: render(refused()),
}
NARROW = 390


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    """Pages of all kinds, as files."""
    folder = tmp_path_factory.mktemp("pages")
    for name, make in MADE.items():
        (folder / f"{name}.html").write_bytes(make())
    return {name: folder / f"{name}.html" for name in MADE}


@pytest.mark.parametrize("which", MADE)
def test_quiet(which, shown):
    """No page asks for anything, and none has anything to say on the console."""
    browser = shown(which)
    assert not requests(browser)
    assert not browser.get_log("browser")


def test_a_page_that_asks_is_caught(shown, tmp_path):
    """The two logs can tell: a picture from elsewhere is seen, and refused by the page's policy."""
    lame = MADE["refused"]().replace(b"</h1>", b"</h1><img src='http://127.0.0.1:9/x.png' alt=''>")
    (tmp_path / "policy.html").write_bytes(lame)
    (tmp_path / "none.html").write_bytes(lame.replace(b"Content-Security-Policy", b"x"))
    told = shown(tmp_path / "policy.html").get_log("browser")
    assert any("Content Security Policy" in entry["message"] for entry in told)
    browser = shown(tmp_path / "none.html")
    assert requests(browser) == ["http://127.0.0.1:9/x.png"]
    assert browser.get_log("browser")


def test_hostile_text_is_text(shown):
    """Text that looks like markup is read as text: no dialog opens, no element is made of it."""
    from selenium.common.exceptions import NoAlertPresentException  # noqa: PLC0415  may be missing

    browser = shown("hostile")
    with pytest.raises(NoAlertPresentException):
        _ = browser.switch_to.alert.text
    counts = browser.execute_script(
        "return ['script', 'img', 'b:not([style])', 'iframe', 'h1', 'a:not([href^=\"#\"])']"
        ".map(tag => document.querySelectorAll(tag).length)"
    )
    assert counts == [0, 0, 0, 0, 1, 0]
    text = browser.execute_script("return document.body.textContent")
    assert "<script>alert(1)</script> & ]]>" in text
    assert "</li></ol><script>alert(2)</script>" in text


@pytest.mark.parametrize("width", [NARROW, 1200])
@pytest.mark.parametrize("which", MADE)
def test_nothing_sticks_out(which, width, shown):
    """No page scrolls sideways, neither on a telephone nor on a desk, with everything opened."""
    browser = shown(which, width=width)
    widest = browser.execute_script(
        "document.querySelectorAll('details').forEach(d => d.open = true);"
        "return [...document.querySelectorAll('body *')].filter(e => !e.closest('svg, .skip'))"
        ".reduce((most, e) => Math.max(most, e.getBoundingClientRect().right),"
        " document.documentElement.scrollWidth)"
    )
    assert widest <= width + 1


def focused(browser):
    """The element that has the focus, as its place among all."""
    return browser.execute_script(
        "return [...document.querySelectorAll('*')].indexOf(document.activeElement)"
    )


@pytest.mark.parametrize("which", ["half", "perfect", "refused"])
def test_keys_reach_everything(which, shown):
    """Tab leads to every link and every summary, in order, and each is seen to be there."""
    from selenium.webdriver.common.action_chains import ActionChains  # noqa: PLC0415  likewise
    from selenium.webdriver.common.keys import Keys  # noqa: PLC0415  likewise

    browser = shown(which)
    wanted = browser.execute_script(
        "const all = [...document.querySelectorAll('*')];"
        "return all.flatMap((e, n) => e.matches('a, summary') ? [n] : [])"
    )
    found = []
    for _ in wanted:
        ActionChains(browser).send_keys(Keys.TAB).perform()
        found.append(focused(browser))
        outline = browser.execute_script(
            "const s = getComputedStyle(document.activeElement); return s.outlineStyle"
        )
        assert outline == "solid"
    assert found == wanted


def test_details_open_with_enter(shown):
    """Enter opens the small case of a method, and closes it again."""
    from selenium.webdriver.common.keys import Keys  # noqa: PLC0415  likewise

    browser = shown("half")
    summary = browser.find_element("css selector", ".method summary")
    program = browser.find_element("css selector", ".method details pre")
    assert not program.is_displayed()
    summary.send_keys(Keys.ENTER)
    assert program.is_displayed()
    assert "from nn import softmax" in program.text
    summary.send_keys(Keys.ENTER)
    assert not program.is_displayed()


def test_the_skip_link(shown):
    """The first thing that Tab reaches skips to what was found."""
    from selenium.webdriver.common.action_chains import ActionChains  # noqa: PLC0415  likewise
    from selenium.webdriver.common.keys import Keys  # noqa: PLC0415  likewise

    browser = shown("half")
    ActionChains(browser).send_keys(Keys.TAB, Keys.ENTER).perform()
    assert browser.execute_script("return document.activeElement.id") == "main"


COLOURS = """
const colour = (selector, what) => getComputedStyle(document.querySelector(selector))[what];
return [colour('html', 'backgroundColor'), colour('html', 'color'),
        colour('svg text', 'fill'), colour('.digits image', 'filter')];
"""


def test_light_dark_and_paper(shown):
    """Page and pictures are dark where that is wished, and light on paper all the same."""
    found = {
        (scheme, media): shown("half", scheme=scheme, media=media).execute_script(COLOURS)
        for scheme in ("light", "dark")
        for media in ("", "print")
    }
    light, dark = found["light", ""], found["dark", ""]
    assert light[0] == "rgb(255, 255, 255)"
    assert light[3] == "none"
    assert all(one != other for one, other in zip(light, dark, strict=True))
    assert found["dark", "print"] == found["light", "print"]
    assert found["dark", "print"][0] == "rgb(255, 255, 255)"


def test_paper_shows_what_is_folded(shown):
    """On paper, where nobody can open it, the small case is open; and it fits the sheet."""
    height = (
        "return document.querySelector('.method details pre')"
        ".checkVisibility({contentVisibilityAuto: true})"
    )
    assert not shown("half").execute_script(height)
    browser = shown("half", width=700, media="print")
    assert browser.execute_script(height)
    assert browser.execute_script("return document.documentElement.scrollWidth") <= 700
    printed = browser.execute_cdp_cmd("Page.printToPDF", {"printBackground": True})["data"]
    assert len(printed) > 20_000


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("which", MADE)
def test_axe_finds_nothing(which, scheme, shown, axe):
    """axe-core finds no violation of any rule of its own, best practices included."""
    assert violations(shown(which, scheme=scheme), axe) == []


def test_axe_would_find_something(shown, axe, tmp_path):
    """axe-core can tell: a pale text and a picture without a name are found."""
    lame = MADE["perfect"]().replace(b"--muted: #59636f", b"--muted: #b9c3cf")
    lame = re.sub(rb'<title id="loss-title">.*?</title>', b"", lame)
    (tmp_path / "lame.html").write_bytes(lame)
    found = {rule for rule, *_ in violations(shown(tmp_path / "lame.html"), axe)}
    assert {"color-contrast", "svg-img-alt"} <= found
