"""What honey people said: short exchanges as people have them, with a canary in each.

Invariants: the texts are made up and in the form in which real ones are kept (values as tokens);
which one is taken, and its tokens, depend on the home's secret, so that two homes do not have the
same; every exchange holds the canary of its conversation once.
"""

from __future__ import annotations

from collections.abc import Sequence

import orjson

from privity.model.token import ALPHABET, CODE_LENGTH, token
from privity.model.words import Category
from privity.vault.home_secrets import derive

_EXCHANGES = (
    (
        "Hi, this is {name}. Where is my parcel? The reference is {canary}.",
        "Thank you. The parcel {canary} is on its way to {place} and should arrive in two days.",
    ),
    (
        "I'd like to move my booking {canary} to next week. You can reach me at {mail}.",
        "I moved booking {canary}. A confirmation goes to {mail}.",
    ),
    (
        "Could you check case {canary}? My card ending was charged twice.",
        "I see two charges in case {canary}. One of them is being returned.",
    ),
    (
        "Draft a short note to {name}: the contract {canary} is ready to be signed in {place}.",
        "Dear {name}, the contract {canary} is ready. Could you come to {place} to sign it?",
    ),
    (
        "My prescription number is {canary}. Is it at the pharmacy in {place} already?",
        "Prescription {canary} can be collected in {place} from tomorrow on.",
    ),
    (
        "What does line 4 of invoice {canary} mean? {name} could not tell me.",
        "Line 4 of invoice {canary} is the fee for delivery. Shall I explain the others?",
    ),
    (
        "Please cancel order {canary} and write to {mail} when it is done.",
        "Order {canary} is cancelled. I wrote to {mail}.",
    ),
    (
        "Summarize what we agreed with {name} about claim {canary}.",
        "You agreed that claim {canary} is settled by the end of the month, and that {name} calls.",
    ),
)


def bodies(secret: bytes, canary: str, labels: Sequence[str], count: int) -> tuple[bytes, ...]:
    """Return so many exchanges of one conversation, as they are sealed."""
    made = []
    for number in range(count):
        random = derive(secret, "text", *labels, f"{number}")
        asked, answered = _EXCHANGES[random[0] % len(_EXCHANGES)]
        words = {
            "canary": canary,
            "name": _token(Category.NAME, random[1:9]),
            "mail": _token(Category.EMAIL, random[9:17]),
            "place": _token(Category.PLACE, random[17:25]),
        }
        record = {"asked": [asked.format(**words)], "answered": [answered.format(**words)]}
        made.append(orjson.dumps(record))
    return tuple(made)


def _token(category: Category, random: bytes) -> str:
    number = int.from_bytes(random, "big")
    letters = []
    for _ in range(CODE_LENGTH):
        number, letter = divmod(number, len(ALPHABET))
        letters.append(ALPHABET[letter])
    return token(category, "".join(letters))
