import pytest

from privity.gateway.replies import sse
from privity.gateway.replies.sse import Splitter, frame

ENDS = [b"\n", b"\r\n", b"\r"]


@pytest.mark.parametrize("end", ENDS)
def test_an_event_leaves_with_its_blank_line(end) -> None:
    splitter = Splitter()
    assert splitter.feed(b"data: a" + end) == []
    assert splitter.feed(end + b"data: b") == [b"data: a" + end + end]
    assert splitter.close() == b"data: b"


@pytest.mark.parametrize("end", ENDS)
def test_the_data_lines_of_an_event_are_joined(end) -> None:
    raw = end.join([b"event: x", b"id: 7", b"data: {", b"data:}", b"", b""])
    assert frame(raw).data == b"{\n}"
    assert frame(raw).with_data(b"1\n2") == raw.replace(b"{", b"1").replace(b"}", b"2")


def test_data_of_fewer_lines_leaves_the_others_empty() -> None:
    assert frame(b"data: a\ndata: b\n\n").with_data(b"c") == b"data: c\ndata: \n\n"


def test_a_byte_order_mark_is_not_part_of_a_field() -> None:
    assert frame(b"\xef\xbb\xbfdata: a\n\n").data == b"a"


def test_only_whole_field_names_count() -> None:
    assert frame(b": data: a\nxdata: b\ndatabase: c\n\n").lines == ()


def test_a_keep_alive_leaves_at_once() -> None:
    splitter = Splitter()
    assert splitter.feed(b": ping\n") == [b": ping\n"]
    assert splitter.feed(b": pi") == []
    assert splitter.feed(b"ng\r\n:\ndata: a\n") == [b": ping\r\n:\n"]
    assert splitter.feed(b"\n") == [b"data: a\n\n"]


def test_several_events_in_one_piece_stay_several() -> None:
    stream = b"data: a\n\n\ndata: b\n\ndata: c\r\n\r\n"
    assert len(Splitter().feed(stream)) == 3
    assert Splitter().feed(stream[:19]) == [b"data: a\n\n", b"\ndata: b\n\n"]


def test_an_event_without_end_is_let_go(monkeypatch) -> None:
    monkeypatch.setattr(sse, "MAX_FRAME", 10)
    splitter = Splitter()
    assert splitter.feed(b"data: 0123456789") == [b"data: 0123456789"]
    assert splitter.feed(b"x\n\n") == [b"x\n\n"]
