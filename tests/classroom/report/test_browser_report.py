"""The class report in a real browser: it sorts, filters, is read by all, and asks for nothing.

It needs what tests/render/test_browser.py needs.
"""

import pytest
from support.browsers import requests, violations
from support.made_up import book, hostile_row

from grader.classroom.report.page import render
from grader.classroom.report.similarity import Pair, Similar
from grader.classroom.report.view import Class

pytestmark = pytest.mark.slow

NARROW = 390
MANY = 1000

SIMILAR = Similar((Pair("s0001", "s0002", 0.95, identical=False),), 1, 5, ("s0003",), usual=0.4)
MADE = {
    "class": lambda: render(
        Class(book(40), (("junk", "no file"),), "a folder", rosters=True, similar=SIMILAR)
    ),
    "hostile": lambda: render(Class((hostile_row(), *book(2)), threshold=50.0)),
    "nobody": lambda: render(Class(())),
    "many": lambda: render(Class(book(MANY), rosters=True)),
}
SMALL = ("class", "hostile", "nobody")


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    """Pages of all kinds, as files."""
    folder = tmp_path_factory.mktemp("pages")
    for name, make in MADE.items():
        (folder / f"{name}.html").write_bytes(make())
    return {name: folder / f"{name}.html" for name in MADE}


def column(browser, at):
    """What a column of the map reads, from top to bottom, without the lines that are hidden."""
    return browser.execute_script(
        "return [...document.querySelectorAll('#map-table tbody tr:not([hidden])')]"
        ".map(row => row.cells[arguments[0]].textContent)",
        at,
    )


def sort_by(browser, at):
    """Press the button that heads a column; returns what a reader is told of its order."""
    head = browser.find_elements("css selector", "#map-table thead th")[at]
    head.find_element("tag name", "button").click()
    return head.get_attribute("aria-sort")


@pytest.mark.parametrize("which", MADE)
def test_quiet(which, shown):
    """No page asks for anything, and none has anything to say on the console."""
    browser = shown(which)
    assert not requests(browser)
    assert not browser.get_log("browser")


def test_another_script_is_refused(shown, tmp_path):
    """The policy lets our one script run and no other: the log of the console can tell."""
    lame = MADE["nobody"]().replace(b"</h1>", b"</h1><script>document.title = 'x'</script>")
    (tmp_path / "lame.html").write_bytes(lame)
    browser = shown(tmp_path / "lame.html")
    assert any("Content Security Policy" in e["message"] for e in browser.get_log("browser"))
    assert browser.title != "x"


def test_hostile_text_is_text(shown):
    """Text that looks like markup is read as text: no dialog opens, no element is made of it."""
    from selenium.common.exceptions import NoAlertPresentException  # noqa: PLC0415  may be missing

    browser = shown("hostile")
    with pytest.raises(NoAlertPresentException):
        _ = browser.switch_to.alert.text
    counts = browser.execute_script(
        "return ['script', 'img', 'i', 'h1'].map(t => document.querySelectorAll(t).length)"
    )
    assert counts == [1, 0, 0, 1]
    assert any(name.startswith("<img src=x") for name in column(browser, 0))


def test_sort_by_points(shown):
    """A button sorts by its column, up and then down, by number, and says so."""
    browser = shown("class")
    before = [float(text) for text in column(browser, 1)]
    assert before != sorted(before)
    assert sort_by(browser, 1) == "ascending"
    assert [float(text) for text in column(browser, 1)] == sorted(before)
    assert sort_by(browser, 1) == "descending"
    assert [float(text) for text in column(browser, 1)] == sorted(before, reverse=True)
    assert sort_by(browser, 0) == "ascending"
    sorted_heads = browser.find_elements("css selector", "#map-table th[aria-sort]")
    assert len(sorted_heads) == 1


def test_sort_by_name_and_back(shown):
    """Names are sorted as a reader would, accents aside, and each keeps its own line."""
    browser = shown("class")
    lines = dict(zip(column(browser, 0), column(browser, 1), strict=True))
    sort_by(browser, 0)
    names = column(browser, 0)
    assert dict(zip(names, column(browser, 1), strict=True)) == lines
    latin = [name for name in names if name[0] in "AÉZ"]
    assert [name[0] for name in latin] == sorted((n[0] for n in latin), key="AÉZ".index)


def test_sort_with_keys(shown):
    """Tab and Enter sort as well as the mouse does."""
    from selenium.webdriver.common.keys import Keys  # noqa: PLC0415  likewise

    browser = shown("class")
    button = browser.find_element("css selector", "#map-table thead button")
    button.send_keys(Keys.ENTER)
    head = browser.find_element("css selector", "#map-table thead th")
    assert head.get_attribute("aria-sort") == "ascending"
    assert browser.execute_script("return getComputedStyle(arguments[0]).outlineStyle", button) == (
        "solid"
    )


def test_filter_by_name(shown):
    """Part of a name, without its accents, leaves those who have it, and says how many."""
    browser = shown("class")
    everybody = column(browser, 0)
    browser.find_element("id", "search").send_keys("elodie")
    left = column(browser, 0)
    assert left == [name for name in everybody if "Élodie" in name]
    assert 0 < len(left) < len(everybody)
    said = browser.find_element("id", "shown").text
    assert said == f"{len(left)} of {len(everybody)} shown"
    browser.find_element("id", "search").send_keys(" nobody")
    assert column(browser, 0) == []


def test_filter_by_method(shown):
    """Of a method, those who lost points in it are left, and a sort keeps it so."""
    browser = shown("class")
    points = column(browser, 3)
    browser.find_element("css selector", "#part option[value='3']").click()
    full = browser.find_elements("css selector", "#map-table thead th")[3].get_attribute(
        "data-most"
    )
    left = column(browser, 3)
    assert left == [text for text in points if float(text) < float(full)]
    assert 0 < len(left) < len(points)
    sort_by(browser, 3)
    assert sorted(left, key=float) == column(browser, 3)


def test_a_thousand_students(shown):
    """A thousand are sorted by every column and filtered; the first are shown, or all, if asked."""
    browser = shown("many")
    present = MANY - MANY // 20
    everything = "return [...document.querySelectorAll('#map-table tbody td:nth-child(2)')]"
    scores = browser.execute_script(f"{everything}.map(cell => Number(cell.textContent))")
    assert len(scores) == present
    said = browser.find_element("id", "shown")
    assert said.text == f"{present} of {present}, the first 200 shown"
    for at in range(len(browser.find_elements("css selector", "#map-table thead th"))):
        assert sort_by(browser, at) == "ascending"
    sort_by(browser, 1)
    assert [float(text) for text in column(browser, 1)] == sorted(scores)[:200]
    browser.find_element("id", "all").click()
    assert [float(text) for text in column(browser, 1)] == sorted(scores)
    assert said.text == f"{present} of {present} shown"
    browser.find_element("id", "search").send_keys("0942")
    assert len(column(browser, 0)) == 1


def test_who_is_not_shown_is_found(shown):
    """The filter looks at everybody, not at the first alone."""
    browser = shown("many")
    browser.find_element("id", "search").send_keys("0942")
    (name,) = column(browser, 0)
    assert "0942" in name
    assert not browser.find_element("id", "all").is_displayed()


def test_without_scripts(shown):
    """Without scripts it is a plain table of everybody, with no button that does nothing."""
    browser = shown("class", scripts=False)
    rows = browser.find_elements("css selector", "#map-table tbody tr")
    assert len(rows) == 38
    assert rows[0].is_displayed()
    assert not browser.find_elements("css selector", "#map-table button")
    assert not browser.find_element("id", "tools").is_displayed()


@pytest.mark.parametrize("width", [NARROW, 1200])
@pytest.mark.parametrize("which", SMALL)
def test_nothing_sticks_out(which, width, shown):
    """No page scrolls sideways, with everything opened: wide tables scroll within themselves."""
    browser = shown(which, width=width)
    widest = browser.execute_script(
        "document.querySelectorAll('details').forEach(d => d.open = true);"
        "return [...document.querySelectorAll('body *')]"
        ".filter(e => !e.closest('svg, .skip, .map *, .scroll *'))"
        ".reduce((most, e) => Math.max(most, e.getBoundingClientRect().right),"
        " document.documentElement.scrollWidth)"
    )
    assert widest <= width + 1


def test_paper_shows_the_whole_map(shown):
    """On paper the map is whole, light, and no wider than the sheet."""
    browser = shown("class", width=1000, scheme="dark", media="print")
    heights = browser.execute_script(
        "const map = document.querySelector('.map');"
        "return [map.scrollHeight, map.clientHeight, map.scrollWidth, map.clientWidth,"
        " getComputedStyle(document.documentElement).backgroundColor]"
    )
    assert heights[0] <= heights[1] + 1
    assert heights[2] <= heights[3] + 1
    assert heights[4] == "rgb(255, 255, 255)"


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("which", SMALL)
def test_axe_finds_nothing(which, scheme, shown, axe):
    """axe-core finds no violation of any rule of its own, best practices included."""
    assert violations(shown(which, scheme=scheme), axe) == []


def test_axe_would_find_something(shown, axe, tmp_path):
    """axe-core can tell: a shade too dark for its number is found."""
    lame = MADE["class"]().replace(b"--h2: #fbdfc0", b"--h2: #3b3b3b")
    (tmp_path / "lame.html").write_bytes(lame)
    found = {rule for rule, *_ in violations(shown(tmp_path / "lame.html"), axe)}
    assert "color-contrast" in found


def test_a_table_to_a_reader(shown):
    """To assistive software the map is a table: a header a line and a column, a cell a number."""
    browser = shown("class")
    browser.execute_cdp_cmd("Accessibility.enable", {})
    nodes = browser.execute_cdp_cmd("Accessibility.getFullAXTree", {})["nodes"]
    browser.execute_cdp_cmd("Accessibility.disable", {})
    roles = [node["role"]["value"] for node in nodes if not node["ignored"]]
    assert roles.count("rowheader") >= 38
    assert roles.count("columnheader") >= 12
    assert roles.count("cell") >= 38 * 12
