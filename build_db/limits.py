"""How much of anything is read: one set of numbers for every reader, the witness's own too.

Numbers and nothing else: the witness shares no code with those it watches, and decides by itself what lies beyond.
"""

from __future__ import annotations

from typing import Final

# The largest export seen is half a gigabyte. Text never packs a thousandfold.
MOST_BYTES: Final = 2 << 30
MOST_PACKED: Final = 1000
# Aliases can make a small YAML file expand without end; no real file comes near this many values.
MOST_VALUES: Final = 1_000_000
# Values inside values; real files know twenty. Python itself, SQLite and the pages give up somewhere beyond.
MOST_DEPTH: Final = 200
# Digits of a whole number; Python reads 4,300.
LONGEST_NUMBER: Final = 1000
# Characters of a name that are looked for in texts: nobody is called by more.
LONGEST_NAME: Final = 200
# What SQLite does to read one table: so many steps, and so many more for each byte of the file. A damaged file can
# lead in circles.
MOST_STEPS: Final = 200_000_000
STEPS_A_BYTE: Final = 50
