"""The redactor and its witness agree: any tree of any people builds, and what one lets pass the other does not find.

Names are of 1 to 12 letters: of every script, of hexadecimal letters only, or words of everyday. `make agreement` tries
20,000 trees, which takes about an hour.
"""

from __future__ import annotations

import json
import os
import tempfile
from itertools import cycle
from pathlib import Path
from typing import Any

import yaml
from conftest import KEY, conversation
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from build_db import BuildOptions, build

EXAMPLES = int(os.environ.get("AGREEMENT_EXAMPLES", "30"))
WREN, FIRST = "146dc54f-2e7f-40c6-8fd9-ef702e7ec537", "11111111-1111-4111-8111-111111111111"

SCRIPTS = (
    *("abcdef", "abcdefghijklmnopqrstuvwxyz", "àéîõüçñåøłđßæœğış", "абвгдежзиклмнопрстуфхцчшщъыьэюяёїґ"),
    *(
        "αβγδεζηθικλμνξοπρστυφχψωάέή",
        "אבגדהוזחטיכלמנסעפצקרשת",
        "ابتثجحخدذرزسشصضطظعغفقكلمنهوي",
        "अआइकखगघचजतदनपबमयरलवशसह",
    ),
    *(
        "กขคงจชซดตถทนบปผพมยรลวสหอ",
        "가나다라마바사아자차카타파하김이박최",
        "あいうえおかきくけこさしすせそ",
        "アイウエオカキクケコ",
    ),
    *("的一是不了人我在有他这中大来上国", "աբգդեզէըթժիլխծկհ", "აბგდევზთიკლმნოპ"),
)
EVERYDAY = (
    *("will", "may", "hope", "art", "mark", "page", "order", "status", "code", "name", "test", "user", "note", "data"),
    *("open", "new", "case", "key", "claude", "opus", "dolores", "vlk"),
)
letters = st.sampled_from(SCRIPTS).flatmap(lambda script: st.text(script, min_size=1, max_size=12))
part = letters | letters.map(str.title) | st.sampled_from(EVERYDAY) | st.sampled_from(EVERYDAY).map(str.title)
# What people write beside their name.
BESIDE = ("{}", "{}", "{}", "{} (she/her)", "{} ({})", "{} from {}", "{} - {}", "{}'s {}", "{}, {}", "Dr. {}", "the {}")
names = st.builds(
    lambda form, name, other: form.format(name, other),
    st.sampled_from(BESIDE), st.lists(part, min_size=1, max_size=3).map(" ".join), part,
)  # fmt: skip
FORMS = (
    "{}", "{}'s", "@{}", "{}2", "{}1990", "3{}9", "<{}>", "({})", "{}_x", "x_{}", "x-{}.md", "/home/{}/x", "so {} said",
    "C:\\Users\\{}\\x", "https://x.example/{}?a={}", "{}@post.example", "id 5b0e2c1a-0{}-4c8e", "commit 3{}9f1c",
    "claude-{}-4", "{}-4-5", "[[{}]]", "**{}**", "{},", "a {} b", "{} {}", "%20{}%20", "\\n{}", "get{}Profile",
    "{}，", "「{}」", "#{}", "用{}这个", "와{}이가", "за{}и", "и{}さん", "M{}", "&#8203;{}",
    "{}\u200b2", "\u200b{}\u00ad", "%0A{}%20",
    "&lt;{}&gt;", "Dr. {}", "the {} of the",
)  # fmt: skip


def wide(name: str) -> str:
    """A name in full width."""
    return "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in name)


def parted(name: str) -> str:
    """A name with something between its letters that is not seen."""
    return "\u200b".join(name)


def turned_around(name: str) -> str:
    """A name with marks of direction between its letters, which the pages leave out."""
    return "".join(mark + letter for mark, letter in zip(cycle("\u202e\u202c\u2066\u061c"), name, strict=False))


def spelled(name: str) -> str:
    """A name in HTML entities."""
    return "".join(c if c == " " else f"&#{ord(c)};" for c in name)


turned = st.sampled_from((str, str.lower, str.upper, str.title, wide, parted, turned_around, spelled))


@st.composite
def texts(draw: st.DrawFn, people: list[str]) -> str:
    """Words in which somebody is named somehow, whole or by one part."""
    pieces = []
    for _ in range(draw(st.integers(0, 4))):
        name = draw(st.sampled_from(people))
        name = draw(st.sampled_from([name, *name.split(), name.replace(" ", "_"), name.replace(" ", "")]))
        pieces.append(draw(st.sampled_from(FORMS)).format(*[draw(turned)(name)] * 2))
    return draw(st.sampled_from((" ", ", ", "\n", "-", ""))).join(pieces) or "Nothing."


@st.composite
def trees(draw: st.DrawFn) -> dict[str, Any]:
    """A small tree, in which people are named in every kind of place."""
    people = draw(st.lists(names, min_size=1, max_size=3, unique=True))
    text = texts(people)
    talk = conversation(FIRST, user_id=WREN, title=draw(text), working_summary=draw(text))
    for message in talk["messages"]:
        message["content"] = draw(text)
        message["marks"] = [{"category": draw(text), "description": draw(text)}]
        message["model"] = draw(st.sampled_from(("claude-opus-4", "gpt-4o", "phi3:3.8b")))
    item_id = draw(st.text("0123456789abcdef", min_size=8, max_size=8))
    item = {"id": item_id, "title": draw(text), "created_by": "user", "assigned_to": people[-1], "tags": [draw(text)]}
    page = "".join(c for c in draw(text) if c not in "/\0")[:60].strip(". ") or "Page"
    found: dict[str, Any] = {
        f"conversations/{FIRST}.json": talk,
        f"roadmap/items/{item_id}.json": {**item, "created_at": "2025-01-01", "updated_at": "2025-01-01"},
        f"wiki/concept/{page}.md": f"---\ntype: concept\ncreated: '2025-01-01'\n---\n# {draw(text)}\n\n{draw(text)}",
        "cass/self_profile.yaml": {"communication_patterns": {draw(text): [draw(text)]}, "notes": draw(text)},
        f"goals/{draw(st.sampled_from(('notes', 'plan')))}.txt": draw(text),
    }
    for number, name in enumerate(people):
        person = f"{number}{WREN[1:]}" if number else WREN
        found[f"users/{person}/profile.yaml"] = {"user_id": person, "display_name": name, "relationship": draw(text)}
    return found


def written(root: Path, files: dict[str, Any]) -> Path:
    for path, content in files.items():
        place = root / path
        place.parent.mkdir(parents=True, exist_ok=True)
        if not isinstance(content, str):
            as_yaml = path.endswith(".yaml")
            content = yaml.safe_dump(content, allow_unicode=True) if as_yaml else json.dumps(content)
        place.write_text(content, encoding="utf-8")
    return root


@settings(max_examples=EXAMPLES, suppress_health_check=list(HealthCheck))
@given(trees())
def test_every_tree_builds_and_the_witness_finds_nothing_that_redaction_left(files: dict[str, Any]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        root = written(Path(folder, "data"), files)
        build(root, Path(folder, "cass.db"), BuildOptions(key=KEY, strict=True))
