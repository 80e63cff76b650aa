"""The large network reads where the small one is unsure, and nowhere else."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pytest
from tokenizers import Tokenizer

import privity.detect.language.detector as package
from privity.detect.language.careful import SHARE, Careful
from privity.detect.language.opinion import Opinion
from privity.detect.language.parts import Pieces, Window
from privity.detect.language.quick import Floats
from privity.detect.language.words import cut

TOKENIZER = Tokenizer.from_file(str(Path(package.__file__).parent / "data" / "tokenizer.json"))
TAGS = 69


@dataclass
class Certain:
    """A large network that takes everything for a name, and counts what it was asked."""

    asked: list[Window] = field(default_factory=list)

    def judge(
        self, texts: Sequence[Pieces], windows: Sequence[Window]
    ) -> Iterator[tuple[Window, Floats]]:
        assert all(texts)
        for window in windows:
            self.asked.append(window)
            scores = np.zeros((window.end - window.start, TAGS), np.float32)
            scores[:, 1] = 1
            yield window, scores


def opinion(text: str, chance: float) -> Opinion:
    words = cut(text)
    scores = np.zeros((len(words.words), TAGS), np.float32)
    scores[:, 0], scores[:, 1] = 1 - chance, chance
    return Opinion(text, words, scores)


@pytest.mark.parametrize("chance", [0.0, 0.01, 0.99, 1.0])
def test_a_settled_text_is_not_read_again(chance: float) -> None:
    network = Certain()
    read = opinion("Anna lives here", chance)
    (again,) = Careful(TOKENIZER, network, (0.02, 0.98)).again([read])
    assert not network.asked
    np.testing.assert_array_equal(again.scores, read.scores)


def test_an_unsure_text_has_the_opinion_of_both() -> None:
    read = opinion("Anna Nguyễn-Kowalska lives here", 0.4)
    (again,) = Careful(TOKENIZER, Certain(), (0.02, 0.98)).again([read])
    np.testing.assert_allclose(again.scores[:, 1], (1 - SHARE) * 0.4 + SHARE, atol=1e-6)
    np.testing.assert_allclose(read.scores[:, 1], 0.4, atol=1e-6)


def test_only_the_windows_with_something_unsure_are_read() -> None:
    network = Certain()
    read = opinion("plain words and nothing else, " * 200, 0.0)
    read.scores[-1, :2] = 0.5
    (again,) = Careful(TOKENIZER, network, (0.02, 0.98)).again([read])
    assert len(network.asked) == 1
    assert again.scores[-1, 1] > read.scores[-1, 1]
    np.testing.assert_array_equal(again.scores[:100], read.scores[:100])
