"""`privity witness`: be a witness for somebody's log, on another machine or for another owner."""

from __future__ import annotations

import socket
from pathlib import Path
from typing import Annotated

import typer

from privity.adapters import tls
from privity.adapters.home import now
from privity.adapters.witness.book import Book, alone, create, read_cosigner
from privity.adapters.witness.server import application
from privity.adapters.witness.server import serve as run
from privity.audit.signing import read_vkey
from privity.errors import InsecureListen, SettingsInvalid
from privity.settings import LOOPBACK

WitnessHome = Annotated[Path, typer.Option("--home", help="The folder of the witness.")]
HERE = Path(".witness")


def add_to(app: typer.Typer) -> None:
    """Add the commands to a program."""
    group = typer.Typer(
        help="Be a witness: cosign checkpoints of logs that only grow.", no_args_is_help=True
    )
    for command in (init, serve, key):
        group.command(command.__name__)(command)
    app.add_typer(group, name="witness")


def init(
    home: WitnessHome = HERE,
    name: Annotated[
        str, typer.Option("--name", help="The witness's name in its cosignatures.")
    ] = "witness.local",
) -> None:
    """Make a witness with a key of its own, and print its public key.

    For example:

      privity witness init --home witness --name auditor.example/privity
    """
    typer.echo(create(home.absolute(), name).key.vkey)


def key(home: WitnessHome = HERE) -> None:
    """Print the witness's public key, for those who run the log and those who check it.

    For example:

      privity witness key --home witness
    """
    typer.echo(read_cosigner(home).key.vkey)


def serve(
    log: Annotated[list[str], typer.Option("--log", help="A log's public key; may be repeated.")],
    home: WitnessHome = HERE,
    host: Annotated[str, typer.Option("--host", help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option("--port", min=0, max=65535, help="TCP port.")] = 8485,
    certificate: Annotated[
        Path | None, typer.Option("--certificate", help="PEM file; needed beyond loopback.")
    ] = None,
    private_key: Annotated[
        Path | None, typer.Option("--private-key", help="PEM file of the certificate's key.")
    ] = None,
) -> None:
    """Answer logs that want their checkpoints cosigned (C2SP tlog-witness), until Ctrl-C.

    A checkpoint is cosigned only if it extends, by proof, the last one seen of that log. What was
    seen is on disk before it is answered. Never copy or restore the folder of a witness: with an
    older state it would cosign a second history.

    For example:

      privity witness serve --home witness --log privity.local/1a2b+0d1e2f3a+AbC=
    """
    if (certificate is None) != (private_key is None):
        message = "--certificate and --private-key belong together"
        raise SettingsInvalid(message)
    if certificate is None and host not in LOOPBACK:
        message = f"{host} can be reached by others, and there is no --certificate"
        raise InsecureListen(message)
    if certificate is not None and not tls.is_strict():
        tls.restart_strictly()
    given = certificate is not None and private_key is not None
    context = tls.server_context(certificate, private_key) if given else None  # type: ignore[arg-type]
    with alone(home):
        book = Book(home, [read_vkey(each) for each in log])
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        try:
            opened = socket.create_server((host, port), family=family)
        except OSError as error:
            message = f"cannot listen on {host} port {port}: {error.strerror}"
            raise SettingsInvalid(message) from error
        at = f"{'https' if given else 'http'}://{host}:{opened.getsockname()[1]}"
        typer.echo(f"witness {read_cosigner(home).key.name} listens on {at}")
        run(application(book, now), opened, context)
