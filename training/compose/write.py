"""Write the generated training and measuring data.

    python -m compose.write OUT.jsonl --count 20000 --seed 1 [--measure] [--plain FOLDER ...]

Rows: {text, marks: [[start, end, label]], silent, lang, group}. `--plain` names folders of other
people's source code and messages in which nothing is personal; they are read, never shipped.
"""

from __future__ import annotations

import argparse
import ast
import json
import random
import re
from functools import lru_cache
from pathlib import Path

from compose.disguise import disguise
from compose.fill import Filler
from compose.forms import form, table
from compose.words import LANGS

_FRAMES = Path(__file__).parent / "frames"
_PROSE_SILENT = ("GENDER",)
_PROSE_SUSPECT = re.compile(
    r"@|author|copyright|licen[cs]e|\bby [A-Z]|http|20\d\d|19\d\d|(?<![.:] )(?<!^)\b[A-Z][a-z]{2,} [A-Z][a-z]+"
)


@lru_cache
def frames(lang: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Sentences and whole documents of a language."""
    lines = (_FRAMES / f"{lang}.txt").read_text("utf-8").splitlines()
    lines = [line.replace("\\n", "\n") for line in lines if line and not line.startswith("# ")]
    documents = tuple(line.removeprefix("= ") for line in lines if line.startswith("= "))
    return tuple(line for line in lines if not line.startswith("= ")), documents


class Writer:
    """Writes documents of all kinds."""

    def __init__(
        self, chance: random.Random, *, measure: bool, plain: tuple[str, ...], empty: float = 0.2
    ) -> None:
        self.chance, self.measure, self.plain, self.empty = chance, measure, plain, empty

    def document(self) -> dict[str, object]:
        lang = "en" if self.chance.random() < 0.4 else self.chance.choice(LANGS)
        if self.chance.random() < self.empty:
            return self._nothing(lang)
        filler = Filler(self.chance, lang, measure=self.measure)
        text, marks = filler.fill(self._template(lang))
        text, marks = disguise(text, marks, self.chance)
        silent = _PROSE_SILENT
        origins = sorted({person.origin for person in filler.people.values()})
        return {
            "text": text,
            "marks": [_row(m) for m in marks],
            "silent": silent,
            "lang": lang,
            "group": origins,
        }

    def _nothing(self, lang: str) -> dict[str, object]:
        """A document without personal data."""
        if self.plain and self.chance.random() < 0.75:
            text = self.chance.choice(self.plain)
        else:
            few = self.chance.sample(frames("none")[0], self.chance.randint(1, 5))
            text, _ = Filler(self.chance, lang).fill(self.chance.choice(("\n", " ")).join(few))
            text, _ = disguise(text, [], self.chance)
        return {"text": text, "marks": [], "silent": (), "lang": lang, "group": []}

    def _template(self, lang: str) -> str:
        sentences, documents = frames(lang)
        draw = self.chance.random()
        if draw < 0.14:
            return self.chance.choice(documents)
        if draw < 0.27:
            return form(self.chance, lang)
        if draw < 0.34:
            return table(self.chance, lang)
        few = [self.chance.choice(sentences) for _ in range(self.chance.choice((1, 1, 2, 3, 4, 6)))]
        if self.chance.random() < 0.3:
            few.insert(self.chance.randint(0, len(few)), self.chance.choice(frames("none")[0]))
        if self.chance.random() < 0.04:
            few.append(self.chance.choice(frames(self.chance.choice(LANGS))[0]))
        if draw < 0.42 and len(few) > 1:
            speakers = self.chance.choice(
                (
                    ("User", "Bot"),
                    ("Customer", "Agent"),
                    ("{first3}", "{first4}"),
                    ("Human", "Assistant"),
                    ("A", "B"),
                )
            )
            return "\n".join(f"{speakers[n % 2]}: {line}" for n, line in enumerate(few))
        if draw < 0.46:
            few = [f"- {line}" for line in few]
        if draw < 0.49:
            few = [*few, form(self.chance, lang)]
        return self.chance.choice((" ", " ", " ", "\n", "\n\n", " ... ")).join(few)


def _row(mark: tuple[int, int, str]) -> list[object]:
    return [mark[0], mark[1], mark[2]]


def _names() -> frozenset[str]:
    from compose.people import ORIGINS, _pools

    return frozenset(
        part
        for origin in ORIGINS
        for pool in _pools(origin)
        for name in pool
        for part in name.split()
    )


def read_plain(folders: list[Path], chance: random.Random, wanted: int) -> tuple[str, ...]:
    """Snippets of code, comments and messages without names, addresses or dates."""
    names, found = _names(), []
    files = [
        p
        for folder in folders
        for p in sorted(folder.rglob("*"))
        if p.suffix in {".py", ".po", ".js", ".pyi", ".h"}
    ]
    chance.shuffle(files)
    for path in files:
        if len(found) >= wanted:
            break
        text = path.read_text("utf-8", "ignore")
        if path.suffix == ".po":
            pieces = _messages(text, chance)
        else:
            lines = text.splitlines()
            begins = [chance.randrange(max(1, len(lines) - 30)) for _ in range(3)]
            pieces = [
                "\n".join(lines[b : b + chance.randint(3, 30)]) for b in begins
            ] + _docstrings(text, chance)
        for piece in pieces:
            words = set(re.findall(r"\b[A-Z][a-zà-ż]+\b", piece))
            if 20 < len(piece) < 1500 and not _PROSE_SUSPECT.search(piece) and not words & names:
                found.append(piece)
    return tuple(found)


def _docstrings(text: str, chance: random.Random) -> list[str]:
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError):
        return []
    kinds = (ast.FunctionDef, ast.ClassDef, ast.Module)
    found = [
        d for node in ast.walk(tree) if isinstance(node, kinds) and (d := ast.get_docstring(node))
    ]
    return [chance.choice(d.split("\n\n")) for d in chance.sample(found, min(3, len(found)))]


def _messages(text: str, chance: random.Random) -> list[str]:
    found = [m.replace("\\n", "\n") for m in re.findall(r'^msgstr "(.{8,}?)"$', text, re.MULTILINE)]
    chance.shuffle(found)
    return [" ".join(found[i : i + 3]) for i in range(0, min(36, len(found)), 3)]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("out", type=Path)
    parser.add_argument("--count", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument(
        "--measure", action="store_true", help="only names that training never sees"
    )
    parser.add_argument("--plain", type=Path, nargs="*", default=[])
    parser.add_argument("--empty", type=float, default=0.2, help="share with nothing personal")
    options = parser.parse_args()
    chance = random.Random(options.seed)
    wanted = round(options.count * max(0.25, options.empty))
    plain = read_plain(options.plain, chance, wanted)
    writer = Writer(chance, measure=options.measure, plain=plain, empty=options.empty)
    with options.out.open("w", encoding="utf-8") as out:
        for _ in range(options.count):
            out.write(json.dumps(writer.document(), ensure_ascii=False) + "\n")
    print(f"{options.count} documents, {len(plain)} plain snippets")


if __name__ == "__main__":
    main()
