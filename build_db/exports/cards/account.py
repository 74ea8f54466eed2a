"""What was taken out of an export and changed in it, counted, in words that a family understands."""

from __future__ import annotations

from collections.abc import Mapping

from build_db.exports.rekey import MENTIONS

# What a placeholder such as `[email 3f9a]` stands for, by its first word.
PLACEHOLDERS = {
    "address": "street addresses",
    "birthdate": "birth dates",
    "card": "card numbers",
    "coordinates": "places on the map",
    "credentials": "logins in links",
    "email": "mail addresses",
    "handle": "names on other sites",
    "iban": "bank accounts",
    "id": "identity numbers",
    "ip": "internet addresses",
    "mac": "device addresses",
    "phone": "telephone numbers",
    "secret": "passwords and keys",
    "user": "account names",
    "wallet": "crypto wallets",
}
WITHDRAWN = {"conversations": "conversations", "people": "people", "rows": "entries"}


def replaced(counts: Mapping[str, int]) -> dict[str, int]:
    """What stands in texts instead of something else.

    :param counts: by the first word of a placeholder, and mentions of people
    """
    counted = {"names of people changed": counts.get(MENTIONS, 0)}
    counted |= {
        f"{PLACEHOLDERS.get(kind, kind)} taken out": counts[kind] for kind in sorted(counts) if kind != MENTIONS
    }
    return {what: count for what, count in counted.items() if count}


def account(counts: Mapping[str, int], withheld: int, withdrawn: Mapping[str, int]) -> dict[str, int]:
    """All of it; what did not happen is left out.

    :param withheld: values whose words went
    :param withdrawn: what the owner took back: conversations, people and rows
    """
    counted = {"texts and values withheld": withheld}
    counted |= {f"{WITHDRAWN[what]} withdrawn": count for what, count in withdrawn.items()}
    return {**replaced(counts), **{what: count for what, count in counted.items() if count}}
