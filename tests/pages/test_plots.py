"""Plots are sound XML that holds no code, say their numbers in words and rows, and are the same for the same data."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import pytest
from daemon_pages.plots import MOST_SERIES, MOST_THEMES, Plot, activity, confidence, stacked, themes
from hypothesis import given
from hypothesis import strategies as st

SVG = "{http://www.w3.org/2000/svg}"
HOSTILE = "</text><script>alert(1)</script> \" onload='x' & \x00 \u202e ]]> <!--"

PLOTS = {
    "activity": lambda label: activity([("2025-05-01", 3), (label, 2)], title=label, noun=label),
    "stacked": lambda label: stacked([("2025-05", label, 3.5), ("2025-06", "b", 1)], title=label, noun=label),
    "themes": lambda label: themes([(label, 3), ("rounds", 1)], title=label, noun=label),
    "confidence": lambda label: confidence([("2025-05-01", 0.5), (label, 0.9)], title=label, until=label),
}
EMPTY = {
    "activity": activity([], title="Nothing"),
    "stacked": stacked([], title="Nothing", noun="tokens"),
    "themes": themes([], title="Nothing"),
    "confidence": confidence([], title="Nothing"),
}


def parsed(plot: Plot) -> ElementTree.Element:
    return ElementTree.fromstring(plot.svg)


def shapes(plot: Plot, kind: str) -> list[ElementTree.Element]:
    return [element for element in parsed(plot).iter() if element.get("class") == kind]


def words(plot: Plot) -> list[str]:
    return [element.text or "" for element in parsed(plot).iter(f"{SVG}text")]


def is_inert(plot: Plot) -> bool:
    """Nothing but drawing: no element or attribute that could run, load or style anything."""
    known = {"svg", "title", "desc", "rect", "line", "path", "circle", "text"}
    for element in parsed(plot).iter():
        if element.tag.removeprefix(SVG) not in known:
            return False
        if any(name in ("style", "id", "href") or name.startswith("on") for name in element.attrib):
            return False
    return True


@pytest.mark.parametrize("draw", PLOTS.values(), ids=PLOTS)
class TestEveryPlot:
    def test_is_an_image_with_a_name_and_a_description(self, draw):
        root = parsed(draw("2025-05-02"))
        assert root.get("role") == "img"
        assert [child.tag for child in root[:2]] == [f"{SVG}title", f"{SVG}desc"]
        assert root[0].text == "2025-05-02"
        assert root[1].text

    def test_shows_hostile_words_as_words(self, draw):
        plot = draw(HOSTILE)
        assert is_inert(plot)
        assert "\u202e" not in plot.svg
        assert parsed(plot)[0].text == re.sub("[\x00\u202e]", "", HOSTILE)

    @given(st.text())
    def test_is_sound_whatever_it_is_about(self, draw, label):
        assert is_inert(draw(label))

    def test_is_the_same_every_time(self, draw):
        assert draw("Rounds").svg == draw("Rounds").svg

    def test_fits_any_width_and_takes_the_color_of_the_text(self, draw):
        root = parsed(draw("2025-05-02"))
        assert root.get("width") == "100%"
        assert root.get("viewBox") is None  # or its text would shrink with it
        assert {element.get("fill") for element in root.iter()} <= {None, "none", "currentColor"}
        for inner in root.iter(f"{SVG}svg"):
            assert inner is root or inner.get("preserveAspectRatio") == "none"


@pytest.mark.parametrize("plot", EMPTY.values(), ids=EMPTY)
def test_without_data_says_so(plot):
    assert is_inert(plot)
    assert plot.rows == ()
    assert words(plot) == [plot.about]
    assert re.match("No .* yet.$", plot.about)


class TestActivity:
    @pytest.mark.parametrize(
        ("first", "last", "name", "bars"),
        [
            ("2025-06-14", "2025-06-14", "day", 1),
            ("2025-05-01", "2025-06-30", "day", 61),
            ("2025-05-01", "2025-07-31", "week", 14),
            ("2024-12-31", "2025-12-31", "week", 53),
            ("2023-10-30", "2025-02-01", "month", 17),
            ("2009-12-31", "2025-01-01", "year", 17),
        ],
    )
    def test_chooses_bars_by_the_time_they_cover(self, first, last, name, bars):
        plot = activity([(first, 1), (last, 2)], title="Messages")
        assert plot.columns == (name, "messages")
        assert len(plot.rows) == len(shapes(plot, "plot-bar")) == bars

    def test_begins_weeks_on_monday_and_leaves_no_day_out(self):
        plot = activity([("2025-03-02", 1), ("2025-03-03", 2), ("2025-06-01", 4)], title="Messages")
        assert plot.rows[:3] == (("2025-02-24", 1), ("2025-03-03", 2), ("2025-03-10", 0))
        assert sum(number for _, number in plot.rows) == 7

    def test_takes_times_for_their_day(self):
        plot = activity([("2025-03-02T10:00:00", 1), ("2025-03-02T23:59:59.5", 2)], title="Messages")
        assert plot.rows == (("2025-03-02", 3),)

    def test_draws_heights_in_proportion(self):
        plot = activity([("2025-03-01", 10), ("2025-03-02", 5), ("2025-03-03", 0)], title="Messages")
        assert [float(bar.get("height")) for bar in shapes(plot, "plot-bar")] == [100, 50, 0]

    def test_tells_what_has_no_date(self):
        plot = activity([("2025-03-02", 1), ("", 1), ("2025-13-45", 1), ("2025-W09-7", 1)], title="Messages")
        assert plot.rows == (("2025-03-02", 1),)
        assert plot.about.endswith("3 messages without a date.")
        assert activity([("some day", 4)], title="Messages").about == "4 messages without a date."

    def test_reaches_the_ends_of_time(self):
        assert len(activity([("0001-01-01", 1), ("9999-12-31", 1)], title="Messages").rows) == 9999
        assert activity([("9999-12-01", 1), ("9999-12-31", 1)], title="Messages").columns[0] == "day"


class TestStacked:
    def test_orders_series_by_their_size_and_fills_months_between(self):
        plot = stacked(
            [("2025-01", "small", 1), ("2025-01", "large", 5), ("2025-03", "large", 2)], title="Tokens", noun="tokens"
        )
        assert plot.columns == ("month", "large", "small")
        assert plot.rows == (("2025-01", 5, 1), ("2025-02", 0, 0), ("2025-03", 2, 0))

    def test_puts_parts_on_top_of_each_other(self):
        plot = stacked([("2025-01", "a", 6), ("2025-01", "b", 4)], title="Tokens", noun="tokens")
        (low, _), (high, _) = shapes(plot, "plot-series-0"), shapes(plot, "plot-series-1")
        assert (float(low.get("y")), float(low.get("height"))) == (40, 60)
        assert (float(high.get("y")), float(high.get("height"))) == (0, 40)

    def test_gathers_small_series(self):
        plot = stacked([("2025-01", f"model {n}", n + 1) for n in range(9)], title="Tokens", noun="tokens")
        assert plot.columns == ("month", "model 8", "model 7", "model 6", "model 5", "model 4", "others")
        assert len(plot.columns) == MOST_SERIES + 1
        assert sum(plot.rows[0][1:]) == sum(range(1, 10))

    def test_has_a_legend_with_sums(self):
        plot = stacked([("2025-01", "a", 1200), ("2025-02", "a", 34)], title="Tokens", noun="tokens")
        assert "a: 1,234" in words(plot)

    def test_draws_the_smallest_costs(self):
        plot = stacked([("2025-01", "a", 0.004), ("2025-01", "b", 0.001)], title="Cost", noun="US dollars")
        assert float(shapes(plot, "plot-series-1")[0].get("height")) == 20

    @given(st.lists(st.tuples(st.sampled_from(["2025-01", "2025-04", "no"]), st.text(max_size=3), st.floats(width=32))))
    def test_stays_inside_the_picture(self, amounts):
        plot = stacked(amounts, title="Tokens", noun="tokens")
        for bar in parsed(plot).iter(f"{SVG}rect"):
            if bar.get("width") == "0.8":
                assert float(bar.get("y")) >= -0.1
                assert float(bar.get("y")) + float(bar.get("height")) <= 100.1


class TestThemes:
    def test_shows_the_most_frequent_and_lists_all(self):
        plot = themes([(f"theme {n:02}", n) for n in range(1, 21)], title="Themes")
        assert len(shapes(plot, "plot-bar")) == MOST_THEMES
        assert len(plot.rows) == 20
        assert plot.rows[0] == ("theme 20", 20)
        assert [bar.get("width") for bar in shapes(plot, "plot-bar")][:2] == ["100%", "95%"]

    def test_shortens_long_names_in_the_picture_only(self):
        name = "records as a form of care when nobody asks for them"
        plot = themes([(name, 1)], title="Themes")
        assert plot.rows == ((name, 1),)
        assert words(plot)[0] == "records as a form of care when no…"


class TestConfidence:
    def test_goes_in_steps(self):
        plot = confidence([("2025-01-01", 0.25), ("2025-01-11", 1.0)], title="Rounds", until="2025-01-21")
        (line,) = shapes(plot, "plot-line")
        assert line.get("d") == "M0 75H0V75H50V0H100"
        assert [dot.get("cx") for dot in shapes(plot, "plot-point")] == ["12%", "56%"]
        assert plot.about == "25% from 2025-01-01, 100% since 2025-01-11."

    def test_of_one_day_is_a_level_line(self):
        plot = confidence([("2025-01-01", 0.5)], title="Rounds")
        assert shapes(plot, "plot-line")[0].get("d") == "M0 50H0V50H100"
        assert plot.rows == (("2025-01-01", 0.5),)

    def test_orders_days_and_keeps_the_last_word_of_each(self):
        plot = confidence([("2025-02-01T09", 0.4), ("2025-01-01", 0.1), ("2025-02-01T10", 0.6)], title="Rounds")
        assert plot.rows == (("2025-01-01", 0.1), ("2025-02-01", 0.6))

    def test_stays_between_nothing_and_all(self):
        odd = [("2025-01-01", -3.0), ("2025-01-02", 40.0), ("2025-01-03", float("nan"))]
        assert [value for _, value in confidence(odd, title="Rounds").rows] == [0, 1]
