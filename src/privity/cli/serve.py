"""`privity serve`: run the gateway and its status page."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from privity import app as composition
from privity.adapters import home as homes
from privity.adapters import tls
from privity.adapters.listening import listening
from privity.adapters.logs import open_log
from privity.cli.options import HERE, HomeOption
from privity.errors import OperatorError
from privity.gateway.serve import Serving, listen
from privity.gateway.serve import serve as run
from privity.settings import ECHO, Settings, load

NO_FOLDER = "no temporary folder can be made in which workers count together"
DID_NOT_START = "the gateway did not start; the line above says why"


def add_to(app: typer.Typer) -> None:
    """Add the command to a program."""
    app.command("serve")(serve)


def serve(
    home: HomeOption = HERE,
    host: Annotated[
        str | None, typer.Option("--host", help="Address to listen on, instead of listen.host.")
    ] = None,
    port: Annotated[
        int | None, typer.Option("--port", help="Port to listen on, instead of listen.port.")
    ] = None,
    workers: Annotated[
        int | None, typer.Option("--workers", min=1, help="Processes, instead of listen.workers.")
    ] = None,
) -> None:
    """Run the gateway and its status page until Ctrl-C.

    Beyond loopback, TLS 1.3 with AES-256 and keys of privity are required.

    Examples:

      privity serve --home ~/privity

      privity serve --home ~/privity --host 0.0.0.0 --port 443 --workers 4
    """
    given = load(home)
    changes = {"host": host, "port": port, "workers": workers}
    chosen = {name: value for name, value in changes.items() if value is not None}
    settings = replace(given, listen=replace(given.listen, **chosen))  # type: ignore[arg-type]
    if _speaks_tls(settings) and not tls.is_strict():
        tls.restart_strictly()
    while _serve_once_counting(settings):
        typer.echo("another policy is due: starting again with it")


def _serve_once_counting(settings: Settings) -> bool:
    """Serve with a folder in which all processes count; it holds numbers only."""
    try:
        made = tempfile.TemporaryDirectory(prefix="privity-counts-")
    except OSError as error:
        message = f"{NO_FOLDER}: {type(error).__name__}"
        raise OperatorError(message) from error
    with made as folder:
        return _serve_once(settings, Path(folder))


def _serve_once(settings: Settings, counts: Path) -> bool:
    """Serve until a signal, and say whether to go on because another policy is due."""
    homes.adopt_policy(homes.open_home(settings))
    opened = listen(settings)
    port = opened.getsockname()[1]
    greet = partial(_greet, settings, _address(settings, port))
    due: list[int] = []
    single = settings.listen.workers == 1
    make = partial(composition.application, settings, counts=counts)
    if single:
        make = partial(make, started=greet, again=partial(_again, due))
    else:
        open_log(settings.log.level, settings.log.format)  # also for who watches the workers
        greet()
    context = partial(
        tls.server_context,
        settings.path(settings.tls.certificate),
        settings.path(settings.tls.key),
    )
    serving = Serving(make, context if settings.tls.certificate else None)
    with listening(settings.home, settings.listen.host, port):
        if not run(settings, serving, opened):
            raise OperatorError(DID_NOT_START)
    return bool(due)


def _again(due: list[int]) -> None:
    """Stop in order, to be started again; several workers are, by whoever watches them."""
    due.append(1)
    composition.stop()


def _speaks_tls(settings: Settings) -> bool:
    upstream, receivers = settings.upstream, settings.watch.receivers.values()
    return bool(settings.tls.certificate) or any(
        url.startswith(("https:", "tls:"))
        for url in (upstream.openai, upstream.anthropic, *receivers)
    )


def _address(settings: Settings, port: int) -> str:
    scheme = "https" if settings.tls.certificate else "http"
    host = settings.listen.host
    return f"{scheme}://[{host}]:{port}" if ":" in host else f"{scheme}://{host}:{port}"


def _greet(settings: Settings, address: str) -> None:
    """Say what to do next."""
    lines = [f"privity listens on {address} (Ctrl-C stops it)"]
    if settings.loopback or settings.listen.status:
        lines.append(f"  status page   {address}/")
    if settings.staff.console and settings.loopback:
        lines.append(f"  console       {address.replace('127.0.0.1', 'localhost')}/console")
        lines.append("                first: privity staff invite NAME MAIL --role administrator")
    lines += [
        f"  OpenAI SDK    export OPENAI_BASE_URL={address}/v1",
        f"  Anthropic SDK export ANTHROPIC_BASE_URL={address}",
    ]
    addresses = {"OpenAI": settings.upstream.openai, "Anthropic": settings.upstream.anthropic}
    if echoing := [shape for shape, url in addresses.items() if url == ECHO]:
        whom = " and ".join(echoing)
        lines.append(f"  a built-in echo answers {whom} calls; name providers in {settings.home}")
    if not (settings.loopback and settings.listen.local):
        lines.append("  clients need keys: privity app add NAME --purpose assist")
    typer.echo("\n".join(lines))
