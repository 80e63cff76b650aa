"""Polish names in other cases, by the commonest rules."""

from __future__ import annotations

_VOWELS = "aeiouyąęó"


def inflect(name: str, *, woman: bool, case: str) -> str:
    """Every part of a name in the genitive (`gen`), dative (`dat`) or instrumental (`inst`)."""
    return " ".join(_part(part, woman=woman, case=case) for part in name.split())


def _part(part: str, *, woman: bool, case: str) -> str:
    if part.endswith("."):
        return part
    if part.endswith(("ska", "cka", "dzka")):
        return part[:-1] + {"gen": "iej", "dat": "iej", "inst": "ą"}[case]
    if part.endswith(("ski", "cki", "dzki")):
        return part[:-1] + {"gen": "iego", "dat": "iemu", "inst": "im"}[case]
    if part.endswith("a"):
        stem = part[:-1]
        soft = stem.endswith(("i", "k", "g", "l", "j"))
        genitive = stem + (
            "i" if soft and not stem.endswith("i") else "" if stem.endswith("i") else "y"
        )
        return {"gen": genitive, "dat": genitive, "inst": stem + "ą"}[case]
    if woman or part[-1].lower() in _VOWELS:
        return part
    if part.endswith("ek"):
        part = part[:-2] + "k"
    return part + {"gen": "a", "dat": "owi", "inst": "iem" if part[-1] in "kg" else "em"}[case]
