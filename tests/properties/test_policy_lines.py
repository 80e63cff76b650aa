"""The lines named in errors are the lines of the file, however the file is written."""

from __future__ import annotations

import contextlib
import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from privity.errors import PolicyInvalid
from privity.policy.load import load
from privity.policy.where import Path, locate

names = st.text("abcxyz_-0", min_size=1, max_size=4)
quoted = st.text("ab.\"#=[]{} ä'\n\t", max_size=6)
blank = st.sampled_from(["", "\n", '# a [comment] = "x\n', "\n\t# more\n"])


class Pen:
    """Writes TOML in many styles and remembers the line on which each path was written."""

    def __init__(self, draw: st.DrawFn) -> None:
        self.draw = draw
        self.text = ""
        self.lines: dict[Path, int] = {(): 1}

    @property
    def line(self) -> int:
        return self.text.count("\n") + 1

    def key(self, name: str) -> None:
        bare = self.draw(st.booleans())
        self.text += name if bare else self.draw(st.sampled_from([f'"{name}"', f"'{name}'"]))

    def value(self, path: Path, depth: int) -> None:
        kind = self.draw(
            st.sampled_from(["scalar", "string", "list", "table"][: 4 if depth else 2])
        )
        if kind == "scalar":
            scalars = ["1", "-2.5e3", "true", "1979-05-27 07:32:00Z", "0x1f", "inf"]
            self.text += self.draw(st.sampled_from(scalars))
        elif kind == "string":
            self.string()
        elif kind == "list":
            self.list(path, depth)
        else:
            self.table(path, depth)

    def string(self) -> None:
        held = self.draw(quoted)
        escaped = held.replace("\\", "\\\\").replace('"', '\\"')
        flat = escaped.replace("\n", "\\n").replace("\t", "\\t")
        plain = held.replace("'", "").replace("\n", "")
        ends = self.draw(st.sampled_from(["", '"', '""']))
        self.text += self.draw(
            st.sampled_from(
                [
                    f'"{flat}"',
                    f"'{plain}'",
                    f'"""{escaped}{ends}"""',
                    f"'''\n{held.replace(chr(39), '')}'''",
                ]
            )
        )

    def list(self, path: Path, depth: int) -> None:
        self.text += "["
        for place in range(self.draw(st.integers(0, 3))):
            self.text += self.draw(blank)
            self.lines[(*path, place)] = self.line
            self.value((*path, place), depth - 1)
            self.text += self.draw(blank) + "," + self.draw(blank)
        self.text += self.draw(blank) + "]"

    def table(self, path: Path, depth: int) -> None:
        self.text += "{ "
        inside = self.draw(st.lists(names, max_size=2, unique=True))
        for number, name in enumerate(inside):
            self.text += ", " if number else ""
            self.pair(path, name, depth - 1)
        self.text += " }"

    def pair(self, path: Path, name: str, depth: int) -> None:
        self.lines[(*path, name)] = self.line
        self.key(name)
        if self.draw(st.integers(0, 4)) == 0:
            path, name = (*path, name), "dotted"
            self.lines[(*path, name)] = self.line
            self.text += " . dotted"
        self.text += self.draw(st.sampled_from([" = ", "=", "\t= "]))
        self.value((*path, name), depth)

    def body(self, path: Path) -> None:
        for name in self.draw(st.lists(names, max_size=3, unique=True)):
            self.text += self.draw(blank) + self.draw(st.sampled_from(["", "  "]))
            self.pair(path, name, 2)
            self.text += self.draw(st.sampled_from(["\n", " # [end]\n"]))


@st.composite
def documents(draw: st.DrawFn) -> tuple[str, dict[Path, int]]:
    pen = Pen(draw)
    pen.body(())
    for name in draw(st.lists(st.sampled_from(["T1", "T2", "T3"]), max_size=3, unique=True)):
        repeats = draw(st.integers(0, 2))
        pen.lines[(name,)] = pen.line
        if repeats == 0:
            pen.text += f"[ {name} ]\n"
            pen.body((name,))
        for place in range(repeats):
            pen.lines[(name, place)] = pen.line
            pen.text += f'[["{name}"]]  # once more\n'
            pen.body((name, place))
            pen.lines[(name, place, "In")] = pen.line
            pen.lines[(name, place, "In", "Deep")] = pen.line
            pen.text += f"[{name}.In.Deep]\n"
            pen.body((name, place, "In", "Deep"))
    return pen.text, pen.lines


@given(documents(), st.booleans())
def test_every_key_is_found_on_its_line(written: tuple[str, dict[Path, int]], crlf: bool) -> None:
    text, lines = written
    tomllib.loads(text)
    assert locate(text.replace("\n", "\r\n") if crlf else text) == lines


@given(st.text(max_size=40) | documents().map(lambda written: written[0]))
def test_whatever_a_file_holds_it_loads_or_is_refused_by_line(text: str) -> None:
    with contextlib.suppress(PolicyInvalid):
        load(text, "policy.toml")


@given(st.text('ab \n\t"', min_size=1))
def test_each_mistake_stands_on_a_line_of_its_own(name: str) -> None:
    escaped = name.replace('"', '\\"').replace("\n", "\\n")
    with pytest.raises(PolicyInvalid) as refusal:
        load(f'"{escaped}" = 1', "policy.toml")
    assert len(refusal.value.detail.splitlines()) == 5
    assert all(line.startswith("policy.toml:1: ") for line in refusal.value.detail.splitlines())
