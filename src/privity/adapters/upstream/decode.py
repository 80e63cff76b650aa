"""Undo a compression that the provider chose although it was asked not to; bounded."""

from __future__ import annotations

import zlib
from typing import Protocol

from privity.errors import UpstreamUnavailable

_WINDOW = {"gzip": 16 + zlib.MAX_WBITS, "x-gzip": 16 + zlib.MAX_WBITS, "deflate": zlib.MAX_WBITS}


class Decoder(Protocol):
    """Turns the bytes of a body, as they arrive, into its plain bytes."""

    def feed(self, chunk: bytes) -> bytes:
        """Return what can be decoded now. Raises UpstreamUnavailable."""
        ...


class _Plain:
    __slots__ = ("_left",)

    def __init__(self, limit: int) -> None:
        self._left = limit

    def feed(self, chunk: bytes) -> bytes:
        self._left -= len(chunk)
        if self._left < 0:
            _too_large()
        return chunk


class _Deflated:
    __slots__ = ("_left", "_zlib")

    def __init__(self, window: int, limit: int) -> None:
        self._zlib = zlib.decompressobj(window)
        self._left = limit

    def feed(self, chunk: bytes) -> bytes:
        try:
            plain = self._zlib.decompress(chunk, self._left + 1)
        except zlib.error as error:
            message = "the provider's answer cannot be decompressed"
            raise UpstreamUnavailable(message) from error
        self._left -= len(plain)
        if self._left < 0 or self._zlib.unconsumed_tail:
            _too_large()
        return plain


def _too_large() -> None:
    message = "the provider's answer is larger than limits.max_answer_bytes"
    raise UpstreamUnavailable(message)


def decoder(encoding: str, limit: int) -> Decoder:
    """Return a decoder for a content-encoding. Raises UpstreamUnavailable for one not known."""
    name = encoding.strip().lower()
    if name in {"", "identity"}:
        return _Plain(limit)
    if name in _WINDOW:
        return _Deflated(_WINDOW[name], limit)
    message = "the provider's answer has an encoding that cannot be read"
    raise UpstreamUnavailable(message)
