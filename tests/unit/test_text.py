"""Raw text has one door, and it is not this one."""

import copy
import json
import pickle

import pytest

from privity.errors import SecretShown
from privity.model.text import Raw, RawBody


@pytest.mark.parametrize("raw", [Raw("Alice"), RawBody(b"Alice")])
@pytest.mark.parametrize(
    "show",
    [
        str,
        "{}".format,
        lambda r: f"{r}",
        lambda r: "%s" % r,  # noqa: UP031
        pickle.dumps,
        copy.deepcopy,
    ],
)
def test_raw_text_cannot_be_shown(raw, show) -> None:
    with pytest.raises(SecretShown):
        show(raw)


def test_raw_text_is_no_json() -> None:
    with pytest.raises(TypeError):
        json.dumps(Raw("Alice"))


@pytest.mark.parametrize(
    ("raw", "says"), [(Raw("Alice"), "<Raw 5 characters>"), (RawBody(b"abc"), "<RawBody 3 bytes>")]
)
def test_its_repr_says_only_its_length(raw, says) -> None:
    assert repr(raw) == says
    assert len(raw) == int(says.split()[1])
