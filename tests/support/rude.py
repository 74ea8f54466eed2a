"""Requests that no browser sends: what the server knows, with values that nobody gives it, and bytes without sense."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote_from_bytes

import yaml
from hypothesis import strategies as st

# Stands in what is asked for; must never come back alive.
MARK = "zq9"
_told = yaml.safe_load(Path(__file__).with_name("rude.yml").read_text(encoding="utf-8"))
PLACES, PARAMETERS, METHODS, NAMES = (_told[name].split() for name in ("places", "parameters", "methods", "headers"))
LONG = "9" * 4500
VALUES = [*(value for line in _told["values"] for value in line), LONG, "a" * 5000, "[" * 2000]
HELD = [
    *(value.encode("latin-1") for line in _told["held"] for value in line),
    *(way.format(LONG).encode() for way in ("bytes={}-", "bytes=-{}", "bytes=0-{}", "{}", "x-{}")),
]
BODIES = [body.encode("latin-1") for body in _told["bodies"]]


@dataclass(frozen=True)
class Rude:
    """One request, as it is sent."""

    target: bytes
    method: bytes = b"GET"
    headers: tuple[tuple[bytes, bytes], ...] = ()
    body: bytes = b""


def _quoted(text: str) -> st.SearchStrategy[bytes]:
    """A text as an address holds it: the usual way, Datasette's way, or as it is."""
    data = text.encode("utf-8", "surrogatepass")
    quoted = quote_from_bytes(data, safe="")
    as_it_is = [data] if re.fullmatch(rb"[!-~]+", data) else []
    return st.sampled_from([quoted.encode(), quoted.replace("%", "~").encode(), *as_it_is])


def _joined(glue: bytes, *parts: st.SearchStrategy[bytes]) -> st.SearchStrategy[bytes]:
    return st.tuples(*parts).map(glue.join)


_known_place = st.sampled_from(PLACES).map(str.encode)
_part = st.one_of(st.sampled_from(VALUES), st.text(max_size=12)).flatmap(_quoted)
_place = st.one_of(
    *[_known_place] * 3,
    _joined(b"/", _known_place, _part),
    _joined(b"", st.sampled_from(_told["before_places"]).map(str.encode), _known_place),
)
_pair = _joined(b"=", st.sampled_from(PARAMETERS).map(str.encode), _part)
_query = st.lists(_pair, max_size=3).map(lambda pairs: b"?" * bool(pairs) + b"&".join(pairs))
_target = _joined(b"", _place, _query)
_name = st.sampled_from(NAMES).map(str.encode)
_latin = st.text(st.characters(codec="latin-1", exclude_categories=["Cc"]), max_size=12).map(str.strip)
_value = st.one_of(st.sampled_from(HELD), _latin.map(lambda text: text.encode("latin-1")))
_headers = st.lists(st.tuples(_name, _value), max_size=3).map(tuple)
_method = st.sampled_from(METHODS).map(str.encode)
_bytes = st.binary(min_size=1, max_size=8)

# Most ask for a page with odd parameters, others are odd in every part, and few are no HTTP.
rude = st.one_of(
    *[st.builds(Rude, target=_target)] * 3,
    *[st.builds(Rude, target=_target, headers=_headers)] * 3,
    *[st.builds(Rude, target=_target, method=_method, headers=_headers, body=st.sampled_from(BODIES))] * 3,
    st.builds(Rude, target=_bytes, method=_bytes, headers=st.lists(st.tuples(_bytes, _bytes), max_size=2).map(tuple)),
)
