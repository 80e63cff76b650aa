"""Could this be a secret, a password, a user name? Or is it a word, a variable, a placeholder?"""

from __future__ import annotations

import math
import re
from collections import Counter

PATH = re.compile(r"(?:~|\.{1,2})?/[a-z][\w.-]*(?:/|$)")
NO_PASSWORDS = frozenset(
    (
        "none null true false password passwd pwd secret required optional string str text example "
        "your_password yourpassword changeme-not hidden redacted undefined empty blank incorrect "
        "wrong correct invalid weak strong secure expired forgotten lost stolen reset protected "
        "hashed not no yes too very being the a an my your his her their it is was in on at for "
        "and "
        "or so that changed set sent compromised working same still also now field input getpass "
        "bytes int encrypted stored saved safe passwort kennwort contraseña senha"
    ).split()
)
NO_USERNAMES = frozenset(
    (
        "none null true false username user name string str required optional example root "
        "admin is "
        "was not the a an my your or and for in on it taken available invalid unknown anonymous "
        "override property param return returns staticmethod classmethod dataclass media import "
        "everyone here channel all todo author see since version deprecated throws link code "
        "inheritdoc test before after bean autowired app pytest click field abstractmethod wraps "
        "component injectable input output charset keyframes font-face supports types babel typing "
        "functools contextlib overload final cached_property lru_cache unittest cpython "
        "postgres mysql ubuntu debian nginx www-data node nobody guest ec2-user system assistant "
        "systemd-timesync systemd-network systemd-resolve _apt daemon "
        "hello hallo thanks please okay self this data session"
    ).split()
)


def secret(value: str) -> bool:
    """Random enough to be a key: letters with digits, or mixed case without words between marks."""
    if "{" in value or entropy(value) < 3.0:
        return False
    numbers = sum(c.isdigit() for c in value)
    if numbers > 1:
        return numbers < len(value) and not value.replace(".", "").replace("-", "").isdigit()
    mixed = any(map(str.islower, value)) and any(map(str.isupper, value[1:]))
    return mixed and len(value) >= 24 and value.isalnum()


def entropy(value: str) -> float:
    """Return the Shannon entropy of the characters, in bits for each."""
    total = len(value)
    return -sum(n / total * math.log2(n / total) for n in Counter(value).values())


def password(value: str) -> bool:
    """Not a placeholder, a variable, a call or a word about passwords."""
    plain = value.strip("\"'`<>").lower()
    if plain in NO_PASSWORDS or plain.strip("*.x•-_") == "":
        return False
    return not plain.startswith(
        ("$", "%(", "{", "<", "os.", "self.", "process.", "env.", "--")
    ) and (not PATH.match(plain))


def password_in_prose(value: str) -> bool:
    """Like a password, and not a plain word: it holds a digit, a mark or a change of case."""
    if not password(value):
        return False
    inner = value.strip("\"'`.,;!?")
    return not (inner.isalpha() and (inner.islower() or inner.istitle())) and len(inner) > 3


def username(value: str) -> bool:
    """A handle: not a word that stands for one."""
    return value.lower().strip("\"'@") not in NO_USERNAMES and any(map(str.isalpha, value))
