"""A small request costs little, whatever is in it: bombs of every make, and patterns that loop."""

import gzip
import io
import json
import re
import re._parser as parser
import subprocess
import sys
import urllib.error
import urllib.request
import zipfile
import zlib

import pytest

from privity.audit.signing import Signer
from privity.errors import BadInput
from privity.rights import export
from tests.security.wire import said
from tests.system.people_scene import Browser

MEBIBYTE = 1 << 20
SOUND = said("apple")
CODINGS = {
    "gzip": gzip.compress(SOUND + b" " * 50 * MEBIBYTE, 1),
    "deflate": zlib.compress(SOUND + b" " * 50 * MEBIBYTE, 1),
    "br": b"\x1b\xff\xff",
    "zstd": b"\x28\xb5\x2f\xfd",
    "gzip, gzip": gzip.compress(gzip.compress(SOUND)),
}
PLACES = ("/v1/chat/completions", "/privacy/api/v1/session", "/drp/v1/data-rights-request")


def sent(url: str, body: bytes, headers: dict[str, str]) -> int:
    request = urllib.request.Request(url, body, headers)
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            return answer.status
    except urllib.error.HTTPError as error:
        with error:
            return error.code
    except urllib.error.URLError as error:  # cut off while it was still sending
        return 413 if isinstance(error.reason, ConnectionError) else 0


@pytest.mark.parametrize("coding", CODINGS)
def test_nothing_that_comes_in_is_unpacked(gateway, provider, coding: str) -> None:
    headers = {"content-type": "application/json", "content-encoding": coding}
    for place in PLACES:
        assert 400 <= sent(gateway.url + place, CODINGS[coding], headers) < 500
    assert provider.seen() == []


TURNS = b'{"model":"m","messages":%b}'
BOMBS = {
    "deep lists": TURNS % (b"[" * MEBIBYTE),
    "deep objects": TURNS % (b'{"a":' * MEBIBYTE),
    "a deep whole": TURNS % (b"[" * 400 + b"]" * 400),
    "a long number": TURNS % (b"9" * MEBIBYTE),
    "a large exponent": b'{"model":"m","messages":[],"temperature":1e%b}' % (b"9" * 1000),
    "the same key": b"{%b}" % b",".join([b'"model":"m"'] * 100_000),
    "quotes that never close": TURNS % (b'"' + b'\\"' * MEBIBYTE),
    "strings that never close": b'{"model":"\\' * 300_000,
    "half a pair, again and again": TURNS % (b'"' + b"\\ud800" * 100_000 + b'"'),
    "nothing": b"\0" * MEBIBYTE,
}
LARGE = {
    "many keys": b'{"model":"m","messages":[],%b}' % b",".join(b'"k%d":1' % n for n in range(5000)),
    "many strings": TURNS % (b"[" + b",".join([b'""'] * 50_000) + b"]"),
    "open documents in a string": said("[" * 50_000 + '{"a":' * 10_000),
    "documents in strings in strings": said(json.dumps([json.dumps([json.dumps(["["] * 999)])])),
    "escapes": said("\\" * 50_000),
    "quotes": said('"\\"' * 50_000),
    "one word": said("a" * 200_000),
    "marks": said("@" * 50_000 + "-" * 50_000 + "." * 50_000),
    "spaces": said("\t " * 100_000),
    "digits": said("1234 " * 20_000),
    "names": said("Aa " * 20_000 + "A." * 20_000),
}
"""What may pass, but has to be read through."""


@pytest.mark.parametrize("bomb", BOMBS.values(), ids=BOMBS)
def test_a_bomb_of_json_is_refused(gateway, provider, bomb: bytes) -> None:
    headers = {"content-type": "application/json"}
    assert sent(gateway.url + "/v1/chat/completions", bomb, headers) in {400, 413}
    assert provider.seen() == []
    assert sent(gateway.url + "/v1/chat/completions", SOUND, headers) == 200


@pytest.mark.parametrize("body", LARGE.values(), ids=LARGE)
def test_what_is_large_is_read_through(gateway, provider, body: bytes) -> None:
    headers = {"content-type": "application/json"}
    assert sent(gateway.url + "/v1/chat/completions", body, headers) in {200, 400}
    assert sent(gateway.url + "/v1/chat/completions", SOUND, headers) == 200


@pytest.mark.parametrize("bomb", BOMBS.values(), ids=BOMBS)
def test_a_bomb_of_json_is_refused_by_the_pages(people, bomb: bytes) -> None:
    kind = {"content-type": "application/json"}
    assert sent(people.url + "/privacy/api/v1/session", bomb, kind) in {400, 413}


@pytest.mark.parametrize(
    "body",
    [b"a=b&" * 60_000, b"a" * 300_000, b"=" * 260_000, b"&" * 260_000, b"%" * 260_000],
    ids=["many fields", "a long name", "signs", "separators", "escapes"],
)
def test_a_form_is_bounded_in_bytes_and_fields(people, body: bytes) -> None:
    kind = {"content_type": "application/x-www-form-urlencoded"}
    for path in ("/privacy/choices", "/console/sign-in"):
        assert Browser(people).send(f"POST {path}", body, **kind).status in {401, 403, 413}


def test_an_archive_that_says_it_is_larger_than_allowed_is_not_unpacked() -> None:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("MANIFEST", "a")
        archive.writestr("bomb", "a")
    data = bytearray(made.getvalue())
    entry = data.rindex(b"PK\x01\x02")
    data[entry + 24 : entry + 28] = (export.MOST_BYTES).to_bytes(4, "little")
    verifier = Signer("privity.test/log", bytes(32)).verifier
    with pytest.raises(BadInput):
        export.check(bytes(data), verifier)


# Patterns. Where a repetition stands in another one, the same text can be matched in many ways, and
# a match that fails tries them all. RE2 does not; this is about the patterns of `re`.

ENDLESS = 200
SAMPLE = [chr(code) for code in range(128)] + list("\u00e9\u2019\u0663\u2028")


COLLECT = """
import base64, importlib, json, pkgutil, re, sys, warnings
warnings.simplefilter("ignore")
noted, compile_ = [], re._compiler.compile
def noting(pattern, flags=0):
    frame = sys._getframe(1)
    while frame.f_globals.get("__name__", "").partition(".")[0] == "re":
        frame = frame.f_back
    module = frame.f_globals.get("__name__", "")
    if module.partition(".")[0] == "privity":
        text = pattern.decode("latin-1") if isinstance(pattern, bytes) else pattern
        noted.append((module, text, int(flags)))
    return compile_(pattern, flags)
re._compiler.compile = noting
import privity
for each in pkgutil.walk_packages(privity.__path__, "privity."):
    if "__main__" not in each.name and "migrations" not in each.name:
        importlib.import_module(each.name)
print(json.dumps(noted))
"""


def patterns() -> list[tuple[str, str, int]]:
    """Every pattern that a module of privity compiles when it is loaded, with the module."""
    done = subprocess.run(
        [sys.executable, "-c", COLLECT], check=True, capture_output=True, text=True
    )
    return [tuple(each) for each in json.loads(done.stdout)]


def leaves(tree: object) -> set[str]:
    """Which characters of the sample any part of a pattern matches."""
    found: set[str] = set()
    for kind, what in tree:
        name = str(kind)
        if name in {"LITERAL", "NOT_LITERAL", "ANY", "IN"}:
            one = parser.SubPattern(parser.State())
            one.append((kind, what))
            found |= {each for each in SAMPLE if re._compiler.compile(one).fullmatch(each)}
        else:
            for inner in inside(name, what):
                found |= leaves(inner)
    return found


def inside(name: str, what: object) -> list[object]:
    if name in {"MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT"}:
        return [what[2]]
    if name == "BRANCH":
        return list(what[1])
    if name == "SUBPATTERN":
        return [what[3]]
    if name in {"ASSERT", "ASSERT_NOT"}:
        return [what[1]]
    return [what] if name == "ATOMIC_GROUP" else []


def loops(tree: object, *, within: bool = False) -> bool:
    """Say whether a repetition without end stands in another, unless a separator divides them."""
    for kind, what in tree:
        name = str(kind)
        endless = name in {"MAX_REPEAT", "MIN_REPEAT"} and int(what[1]) >= ENDLESS
        if endless and (within or (loops(what[2], within=True) and not divided(what[2]))):
            return True
        held = within and name not in {"POSSESSIVE_REPEAT", "ATOMIC_GROUP"}
        if not endless and any(loops(each, within=held) for each in inside(name, what)):
            return True
    return False


def endless(tree: object) -> set[str]:
    """Which characters of the sample a repetition without end matches, anywhere in a pattern."""
    found: set[str] = set()
    for kind, what in tree:
        name = str(kind)
        if name in {"MAX_REPEAT", "MIN_REPEAT"} and int(what[1]) >= ENDLESS:
            found |= leaves(what[2])
        for inner in inside(name, what):
            found |= endless(inner)
    return found


def divided(body: object) -> bool:
    """Say whether each turn begins with what no repetition behind it in the turn matches."""
    if len(body) == 1 and str(body[0][0]) == "SUBPATTERN":
        body = body[0][1][3]
    first, rest = parser.SubPattern(parser.State()), parser.SubPattern(parser.State())
    first.append(body[0])
    for each in list(body)[1:]:
        rest.append(each)
    if endless(first) and not rest.getwidth()[0]:
        return False
    return bool(leaves(first)) and not leaves(first) & endless(rest)


def test_the_check_of_patterns_finds_what_it_is_for() -> None:
    for bad in ("(a+)+$", "(?:a|b+)*c", r"^(\w+\s?)*$", "(?:a*)*b"):
        assert loops(parser.parse(bad)), bad
    for good in ("a+(?:-a+)*", "(?:[^x]*+x)*", "(?:a{1,9}b)+", "(?>a+)b"):
        assert not loops(parser.parse(good)), good


def test_no_pattern_loops_in_a_loop() -> None:
    found = patterns()
    assert len(found) > 100
    looping = [(module, text) for module, text, flags in found if loops(parser.parse(text, flags))]
    assert looping == []
