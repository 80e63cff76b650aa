"""Recall of people's names by origin and gender, on names that training never saw.

Each name stands in the same neutral sentences. Prints a table; the spread is the difference between
the best and the worst group in points.
"""

from __future__ import annotations

import argparse
import random
from collections import defaultdict
from collections.abc import Callable

import adapter
from compose.people import ORIGINS, Crowd, Person

SENTENCES = (
    "I spoke with {full} this morning about the contract.",
    "{first} told me that the parcel never arrived.",
    "can you ask {first_low} to call me back",
    "The meeting with {title} {last} is at noon.",
    "Please forward this to {full}, who knows the details.",
    "hey {first}, are we still on for lunch?",
    "Best wishes,\n{full}",
    "Witness {last} was not present at the hearing.",
)
DETECTORS = {
    "patterns": adapter.patterns,
    "small": adapter.small,
    "large": adapter.large,
    "fast": adapter.fast,
    "full": adapter.full,
}


def sentence(frame: str, person: Person) -> tuple[str, str]:
    """The text, and the part of it that must be found."""
    title = "Ms" if person.woman else "Mr"
    values = {
        "full": person.full,
        "first": person.first,
        "last": person.last,
        "first_low": person.first.lower(),
    }
    part = next(name for name in values if "{" + name + "}" in frame)
    return frame.format(**values, title=title), values[part]


def found(detect: Callable[[str], list[adapter.Span]], text: str, part: str) -> bool:
    """Whether every letter of the part is covered."""
    start = text.index(part)
    covered = {i for a, b, *_ in detect(text) for i in range(a, b)}
    return all(i in covered for i in range(start, start + len(part)) if text[i].isalpha())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=40, help="of each origin")
    parser.add_argument("--detector", choices=DETECTORS, default="fast")
    options = parser.parse_args()
    detect = DETECTORS[options.detector]()
    crowd = Crowd(random.Random(17), measure=True, short=0.0)
    hits: dict[str, list[bool]] = defaultdict(list)
    for origin in ORIGINS:
        for _ in range(options.people):
            person = crowd.of(origin)
            for frame in SENTENCES:
                hit = found(detect, *sentence(frame, person))
                hits[origin].append(hit)
                hits["women" if person.woman else "men"].append(hit)
    shares = {group: 100 * sum(all_) / len(all_) for group, all_ in hits.items()}
    for group, share in sorted(shares.items(), key=lambda pair: pair[1]):
        print(f"{group:16} {share:5.1f}")
    origins = [shares[origin] for origin in ORIGINS]
    print(
        f"spread over origins {max(origins) - min(origins):.1f}, women - men {shares['women'] - shares['men']:.1f}"
    )


if __name__ == "__main__":
    main()
