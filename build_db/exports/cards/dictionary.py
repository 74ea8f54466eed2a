"""What each column of an export holds: the schema's line, then what redaction did to it, then what the export did."""

from __future__ import annotations

from functools import cache

from build_db.exports.choices import DEFAULT_TIMES, Times
from build_db.exports.treatments import IDS, ONE_ROW_A_PERSON, TREATMENTS, export_policy
from build_db.redaction.policy import RULES, policy
from build_db.schema import Column, Table, column_descriptions, schema

TOLD = {Times.DAY: "Only the day.", Times.MONTH: "Only the month.", Times.SHIFTED: "Only the day, and moved."}


@cache
def column_lines(*, with_usage: bool, times: Times = DEFAULT_TIMES) -> dict[str, dict[str, str]]:
    """One line for each column, by table and column.

    :param with_usage: token counts are in the export
    :param times: how finely times are told
    """
    return {
        name: {column.name: _line(table, column, with_usage, times) for column in table.columns}
        for name, table in schema().items()
    }


def _line(table: Table, column: Column, with_usage: bool, times: Times) -> str:
    export = export_policy()
    treatment = export.treatments.get(table.name, {}).get(column.name, "as is")
    said = [column_descriptions()[table.name][column.name], RULES[policy().rules[table.name][column.name]].told]
    if export.is_time(column) and not table.tells_apart(column) and times is not Times.FULL:
        said = [said[0], TOLD[times if export.is_of_people(table) else Times.DAY]]
    elif treatment == "id" and column.scoped:
        said.append(IDS)
    elif treatment != "usage" or not with_usage:
        said.append(TREATMENTS[treatment])
    if column.name in export.one_row_a_person.get(table.name, ()):
        said.append(ONE_ROW_A_PERSON)
    # Redaction and export may do the same, such as cutting a time to its day.
    return " ".join(dict.fromkeys(filter(None, said)))
