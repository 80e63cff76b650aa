"""What every page of the console is made with, and how a request becomes one of somebody signed in.

Invariants: who asks comes from the session alone, read from the store with each request, so that
who is suspended or off-boarded is out with their next request; a form counts only with the token
of its session and from this site; what the rules refuse is told after its entry is durable.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TypeAlias, TypeVar

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from privity.access.accounts import Account, digest_of
from privity.access.authorize import Authorizer
from privity.access.desk import Acting, Occasion, Refusal, Wish, actor
from privity.access.sessions import Session, living
from privity.access.staff import Action, Kind, StaffId, Thing
from privity.console.people.forms import read_form
from privity.console.people.visitor import Form
from privity.console.staff.cases import Cases
from privity.console.staff.navigation import Menus, here_in
from privity.console.staff.ports import Archive, Codes, Office, Passkeys, Provider, StaffStore
from privity.console.staff.rendering import ROOT, Rendering, theme_of
from privity.console.staff.sights import Sights
from privity.console.staff.sources import Sources
from privity.console.staff.visits import Visits
from privity.console.view import StatusView
from privity.errors import NotSignedIn
from privity.governance.training import Curriculum, Trained, verdict
from privity.model.words import Purpose, Region

T = TypeVar("T")
SESSION = "__Host-privity-console"
SYSTEM = Thing(Kind.SYSTEM, "privity")
OVERVIEW = Wish(Action.SEE_OVERVIEW, SYSTEM, Purpose.SECURITY)
ACCESS = Wish(Action.SEE_ACCESS, SYSTEM, Purpose.SECURITY)
STAFF = Wish(
    Action.SEE_STAFF, Thing(Kind.STAFF_ACCOUNT, "any", of=StaffId("any")), Purpose.SECURITY
)


@dataclass(frozen=True, slots=True)
class Means:
    """What verifies factors, where conversations are, and who else signs staff in, if anybody."""

    codes: Codes
    passkeys: Passkeys
    archive: Archive
    provider: Provider | None = None


@dataclass(frozen=True, slots=True)
class Chance:
    """Time and randomness. `random` returns so many random bytes."""

    clock: Callable[[], datetime]
    random: Callable[[int], bytes]


@dataclass(frozen=True, slots=True)
class Site:
    """What every page is made with.

    `secret`: from which everything sealed here is derived; `origin`: what links begin with;
    `curriculum`: what staff learn; `sources`: where evidence is read; `regions`: where people are
    kept; `menus`: where one can go.
    """

    rendering: Rendering
    office: Office
    rules: Authorizer
    means: Means
    view: StatusView
    secret: bytes
    origin: str
    chance: Chance
    sights: Sights
    cases: Cases
    curriculum: Curriculum
    sources: Sources
    regions: tuple[Region, ...]
    menus: Menus = field(default_factory=Menus)

    @property
    def visits(self) -> Visits:
        """Who is not signed in yet."""
        return Visits(self.secret)

    def occasion(self) -> Occasion:
        """Return when something happens now, and under which policy."""
        return Occasion(self.chance.clock(), self.view.policy.digest)

    async def act(self, asked: StaffRequest, work: Callable[[Acting], T | Refusal]) -> T:
        """Do something as who asks, in one transaction. Raises what the rules refuse."""
        return await self.act_in(asked, lambda acting, _: work(acting))

    async def act_in(
        self, asked: StaffRequest, work: Callable[[Acting, StaffStore], T | Refusal]
    ) -> T:
        """Do the same with everything of the staff that the transaction holds."""

        def doing(tx: StaffStore) -> T | Refusal:
            return work(_acting(self, tx, asked.session.digest), tx)

        done = await self.office.change(doing)
        if isinstance(done, Refusal):
            raise done.error
        return done

    async def page(
        self, template: str, asked: StaffRequest, values: Mapping[str, object]
    ) -> Response:
        """Return a page of somebody who is signed in; what the rules refuse is not in the menu."""
        menu = self.menus.of(asked.by)
        here = here_in(menu, asked.path)
        shown = {
            "menu": menu,
            "here": here,
            "page": (here or ROOT) if asked.form.fields else asked.path,
            "token": asked.session.csrf,
            "account": asked.account,
            "theme": theme_of(asked.cookies),
            "now": asked.now,
        }
        return self.rendering.page(template, {**shown, **values})


@dataclass(frozen=True, slots=True)
class StaffRequest:
    """One request of somebody who is signed in. `named`: the parts of the address of a route.

    `by`: who asks, as the store had them when the request came; for what is offered on a page.
    """

    by: Acting
    session: Session
    account: Account
    now: datetime
    path: str
    named: Mapping[str, str]
    query: Mapping[str, str]
    cookies: Mapping[str, str]
    form: Form


Handler: TypeAlias = Callable[[StaffRequest], Awaitable[Response]]


def page(site: Site, path: str, answer: Handler) -> Route:
    """Return the route of a page for whoever is signed in."""
    return Route(path, _met(site, answer), methods=["GET"])


def form(site: Site, path: str, answer: Handler) -> Route:
    """Return the route of a form."""
    return Route(path, _met(site, answer), methods=["POST"])


def back_to(path: str) -> Response:
    """Send the browser to a page after a form (RFC 9110, 15.4.4), so that it is not sent twice."""
    return RedirectResponse(path, 303)


async def signed_in(site: Site, request: Request) -> tuple[Acting, Account]:
    """Return who is behind a browser, seen now, and their account. Raises NotSignedIn."""
    given = request.cookies.get(SESSION, "")
    if not given:
        message = "nobody is signed in"
        raise NotSignedIn(message)

    def look(tx: StaffStore) -> tuple[Acting, Account]:
        acting = _acting(site, tx, digest_of(given))
        account = tx.accounts.get(acting.by.staff.id)
        if account is None:
            message = "there is no such account any more"
            raise NotSignedIn(message)
        return acting, account

    return await site.office.change(look)


def _acting(site: Site, tx: StaffStore, digest: str) -> Acting:
    """Return who is behind a session, as the store has them now. Raises NotSignedIn."""
    at = site.occasion()
    session = living(tx.sessions.get(digest), at.now)
    tx.sessions.put(session)
    by = actor(tx, session, trained=False)
    learned = tx.trainings.of(by.staff.id)
    stands = verdict(site.curriculum, by.staff.roles, learned, at.now)
    return Acting(tx, site.rules, replace(by, trained=isinstance(stands, Trained)), at)


def _met(site: Site, answer: Handler) -> Callable[[Request], Awaitable[Response]]:
    async def endpoint(request: Request) -> Response:
        acting, account = await signed_in(site, request)
        session = acting.by.session
        sent = await read_form(request, session.csrf) if request.method == "POST" else Form()
        asked = StaffRequest(
            acting,
            session,
            account,
            site.chance.clock(),
            request.url.path,
            request.path_params,
            request.query_params,
            request.cookies,
            sent,
        )
        request.state.asked = asked  # for what a refusal has to say
        return await answer(asked)

    return endpoint
