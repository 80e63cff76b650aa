"""`privity healthy`: ask the server of a home on this machine whether it is well."""

from __future__ import annotations

import http.client
import ssl
from pathlib import Path
from typing import Annotated

import typer

from privity.adapters import tls
from privity.adapters.listening import as_served, stopped
from privity.cli.options import HERE, HomeOption
from privity.settings import Settings, load

SECONDS = 5
_ANYWHERE = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - what to ask where all is listened on
_LEAF = b"-----END CERTIFICATE-----"


def add_to(app: typer.Typer) -> None:
    """Add the command to a program."""
    app.command("healthy")(healthy)


def healthy(
    home: HomeOption = HERE,
    ready: Annotated[
        bool, typer.Option("--ready", help="Ask whether it can serve, not only whether it lives.")
    ] = False,
    port: Annotated[
        int | None, typer.Option("--port", help="Its port, instead of the one that it serves on.")
    ] = None,
) -> None:
    """Ask the server of this home whether it lives, for whoever watches containers.

    Over TLS it must show the certificate that the settings name.

    Exit status: 0 if it answers that it is well, 1 if not.

    For example:

      privity healthy --home ~/privity --ready
    """
    settings = load(home)
    if settings.tls.certificate and not tls.is_strict():
        tls.restart_strictly()
    if port is None and stopped(settings.home):
        typer.echo("no answer: no server of this home runs", err=True)
        raise typer.Exit(1)
    path = "/readyz" if ready else "/healthz"
    try:
        served = as_served(settings)
        status = _asked(served, port or served.listen.port, path)
    except (OSError, http.client.HTTPException) as error:
        typer.echo(f"no answer: {type(error).__name__}", err=True)
        raise typer.Exit(1) from error
    typer.echo("well" if status == http.HTTPStatus.OK else f"not well: status {status}")
    if status != http.HTTPStatus.OK:
        raise typer.Exit(1)


def _asked(settings: Settings, port: int, path: str) -> int:
    """Return the status of an answer. Raises OSError, HTTPException."""
    host = _ANYWHERE.get(settings.listen.host, settings.listen.host)
    if not settings.tls.certificate:
        connection = http.client.HTTPConnection(host, port, timeout=SECONDS)
    else:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname = False  # it is compared with the very certificate instead
        context.verify_mode = ssl.CERT_NONE
        secure = http.client.HTTPSConnection(host, port, timeout=SECONDS, context=context)
        secure.connect()
        _check_own(secure.sock, settings.path(settings.tls.certificate))
        connection = secure
    try:
        connection.request("GET", path)
        return connection.getresponse().status
    finally:
        connection.close()


def _check_own(sock: ssl.SSLSocket, certificate: Path) -> None:
    """Raise OSError unless the server showed the first certificate of this file."""
    first, _, _ = certificate.read_bytes().partition(_LEAF)
    begin = first.index(b"-----BEGIN CERTIFICATE-----")
    own = ssl.PEM_cert_to_DER_cert((first[begin:] + _LEAF).decode("ascii"))
    if sock.getpeercert(binary_form=True) != own:
        message = "somebody else answers"
        raise ConnectionRefusedError(message)
