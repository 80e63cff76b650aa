"""Run the application under uvicorn, in one process or several, on a socket that is open already.

Invariants: no access log, no server banner, no trust in forwarding headers; connections are bounded
above the number of exchanges, and in what they send before a request is known; a stop lets running
exchanges end, within a limit.
"""

from __future__ import annotations

import errno
import signal
import socket
import ssl
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from types import FrameType

import uvicorn
from uvicorn.supervisors import Multiprocess

from privity.errors import InsecureListen, SettingsInvalid
from privity.gateway.application import Application
from privity.gateway.connection import Connection, Patience
from privity.settings import Settings

BACKLOG = 2048
HTTPS_ONLY = [("strict-transport-security", "max-age=63072000; includeSubDomains")]
"""What stands on every answer where browsers reach us by https (RFC 6797)."""
CONNECTIONS = 4
"""How many connections may be open, for each exchange that may run at once."""

ANSWER_SECONDS = 60
"""How long a worker may take to answer who watches it before it is started again.

While it starts it answers nobody, and on a busy machine that takes longer than the server's own
five seconds: it would be killed again and again.
"""


@dataclass(frozen=True, slots=True)
class Serving:
    """What is served: `make` and `tls` are called once in each worker."""

    make: Callable[[], Application]
    tls: Callable[[], ssl.SSLContext] | None


def listen(settings: Settings) -> socket.socket:
    """Open the socket to listen on. Raises InsecureListen or SettingsInvalid."""
    if not settings.loopback and not settings.tls.certificate:
        message = (
            f"{settings.listen.host} can be reached by others, and there is no tls.certificate"
        )
        raise InsecureListen(message)
    host, port = settings.listen.host, settings.listen.port
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family, backlog=BACKLOG)
    except OSError as error:
        message = f"cannot listen on {host} port {port}: {error.strerror}"
        if error.errno == errno.EADDRINUSE:
            message = f"port {port} of {host} is in use; choose another with --port"
        raise SettingsInvalid(message) from error


def serve(settings: Settings, serving: Serving, opened: socket.socket) -> bool:
    """Serve until a signal says to stop. Returns whether it started at all."""
    limits = settings.limits
    patience = Patience(limits.header_seconds, limits.stall_seconds)
    connection = partial(Connection, patience=patience)
    config = uvicorn.Config(
        serving.make,
        factory=True,
        workers=settings.listen.workers,
        loop="uvloop",
        http=connection,  # type: ignore[arg-type] # it is called, as a class would be
        ws="none",
        lifespan="on",
        log_config=None,
        access_log=False,
        proxy_headers=False,
        server_header=False,
        date_header=False,
        headers=HTTPS_ONLY if _is_secure(settings) else [],
        limit_concurrency=CONNECTIONS * settings.limits.max_concurrency,
        timeout_worker_healthcheck=ANSWER_SECONDS,
        timeout_graceful_shutdown=settings.limits.shutdown_seconds,
        ssl_context_factory=None if serving.tls is None else partial(_context, serving.tls),
    )
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, _stopped)  # uvicorn raises it again when it has stopped in order
    if settings.listen.workers > 1:
        Multiprocess(config, [opened]).run()
        return True
    server = uvicorn.Server(config)
    try:
        server.run([opened])
    except SystemExit:  # the application did not start; it has said why
        return False
    return server.started


def _is_secure(settings: Settings) -> bool:
    return bool(settings.tls.certificate) or settings.people.url.startswith("https:")


def _context(
    make: Callable[[], ssl.SSLContext], _: uvicorn.Config, __: Callable[[], ssl.SSLContext]
) -> ssl.SSLContext:
    return make()


def _stopped(_: int, __: FrameType | None) -> None:
    """Do nothing: the server has taken notice already."""
