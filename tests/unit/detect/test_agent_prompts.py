"""What agents send with every request holds nobody's name: prompts, tools, documents, history."""
# ruff: noqa: E501 (a paragraph of a prompt stays one line)

import pytest

from privity.detect.engine import PatternDetector
from privity.model.text import Leaf, Raw, Slot
from privity.model.words import Category

DETECTOR = PatternDetector.load()

PROMPT = """You are Claude, an assistant for software work. You are an Agent; keep your Tone plain and lean.

# Tone and Style
- Lean on what is there. Emit one line per finding. Emit JSON where a schema is given; never emit prose.
- Tone down adjectives. The tone of an answer follows the tone of the question.
- Mark a task as done when it is. Will this break? May it wait? Grant access, bill the customer, chase the bug.

# Sub-Agents and Workflows
Launch sub-agents for parallel workflows. Workflows may nest. Each of the Workflows has a Tally.

## Doing Tasks
1. Use Grep and Glob before Read. Use Bash for git, never for cat.
2. Write Lean proofs with Mathlib; port Ruby, Julia, Haskell, Crystal, Ada, Pascal, Scala, Elixir and Nim code.
3. Ask Claude Code, Copilot, Cursor, Devin, Gemini, Grok, Siri, Alexa, Watson, Sonnet, Haiku or Opus where it helps.
4. Deploy with Jenkins, Ansible, Puppet, Chef, Vagrant, Nomad, Consul, Vault, Jaeger, Loki and Cassandra.
"""
DOCUMENT = """# Getting Started With Docker Compose
## Amber Alerts, Crystal Clear
### Jenkins Pipeline Configuration
**Summary:** The Base Class Handles Setup. **Note:** Prefer Composition. Handle Errors Gracefully.
| Feature | Owner | Due |
|---|---|---|
| Sierra migration | Core Team | June |
Released on Monday, January 5, and again in April, May, June and August. Easter is late; Summer is short.
Ruby Gems, Iris dataset, Adam optimizer, Kalman Filter, Bloom Filter, Curry functions, Conway's Game of Life.
Windows, macOS Sierra, Monterey, Ventura and Sonoma; Debian Buster, Jessie and Trixie; Ubuntu Noble.
"""
SCHEMA = """{"name": "Task", "description": "Launch an Explore, Plan or Emit agent. Claude decides.",
"parameters": {"type": "object", "properties": {"tone": {"enum": ["Lean", "Frank", "Sunny"]},
"owner": {"type": "string", "description": "Who owns it, e.g. root"},
"month": {"enum": ["April", "May", "June"]}}, "required": ["tone"]}}"""


def names(*texts: str) -> list[str]:
    found = DETECTOR.find([Leaf(Raw(text), Slot.TEXT, "content") for text in texts])
    return [
        text[f.start : f.end]
        for text, findings in zip(texts, found, strict=True)
        for f in findings
        if f.category in {Category.NAME, Category.PLACE, Category.ORGANIZATION}
    ]


@pytest.mark.parametrize(
    ("text", "people"),
    [(PROMPT, {"Julia"}), (DOCUMENT, {"Adam", "Iris", "Jessie"}), (SCHEMA, set())],
    ids=["prompt", "document", "schema"],
)
def test_words_of_agents_are_no_names(text: str, people: set[str]) -> None:
    """Three words that are mostly people remain, and the test says which."""
    assert set(names(text)) - people == set()


@pytest.mark.parametrize(
    "text",
    [
        "Hey Claude, can you help me?",
        "Hi, I'm Claude! How can I help?",
        "Co-Authored-By: Claude",
        "Claude's answer was good. Tell Claude that, or ask Gemini.",
        "node ai.onnx:Relu follows ai.onnx:Ceil",
    ],
)
def test_an_assistant_is_no_person(text: str) -> None:
    assert names(text) == []


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("My name is Claude.", "Claude"),
        ("Claude Dupont painted it", "Claude Dupont"),
        ("ask Anna Lean about it", "Anna Lean"),
        ("I met Crystal yesterday", "Crystal"),
        ("Dear Amber,\nthanks", "Amber"),
        ("Heather came late", "Heather"),
    ],
)
def test_a_person_with_such_a_name_is_found(text: str, name: str) -> None:
    assert names(text) == [name]


def test_a_given_name_that_is_a_word_is_not_sought_in_lower_case() -> None:
    assert names("I met Crystal yesterday.", "a crystal ball; Crystal has it") == [
        "Crystal",
        "Crystal",
    ]


def test_a_sentence_ends_a_name() -> None:
    assert names("We saw Heather. Basil is a herb.") == ["Heather"]
