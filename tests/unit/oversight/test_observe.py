"""What an observer makes of the log: rows, volumes, habits, time."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from privity.audit.entry import Entry, Event, canonical
from privity.model.words import AppId, SubjectRef
from privity.oversight.baseline import Bound, usual
from privity.oversight.events import COLUMNS, Row, read
from privity.oversight.hours import hours
from privity.oversight.observe import SAME_ROWS, Knowledge, Observer, Past

NOW = datetime(2026, 3, 4, 12, tzinfo=UTC)
NOTHING = Knowledge(None, lambda _: False, lambda _: "reviewer")
FRESH = Past()
SECOND, HOUR, DAY = timedelta(seconds=1), timedelta(hours=1), timedelta(days=1)


def entry(event: Event, at: datetime = NOW, subject: str = "", **facts: str | int) -> Entry:
    return Entry(event, at, "p", subject=SubjectRef(subject) if subject else None, facts=facts)


def rows(*entries: Entry, ask: Knowledge = NOTHING, past: Past = FRESH) -> list[Row]:
    observer = Observer(ask, past)
    fed = enumerate(entries)
    return [row for number, each in fed for row in observer.feed(read(number, canonical(each)))]


def reading(who: str, count: int, at: datetime) -> Iterator[Entry]:
    for number in range(count):
        name = f"{who} {at.isoformat()} {number}"
        yield entry(Event.CONVERSATION_READ, at, name, by=who, purpose="review")


def test_an_entry_becomes_a_row_of_codes_and_references() -> None:
    (row,) = rows(entry(Event.ACCESS_DENIED, by="ann", action="see_keys", rule="two-factors"))
    assert (row.entry, row.event, row.actor, row.actor_kind) == (0, "access.denied", "ann", "staff")
    assert (row.action, row.rule, row.status) == ("see_keys", "two-factors", "failure")


def test_a_reason_or_a_ticket_has_no_column() -> None:
    assert not {"reason", "ticket", "text", "name", "mail"} & set(COLUMNS)


def test_exchanges_that_went_well_are_no_rows() -> None:
    allowed = Entry(Event.EXCHANGE_ALLOWED, NOW, "p", app=AppId("shop"), subject=SubjectRef("s"))
    assert rows(allowed, entry(Event.EXCHANGE_ENDED, code="ok")) == []


def test_one_actor_cannot_fill_the_table() -> None:
    many = [entry(Event.EXCHANGE_REFUSED, code="rate_limited") for _ in range(SAME_ROWS + 50)]
    assert len(rows(*many)) == SAME_ROWS


def looked_up(name: str) -> Entry:
    return entry(Event.PERSON_SEEN, NOW, name, by="sam")


def test_a_honey_record_cannot_be_hidden_behind_look_alikes() -> None:
    ask = Knowledge(None, lambda ref: ref == "honey", lambda _: "support")
    flood = [looked_up(f"s{number}") for number in range(SAME_ROWS + 6)]
    found = rows(*flood, looked_up("honey"), ask=ask)
    assert [row.subject for row in found if row.honey] == ["honey"]


def test_what_a_rule_refused_cannot_be_hidden_behind_look_alikes() -> None:
    flood = [entry(Event.ACCESS_DENIED, by="ann") for _ in range(SAME_ROWS + 6)]
    found = rows(*flood, entry(Event.ACCESS_DENIED, by="ann", rule="no-one-decides-alone"))
    assert found[-1].rule == "no-one-decides-alone"


def test_what_is_new_for_an_actor_cannot_be_hidden_behind_look_alikes() -> None:
    flood = [entry(Event.APP_ADDRESSED, source="here") for _ in range(SAME_ROWS + 6)]
    assert rows(*flood, entry(Event.APP_ADDRESSED, at=NOW + SECOND, source="there"))[-1].known == 0


def test_who_looks_up_one_person_after_another_is_unusual() -> None:
    found = rows(*(looked_up(f"s{number}") for number in range(40)))
    assert [(row.actor, row.action) for row in found if row.event == "volume.unusual"] == [
        ("sam", "people_looked_up")
    ]


def test_an_hour_with_far_more_people_than_usual_is_said_with_the_bound() -> None:
    past = Past({"role:reviewer": (2, 3, 2, 4) * 8})
    found = [r for r in rows(*reading("ann", 12, NOW), past=past) if r.event == "volume.unusual"]
    assert [(row.actor, row.count, row.usual) for row in found] == [("ann", 12, 2)]
    assert found[0].most == 11


def test_what_was_unusual_does_not_become_usual() -> None:
    observer = Observer(NOTHING, Past())
    feed = [*reading("ann", 20, NOW), *reading("ann", 2, NOW + HOUR), *reading("ann", 1, NOW + DAY)]
    for number, each in enumerate(feed):
        observer.feed(read(number, canonical(each)))
    _, samples = observer.learned()
    assert [each.count for each in samples if each.who == "ann"] == [2]


def test_a_machine_at_a_new_address_is_known_to_be_new_and_then_known() -> None:
    def acted(source: str, seconds: int) -> Entry:
        at = NOW + SECOND * seconds
        return entry(Event.APP_ADDRESSED, at, source=source)

    found = rows(acted("here", 0), acted("there", 1), acted("there", 2))
    assert [row.known for row in found] == [None, 0, 1]


def test_staff_have_two_weeks_to_show_their_places() -> None:
    def signed_in(source: str, days: int) -> Entry:
        return entry(Event.STAFF_SIGNED_IN, NOW + DAY * days, by="ann", source=source)

    found = rows(signed_in("desk", 0), signed_in("home", 3), signed_in("hotel", 20))
    assert [row.known for row in found if row.event == "staff.signed_in"] == [None, None, 0]


def test_a_wrong_try_teaches_no_address() -> None:
    wrong = entry(Event.STAFF_REFUSED, account="ann", source="evil", code="access_denied")
    right = entry(Event.STAFF_SIGNED_IN, NOW + SECOND, by="ann", source="evil")
    first = entry(Event.STAFF_SIGNED_IN, NOW - DAY * 30, by="ann", source="desk")
    assert [row.known for row in rows(first, wrong, right)][-1] == 0


def test_a_clock_that_went_back_is_said_once() -> None:
    back = NOW - HOUR
    found = rows(entry(Event.RECORDS_SWEPT), *(entry(Event.RECORDS_SWEPT, back) for _ in range(3)))
    assert [row.seconds for row in found if row.event == "log.clock_step"] == [3600]


def test_a_silent_log_is_said_unless_the_server_stopped() -> None:
    started, later = entry(Event.SERVICE_STARTED), entry(Event.RECORDS_SWEPT, NOW + HOUR * 5)
    stopped = entry(Event.SERVICE_STOPPED, NOW + SECOND)
    assert "log.gap" in {row.event for row in rows(started, later)}
    assert "log.gap" not in {row.event for row in rows(started, stopped, later)}


def test_calls_of_nobody_are_summed_over_ten_minutes() -> None:
    calls = [
        entry(Event.CALLS_REFUSED, NOW + SECOND * 300 * n, unauthenticated=20) for n in range(4)
    ]
    assert [row.recent for row in rows(*calls)] == [20, 40, 60, 60]


def test_hours_of_the_team_are_those_of_its_place() -> None:
    team = hours("mon-fri 7-20", "Europe/Berlin")
    assert team is not None
    said = [team.said((NOW + HOUR * n).timestamp()) for n in (0, 6, 7, 24 * 3)]
    assert said == ["team", "team", "off", "off"]


@given(st.lists(st.integers(0, 50), min_size=24, max_size=200), st.integers(0, 10**6))
def test_one_odd_hour_does_not_move_what_is_usual_by_much(past: list[int], odd: int) -> None:
    bound = Bound(floor=5)
    calm, with_odd = usual(past, bound), usual([*past, odd], bound)
    assert with_odd.most <= calm.most + 8 * 1.4826 * 50 + 51


@given(st.lists(st.integers(0, 10**6), max_size=200), st.integers(0, 1000))
def test_the_bound_is_never_below_its_floor(past: list[int], floor: int) -> None:
    assert usual(past, Bound(floor=floor)).most >= floor
