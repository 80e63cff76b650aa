"""Whatever somebody does with their factors, in whatever order: the account still opens."""

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from hypothesis import given, settings
from hypothesis import strategies as st

from privity.access import own
from privity.access.accounts import Factor, FactorKind, opens
from privity.access.authorize import Authorizer
from privity.access.desk import Acting, Actor, Occasion
from privity.access.sessions import Session, began
from privity.access.staff import Role, Staff, StaffId
from privity.audit.entry import Entry
from privity.errors import BadInput
from privity.model.words import Region

NOW = datetime(2026, 1, 1, tzinfo=UTC)
RULES = Authorizer.load()
ME = StaffId("me")
FACTORS = {
    f"{kind.value}-{at}": Factor(f"{kind.value}-{at}", ME, kind, b"k", 0, NOW)
    for kind in FactorKind
    for at in range(3)
}


@dataclass
class Store:
    """What is stored of one account."""

    held: dict[str, Factor] = field(default_factory=dict)
    written: list[Entry] = field(default_factory=list)
    accounts = sessions = log = property(lambda self: self)

    def factors(self, _: StaffId) -> tuple[Factor, ...]:
        return tuple(self.held.values())

    def add_factor(self, factor: Factor) -> None:
        self.held[factor.id] = factor

    def remove_factor(self, name: str) -> bool:
        return self.held.pop(name, None) is not None

    def of(self, _: StaffId, __: datetime) -> tuple[Session, ...]:
        return ()

    def append(self, entry: Entry) -> int:
        self.written.append(entry)
        return len(self.written)


steps = st.lists(st.tuples(st.booleans(), st.sampled_from(sorted(FACTORS))), max_size=12)


@settings(max_examples=60)
@given(steps)
def test_no_order_of_changes_locks_the_owner_out_and_each_is_logged(steps) -> None:
    first = FACTORS["passkey-0"]
    store = Store({first.id: first})
    staff = Staff(ME, frozenset({Role.PRODUCT}), frozenset(Region), active=True)
    actor = Actor(staff, began("d", ME, "c", NOW), trained=True)
    acting = Acting(store, RULES, actor, Occasion(NOW, "policy"))
    done = 0
    for adds, name in steps:
        try:
            own.put(acting, (replace(FACTORS[name]),)) if adds else own.drop(acting, name)
            done += 1
        except BadInput:
            pass
        assert opens(tuple(store.held.values()))
    assert len(store.written) == done
