"""Checks of what people have to see to: staff, and agreements with processors."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from sqlalchemy import select

from privity.access.accounts import FactorKind, State
from privity.access.staff import Role
from privity.adapters.checking.setup import Setup
from privity.adapters.sql.staff_tables import staff_account, staff_factor
from privity.errors import SettingsInvalid
from privity.governance.agreements import FILE, last_days, processors, read_agreements
from privity.governance.checks import Verdict, advice, well, wrong
from privity.model.policy import Share

ADMINISTRATORS = 2
SOON = timedelta(days=30)
_SECOND = frozenset({FactorKind.PASSKEY.value, FactorKind.TOTP.value})
_LOCAL = frozenset({"builtin", "localhost", "127.0.0.1"})


def staff(setup: Setup) -> Verdict:
    """Count administrators who can sign in, and look for accounts without a second factor."""
    if not setup.settings.staff.console:
        return well("not used: the console of the staff is off")
    factors = _factors(setup)
    administrators = sum(Role.ADMINISTRATOR.value in roles for roles, _ in factors.values())
    provided = {FactorKind.PROVIDER.value} if setup.settings.staff.provider else frozenset[str]()
    without = sum(not kinds & (_SECOND | provided) for _, kinds in factors.values())
    if without:
        remedy = "Suspend them on the console; an invitation makes them register again."
        detail = f"{without} accounts in use have no second factor"
        return wrong("second_factor_missing", detail, remedy)
    if administrators < ADMINISTRATORS:
        remedy = (
            "Invite one more on the console, or the first by `privity staff invite`; with one "
            "alone nobody can approve what they ask, and a lost key locks everybody out."
        )
        who = "1 administrator" if administrators == 1 else f"{administrators} administrators"
        detail = f"{who} can sign in, two should"
        return advice("administrators_few", detail, remedy)
    return well(f"{administrators} administrators, {len(factors)} accounts, each with two factors")


def _factors(setup: Setup) -> Mapping[str, tuple[frozenset[str], frozenset[str]]]:
    """Return the roles and kinds of factors of every account in use."""
    account, factor = staff_account.c, staff_factor.c
    active = select(account.id, account.roles).where(account.state == State.ACTIVE.value)
    counts = (factor.kind != FactorKind.PROVIDER.value) | (factor.counter > 0)
    with setup.snapshot() as snapshot:
        accounts = snapshot.connection.execute(active).all()
        kinds = snapshot.connection.execute(select(factor.account, factor.kind).where(counts)).all()
    return {
        name: (
            frozenset(str(roles).replace(",", " ").split()),
            frozenset(kind for owner, kind in kinds if owner == name),
        )
        for name, roles in accounts
    }


def agreements(setup: Setup) -> Verdict:
    """Compare the policy's processors with the agreements of the home."""
    policy, today = setup.policy(), setup.at.date()
    ours = _on_this_machine(setup)
    names = tuple(name for name in processors(policy) if name not in ours)
    file = setup.settings.path(FILE)
    try:
        given = read_agreements(file.read_text(encoding="utf-8")) if file.exists() else ()
    except UnicodeDecodeError as error:
        message = f"{FILE} is not text in UTF-8"
        raise SettingsInvalid(message) from error
    unknown = sorted({each.processor for each in given} - set(processors(policy)))
    if unknown:
        remedy = f"Name processors in {FILE} as policy.toml does."
        detail = f"the policy has no processor named {', '.join(unknown)}"
        return wrong("agreement_unknown", detail, remedy)
    bound = last_days(names, given, today)
    unbound = [name for name, last in bound.items() if last is None]
    remedy = f"Sign one, and write it into {FILE} of the home (docs/operations.md)."
    if unbound:
        detail = f"no agreement binds {', '.join(unbound)} today"
        return advice("agreement_missing", detail, remedy)
    ending = [name for name, last in bound.items() if last is not None and last - today < SOON]
    if ending:
        detail = f"the agreement with {', '.join(ending)} ends within {SOON.days} days"
        return advice("agreement_ends", detail, remedy)
    return well(f"{len(bound)} processors are bound" if bound else "no processor is elsewhere")


def _on_this_machine(setup: Setup) -> frozenset[str]:
    """Return the processors that are privity itself, or a program beside it."""
    shares = (clause for _, clause in setup.policy().clauses if isinstance(clause, Share))
    return frozenset(
        share.recipient.name
        for share in shares
        if all(host.partition(":")[0] in _LOCAL for host in share.recipient.hosts)
    )
