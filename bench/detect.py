"""How fast the first stage reads chat: megabytes per CPU second, beside a plain scan.

    python -m bench.detect [--messages 4000]

The text is made here: support questions, code, lists and small talk, some 500 characters each,
every fifth with one or two pieces of personal data. The floor, measured in the same run, is the
gates alone: the RE2 sets that read each message once. CPU time counts, because other work may share
the cores.
"""

from __future__ import annotations

import argparse
import random
import time
from collections.abc import Callable

from privity.detect.engine import PatternDetector
from privity.detect.matcher import Matcher
from privity.model.text import Leaf, Raw, Slot

PLAIN = """
Could you explain how {w} and {w} differ when the {w} is part of a larger {w}?
I have been trying to {w} the {w} for two days, but the {w} keeps failing with an error.
Write a short {w} about a {w} that wants to {w} before the {w} gets too {w}.
The report says that {n} % of the {w} were {w}, up from {n} % the year before.
def {w}_{w}(self, {w}: int = {n}) -> str: return self.{w}.get("{w}", "")
for {w} in range({n}): print(f"{w}: {{{w}}}")
Please rewrite the following paragraph so that it sounds more {w} and less {w}.
What is the best way to {w} a {w} without losing the {w}? I use version 3.{n}.1 on Ubuntu.
2024-05-{d} 12:{d}:07,{n} INFO [{w}] {w} finished in {n} ms, {n} items, id=7f3a{n}c0{n}e
First you {w}, then you {w}; after that the {w} should be {w}, as in chapter {d}.
It costs about ${n}.{d} per month, or ${n} if you pay once a year, taxes included.
Ich möchte wissen, wie man ein {w} richtig {w}, ohne dass etwas dabei kaputtgeht.
Je voudrais comprendre pourquoi le {w} ne marche plus depuis la dernière mise à jour.
No entiendo por qué el {w} no funciona cuando cambio el {w} por otro.
Thanks, that helped a lot! One more question: does the same hold for {w} and {w}?
- {w} the {w}
- check whether the {w} is {w}
- ask the {w} team about the {w}
I think that the {w} in the second sentence is wrong, because {w} is not a {w} there.
""".strip().splitlines()
# Made up: nobody lives behind these.
PERSONAL = (
    "My name is Margaret Okafor and I live at 12 Baker Street.",
    "Please write to m.okafor{n}@example.org or call +44 20 7946 0{n}.",
    "The card is 4111 1111 1111 1111, and my IBAN is GB82 WEST 1234 5698 7654 32.",
    "I am 34 years old and was born on 12/03/1987.",
    "Dear Tobias, the password is Sonne{n}! and the server is 203.0.113.{d}.",
    "Anna Kowalska told me that my order went to Springfield, IL 62704.",
)
ROUNDS = 5


def messages(count: int) -> list[str]:
    """Make `count` messages, the same ones each time."""
    chance = random.Random(7)  # noqa: S311 (no secret depends on it)
    syllables = [
        "ba",
        "ce",
        "di",
        "fo",
        "gu",
        "la",
        "me",
        "ni",
        "po",
        "ru",
        "sa",
        "te",
        "vi",
        "wo",
        "ka",
        "le",
        "mi",
        "nu",
        "ra",
        "so",
        "ter",
        "ing",
        "ion",
        "al",
        "ed",
    ]

    def fill(sentence: str) -> str:
        while "{w}" in sentence:
            word = "".join(chance.choices(syllables, k=chance.randint(1, 4)))
            sentence = sentence.replace("{w}", word, 1)
        while "{n}" in sentence:
            sentence = sentence.replace("{n}", str(chance.randint(100, 999)), 1)
        return sentence.replace("{d}", str(chance.randint(10, 28)))

    made = []
    for number in range(count):
        sentences = chance.choices(PLAIN, k=chance.randint(4, 9))
        if number % 5 == 0:
            sentences += chance.sample(PERSONAL, k=chance.randint(1, 2))
        made.append(" ".join(fill(s) for s in sentences))
    return made


def rate(work: Callable[[], object], size: int) -> float:
    """Return megabytes per CPU second, the best of some rounds."""
    best = float("inf")
    for _ in range(ROUNDS):
        start = time.process_time()
        work()
        best = min(best, time.process_time() - start)
    return size / 1e6 / best


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--messages", type=int, default=4000)
    texts = messages(parser.parse_args().messages)
    size = sum(len(text.encode()) for text in texts)
    detector = PatternDetector.load()
    leaves = [[Leaf(Raw(text), Slot.TEXT, "content")] for text in texts]
    matcher = Matcher(detector.sought())
    floor = rate(lambda: [matcher.gates(text) for text in texts], size)
    found = rate(lambda: [detector.find(leaf) for leaf in leaves], size)
    kinds = sum(len(findings) for leaf in leaves for findings in detector.find(leaf))
    print(f"{len(texts)} messages, {size / 1e6:.2f} MB, {kinds} findings")
    print(f"gate alone   {floor:7.1f} MB per CPU second")
    print(f"detection    {found:7.1f} MB per CPU second, {floor / found:.1f} times the gate's time")
    print(f"a message    {size / len(texts) / found:7.1f} us of CPU")


if __name__ == "__main__":
    main()
