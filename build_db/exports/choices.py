"""What an owner chooses among: formats, times and licences of an export. Data alone, for a command line to offer."""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple

SQLITE = "sqlite"
FORMATS = (SQLITE, "sql", "jsonl", "csv", "parquet", "conversations")


class Times(StrEnum):
    """How finely; in the order from fine to coarse, but for `shifted`, which stands beside them."""

    FULL = "full"
    DAY = "day"
    MONTH = "month"
    SHIFTED = "shifted"


DEFAULT_TIMES = Times.MONTH


class Licence(NamedTuple):
    """A licence by its SPDX identifier, as people and as dataset hubs name it."""

    spdx: str
    title: str
    hub: str
    url: str


LICENCES = {
    licence.spdx: licence
    for licence in (
        Licence(
            "CC-BY-4.0",
            "Creative Commons Attribution 4.0 International",
            "cc-by-4.0",
            "https://creativecommons.org/licenses/by/4.0/",
        ),
        Licence(
            "CC-BY-SA-4.0",
            "Creative Commons Attribution-ShareAlike 4.0 International",
            "cc-by-sa-4.0",
            "https://creativecommons.org/licenses/by-sa/4.0/",
        ),
        Licence(
            "CC-BY-NC-4.0",
            "Creative Commons Attribution-NonCommercial 4.0 International",
            "cc-by-nc-4.0",
            "https://creativecommons.org/licenses/by-nc/4.0/",
        ),
        Licence(
            "CC-BY-NC-SA-4.0",
            "Creative Commons Attribution-NonCommercial-ShareAlike 4.0 International",
            "cc-by-nc-sa-4.0",
            "https://creativecommons.org/licenses/by-nc-sa/4.0/",
        ),
        Licence(
            "CC0-1.0",
            "Creative Commons Zero 1.0 Universal",
            "cc0-1.0",
            "https://creativecommons.org/publicdomain/zero/1.0/",
        ),
    )
}
DEFAULT_LICENCE = "CC-BY-4.0"
