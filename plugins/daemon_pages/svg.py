"""The elements that plots are made of: bars, a scale, labels and a legend, as escaped SVG.

Shapes live in an inner `svg` that is stretched to the width there is; words and dots are placed in percent around it,
so that text keeps its size on a telephone and on a wide screen. Colors come from classes; without a style sheet
everything is drawn in `currentColor`. Nothing here makes a style, a script or an id.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Final

from markupsafe import Markup, escape

# Pixels: room above for the uppermost label, the drawing itself, the line of dates below, a line of a list.
TOP, AREA, FOOT, LINE = 12, 120, 24, 20

# Percent of the width that the labels of the scale take.
GUTTER = 12

LONGEST_LABEL: Final = 34

# Neither XML nor a reader has a use for these; the last are marks that turn the order of the text around them.
UNPRINTABLE: Final = re.compile(
    r"[^\t\n\r\x20-\x7e\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]|[\u202a-\u202e\u2066-\u2069]"
)


def picture(title: str, about: str, drawn: str, height: int) -> Markup:
    """The whole: one image to a screen reader, with a name and a description."""
    caption = tag("title", escaped(title)) + tag("desc", escaped(about))
    return Markup(
        tag(
            "svg",
            caption,
            drawn,
            xmlns="http://www.w3.org/2000/svg",
            class_="plot",
            role="img",
            width="100%",
            height=height,
            overflow="visible",
        )
    )


def compact(value: float) -> str:
    """A number in at most five characters, for the scale."""
    for size, letter in ((1e9, "B"), (1e6, "M"), (1e3, "k")):
        if value >= size:
            return f"{value / size:.3g}{letter}"
    return f"{value:.2g}" if value < 10 else f"{value:.0f}"


def short(label: str) -> str:
    """The label, or as much of it as fits a telephone."""
    return label if len(label) <= LONGEST_LABEL else label[: LONGEST_LABEL - 1].rstrip() + "…"


def tag(name: str, *children: str, **attributes: str | float) -> str:
    """An element. Children are markup already; attributes are escaped, `class_` is `class`, `x_y` is `x-y`."""
    given = "".join(f' {key.rstrip("_").replace("_", "-")}="{escaped(value)}"' for key, value in attributes.items())
    return f"<{name}{given}>{''.join(children)}</{name}>"


def escaped(value: object) -> str:
    """A value as text in XML, in an element or an attribute."""
    return str(escape(UNPRINTABLE.sub("", str(value))))


def text(x: str, y: float, label: str, anchor: str) -> str:
    """A line of text; `anchor` says which of its ends is at `x`."""
    return tag(
        "text", escaped(label), class_="plot-label", x=x, y=y, text_anchor=anchor, font_size=12, fill="currentColor"
    )


def across(share: float) -> str:
    """A place in the width that the axis leaves, from 0 to 1, for what is not stretched."""
    return f"{GUTTER + (100 - GUTTER) * share:.4g}%"


def axis(top: float, label: Callable[[float], str] = compact) -> str:
    """Three thin lines, and what they stand for."""
    drawn = ""
    for share in (0.0, 0.5, 1.0):
        y = TOP + AREA * (1 - share)
        drawn += tag(
            "line",
            class_="plot-grid",
            x1=f"{GUTTER}%",
            x2="100%",
            y1=y,
            y2=y,
            stroke="currentColor",
            stroke_opacity=0.25,
        )
        drawn += text(f"{GUTTER - 1}%", y + 4, label(top * share), "end")
    return drawn


def ends(first: str, last: str) -> str:
    """The first and the last date, under the ends of the scale."""
    y = TOP + AREA + 16
    return text(f"{GUTTER}%", y, first, "start") + (text("100%", y, last, "end") if last != first else "")


def stretched(shapes: Sequence[str], width: int) -> str:
    """Shapes in a space `width` wide and 100 high, stretched over what the axes leave."""
    return tag(
        "svg",
        *shapes,
        x=f"{GUTTER}%",
        y=TOP,
        width=f"{100 - GUTTER}%",
        height=AREA,
        viewBox=f"0 0 {width} 100",
        preserveAspectRatio="none",
    )


def bar(place: int, above: float, share: float, kind: str, tip: str, opacity: float = 1) -> str:
    """One bar or part of one: how much of the height lies below it, how much it takes, and its words."""
    return tag(
        "rect",
        tag("title", escaped(tip)),
        class_=kind,
        x=place + 0.1,
        y=f"{100 * (1 - above - share):.4g}",
        width=0.8,
        height=f"{100 * share:.4g}",
        fill="currentColor",
        fill_opacity=opacity,
    )


def opacity(number: int) -> float:
    """Keeps the series apart where no style sheet gives them colors."""
    return round(1 - 0.15 * number, 2)


def key(number: int, label: str) -> str:
    """A line of the legend, under the dates."""
    y = TOP + AREA + FOOT + LINE * number
    square = tag(
        "rect",
        class_=f"plot-series-{number}",
        x="0",
        y=y + 4,
        width=12,
        height=12,
        fill="currentColor",
        fill_opacity=opacity(number),
    )
    return square + text("20", y + 15, label, "start")
