import pickle

import pytest

from privity.errors import SecretShown
from privity.model import Raw


@pytest.mark.parametrize(
    "show", [str, "{}".format, pickle.dumps, lambda r: f"{r}", lambda r: "%s" % r]
)
def test_raw_text_cannot_be_shown(show) -> None:
    with pytest.raises(SecretShown):
        show(Raw("Alice"))


def test_its_repr_says_only_its_length() -> None:
    assert repr(Raw("Alice")) == "<Raw 5 characters>"
