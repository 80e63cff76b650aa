"""A signed form that a parent uploads: one file, bounded, in memory only.

Invariants: nothing is written to a disk before it is sealed; a file is taken for what its first
bytes say, and only PDF, JPEG and PNG are taken; the upload counts only with the token of its page.
"""

from __future__ import annotations

import hmac
from collections.abc import AsyncGenerator

from python_multipart.exceptions import FormParserError
from starlette.datastructures import FormData, UploadFile
from starlette.exceptions import HTTPException
from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.requests import Request

from privity.console.people.forms import TOKEN, check_site, read_body
from privity.errors import BadInput, FormRefused

MOST = 1_000_000
"""Bytes of a whole upload: below what the parser holds in memory, so no temporary file is made."""
_KINDS = (b"%PDF-", b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n")


async def read_upload(request: Request, token: str) -> bytes:
    """Return the uploaded file. Raises FormRefused, TooLarge, BadInput."""
    check_site(request)
    body = await read_body(request, MOST)

    async def stream() -> AsyncGenerator[bytes, None]:
        yield body
        yield b""

    try:
        parser = MultiPartParser(request.headers, stream(), max_files=1, max_fields=4)
        parser.spool_max_size = MOST + 1
        form = await parser.parse()
    except (MultiPartException, FormParserError, HTTPException, KeyError, ValueError):
        message = "the upload cannot be read"
        raise FormRefused(message) from None  # the inner error may quote it
    try:
        return await _checked(form, token)
    finally:
        await form.close()


async def _checked(form: FormData, token: str) -> bytes:
    given, file = form.get(TOKEN), form.get("file")
    if not isinstance(given, str) or not hmac.compare_digest(given.encode(), token.encode()):
        message = "the form does not carry the token of its page"
        raise FormRefused(message)
    read = await file.read() if isinstance(file, UploadFile) else b""
    if not read.startswith(_KINDS):
        message = "a signed form is a PDF, a JPEG or a PNG"
        raise BadInput(message)
    return read
