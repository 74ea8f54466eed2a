"""What each column of an export holds: the schema's line, then what redaction did to it, then what the export did."""

from __future__ import annotations

from functools import cache

from build_db.exports.treatments import IDS, ONE_ROW_A_PERSON, TREATMENTS, export_policy
from build_db.redaction.policy import RULES, policy
from build_db.schema import Column, column_descriptions, schema


@cache
def column_lines(*, with_usage: bool) -> dict[str, dict[str, str]]:
    """One line for each column, by table and column.

    :param with_usage: token counts are in the export
    """
    return {
        name: {column.name: _line(name, column, with_usage) for column in table.columns}
        for name, table in schema().items()
    }


def _line(table: str, column: Column, with_usage: bool) -> str:
    export = export_policy()
    treatment = export.treatments.get(table, {}).get(column.name, "as is")
    said = [column_descriptions()[table][column.name], RULES[policy().rules[table][column.name]].told]
    if treatment == "id" and column.scoped:
        said.append(IDS)
    elif treatment != "usage" or not with_usage:
        said.append(TREATMENTS[treatment])
    if column.name in export.one_row_a_person.get(table, ()):
        said.append(ONE_ROW_A_PERSON)
    # Redaction and export may do the same, such as cutting a time to its day.
    return " ".join(dict.fromkeys(filter(None, said)))
