"""How much of real text is altered that holds nothing private, and how fast: what programs say, in all languages.

Programs bring their messages translated (`.mo`, as gettext writes them): some hundred thousand sentences in two hundred
languages on a desktop, few on a server. Nobody wrote them for this project. Mail addresses in them are not counted, a
few addresses of houses are real; nearly all else that is altered is a false alarm: `-v` lists some. Half of them,
by their digest, is told by itself. What was mended was seen in the other half; of `kept`, a dozen were seen in a build.
"""

from __future__ import annotations

import gettext
import random
import sys
import time
from collections import Counter, defaultdict
from hashlib import md5
from pathlib import Path

from redaction import redactor, row

FOLDERS = (Path(sys.prefix), Path(sys.base_prefix), Path("/usr"), Path("/Applications"), Path("/opt"))
# Shorter ones are words of menus; so many of one language.
SHORTEST, EACH = 16, 2_500
HALVES = ("looked at", "kept")


def main() -> None:
    messages = {language: sorted(texts) for language, texts in sorted(_messages().items())}
    print(f"{'what programs say':44}{'measured':>12}   in {len(messages)} languages")
    for half, name in enumerate(HALVES):
        texts = [text for all_of in messages.values() for text in some(all_of, half, EACH)]
        if texts:
            tell(name, texts, "messages")


def _messages() -> dict[str, set[str]]:
    """The translated messages of the programs on this machine, by language."""
    found: dict[str, set[str]] = defaultdict(set)
    for file in sorted({file for folder in FOLDERS for file in folder.rglob("LC_MESSAGES/*.mo")}):
        try:
            with file.open("rb") as opened:
                # There is no other way to ask for all of them.
                catalog = gettext.GNUTranslations(opened)._catalog  # type: ignore[attr-defined]
        except (OSError, UnicodeError, ValueError, LookupError):
            continue  # not for us to read
        texts = (text for key, text in catalog.items() if key and isinstance(text, str))
        found[file.parent.parent.name.partition(".")[0]].update(text for text in texts if len(text) >= SHORTEST)
    return found


def some(texts: list[str], half: int, most: int) -> list[str]:
    """At most so many texts of one half, which are the same each time."""
    own = [text for text in texts if md5(text.encode("utf-8", "surrogatepass")).digest()[-1] % 2 == half]
    return random.Random("messages").sample(own, min(len(own), most))


def tell(name: str, texts: list[str], what: str) -> None:
    """A row of how much is altered, by kind, and one of how fast."""
    shared, kinds, told = redactor(people=0), Counter[str](), []
    for text in texts:
        shared.counts.clear()
        if shared.redact(text) != text:
            found = Counter(kind for kind, _ in shared.counts.elements())
            kinds += found
            told += [f"{', '.join(sorted(found))}: {text}"] if found.keys() != {"email"} else []
    share = f"{len(told) / len(texts):.3%}"
    row(f"{name}: {len(texts):,} {what}, altered", share, "", met=True, shown=told)
    print("    " + ", ".join(f"{kind} {count}" for kind, count in kinds.most_common()))
    household, start = redactor(), time.process_time()
    for text in texts:
        household.redact(text)
    rate = sum(len(text.encode()) for text in texts) / 1e6 / (time.process_time() - start)
    row(f"{name}: first pass, a household of ten", f"{rate:.1f} MB/s", "", met=True)


if __name__ == "__main__":
    main()
