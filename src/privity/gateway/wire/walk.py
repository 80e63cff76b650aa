"""One walk over a body: every string that could hold text becomes a leaf, or the body is refused.

Invariants:
- The walk counts keys, strings and numbers as it meets them, in the order of the document, and so
  knows the token of each. At the end the count must be the number of tokens in the body: an object
  that names a key twice has tokens that its tree has not, and is refused.
- A string is passed over only where `control` says why; everything else is a leaf.
- Error messages hold no value of the body, and of its keys only known ones and short identifiers.
"""

from __future__ import annotations

from privity.detect.fields import is_telling
from privity.errors import (
    DuplicateKey,
    MediaRefused,
    ProviderStateRefused,
    TooDeep,
    UnknownField,
    Unscannable,
)
from privity.gateway.wire.control import (
    FAMILIAR,
    can_be_named,
    is_long,
    is_short_setting,
    must_scan,
)
from privity.gateway.wire.document import QUOTE, Document, Spot, decoded, nested
from privity.gateway.wire.path import Path, hint_from, hint_of, path_name
from privity.gateway.wire.rules import DEEPEST, Rules
from privity.gateway.wire.schema import Field, Role, Shape, Shapes
from privity.model.text import Leaf, Raw, Slot
from privity.model.words import Media, UnknownFields

MEDIA = {Role.IMAGE: Media.IMAGE, Role.AUDIO: Media.AUDIO, Role.FILE: Media.FILE}
HANDLE_HINT = "username"
NUMBER_STARTS = frozenset(b"-0123456789")
MAY_HOLD_JSON = frozenset('{["\t\n\r ')


class Walk:
    """Collects the leaves of one body and remembers the token of each.

    `turns` holds how many leaves there were before the first turn of the conversation and after
    each one.
    """

    __slots__ = (
        "at",
        "body",
        "documents",
        "leaves",
        "media",
        "rules",
        "said_in",
        "shapes",
        "spots",
        "turns",
    )

    def __init__(self, data: bytes, shapes: Shapes, rules: Rules) -> None:
        self.shapes = shapes
        self.rules = rules
        self.body = Document(data)
        self.documents = [self.body]
        self.said_in = "messages" if "messages" in shapes["body"].fields else "input"
        self.leaves: list[Leaf] = []
        self.spots: list[Spot] = []
        self.media: set[Media] = set()
        self.turns: list[int] = []
        self.at = 0

    def walk(self, tree: dict[str, object]) -> None:
        """Walk the whole body. Raises the errors of a caller."""
        self.fields(tree, self.shapes["body"], None, 1)
        if self.at != len(self.body):
            msg = "an object in the body names a key twice"
            raise DuplicateKey(msg)

    # What has a known shape.

    def fields(self, value: dict[str, object], shape: Shape, path: Path | None, depth: int) -> None:
        """Walk an object whose fields are known."""
        self.check_depth(depth, path)
        known = shape.fields
        if shape.kinds:
            kind = value.get(shape.told_by)
            if isinstance(kind, str):
                known = shape.kinds.get(kind, known)
        for key, item in value.items():
            field = known.get(key)
            if field is None:
                self.stranger(key, item, shape, Path(path, key), depth)
            else:
                self.at += 1
                self.value(item, field, Path(path, key), depth)

    def value(self, value: object, field: Field, path: Path, depth: int) -> None:
        """Walk whatever stands in a known field."""
        if isinstance(value, str):
            if value and value not in FAMILIAR:
                self.string(value, field.role, path, depth)
            self.at += 1
        elif isinstance(value, dict):
            self.inner_object(value, field, path, depth + 1)
        elif isinstance(value, list):
            self.array(value, field, path, depth + 1)
        elif value is not None and not isinstance(value, bool):
            self.number(field.role, path)
            self.at += 1

    def inner_object(self, value: dict[str, object], field: Field, path: Path, depth: int) -> None:
        """Walk an object in a known field: of its shape, free, or unknown."""
        if field.inside:
            self.fields(value, self.shapes[field.inside], path, depth)
        elif field.role is Role.FREE or not value:
            self.free(value, hint_from(path), depth)
        else:
            self.refuse(field.role, path)
            self.treat_unknown(value, path, depth)

    def array(self, value: list[object], field: Field, path: Path, depth: int) -> None:
        """Walk an array in a known field; its elements have the role of the field."""
        if field.role is Role.FREE or not value:
            self.free(value, hint_from(path), depth)
            return
        self.check_depth(depth, path)
        self.refuse_split(value, field.role, path)
        said = self.is_conversation(path)
        if said:
            self.turns.append(len(self.leaves))
        for index, item in enumerate(value):
            self.value(item, field, Path(path, index), depth)
            if said:
                self.turns.append(len(self.leaves))

    def string(self, text: str, role: Role, path: Path, depth: int) -> None:
        """Take a string as its role says."""
        if role is Role.TEXT or role is Role.FREE:
            before = len(self.leaves)
            self.text(text, Slot.TEXT, hint_from(path), (0, self.at), depth)
            if self.is_conversation(path):
                self.turns = [before, len(self.leaves)]
        elif role is Role.ACCOUNT:
            self.text(text, Slot.ACCOUNT, hint_from(path), (0, self.at), depth)
        elif role is Role.HANDLE:
            self.text(text, Slot.TEXT, HANDLE_HINT, (0, self.at), depth)
        else:
            self.refuse(role, path)
            if must_scan(role, text):
                self.text(text, Slot.TEXT, hint_from(path), (0, self.at), depth)

    def number(self, role: Role, path: Path) -> None:
        """Take a number: a leaf when its digits or its name say that it could be someone's."""
        token = self.body.token(self.at)
        if role is Role.SEED or (role is Role.NUMBER and is_short_setting(token)):
            return
        self.free_number(token, Slot.TEXT, hint_from(path), (0, self.at))

    def free_number(self, token: bytes, slot: Slot, hint: str, spot: Spot) -> None:
        """Take a number that is no setting."""
        written = token.decode()
        if is_long(token) or (hint and is_telling(hint, written)):
            self.leaf(written, slot, hint, spot)

    def is_conversation(self, path: Path) -> bool:
        """Say whether a field holds the turns of the conversation."""
        return path.before is None and path.step == self.said_in

    # What is refused.

    def check_depth(self, depth: int, path: Path | None) -> None:
        """Raise TooDeep beyond the limit."""
        limit = min(self.rules.max_depth, DEEPEST)
        if depth > limit:
            msg = f"{path_name(path)} is nested deeper than {limit} levels"
            raise TooDeep(msg)

    def refuse(self, role: Role, path: Path) -> None:
        """Raise ProviderStateRefused or MediaRefused where the rules do not let a role pass."""
        if role is Role.STATE:
            msg = f"{path_name(path)} refers to content that the provider keeps"
            raise ProviderStateRefused(msg)
        if role in MEDIA:
            media = MEDIA[role]
            if media not in self.rules.media:
                msg = f"{path_name(path)} holds content of the kind `{media.value}`"
                raise MediaRefused(msg)
            self.media.add(media)

    def refuse_split(self, value: list[object], role: Role, path: Path) -> None:
        """Raise Unscannable for text that is cut into tokens."""
        if role is Role.SPLIT:
            msg = f"{path_name(path)} holds text cut into tokens, which hides it from inspection"
            raise Unscannable(msg)
        if role is not Role.NUMBER and any(type(item) in {int, float} for item in value):
            msg = f"{path_name(path)} holds numbers where text belongs: token arrays hide text"
            raise Unscannable(msg)

    def stranger(self, key: str, item: object, shape: Shape, path: Path, depth: int) -> None:
        """Take a field that is in no shape: scan its key and value, or refuse it."""
        if not shape.is_open and not (can_be_named(key) and self.is_harmless(item)):
            self.check_unknown(path)
        self.key(key, hint_from(path.before), depth)
        self.free(item, hint_from(path), depth)

    def is_harmless(self, item: object) -> bool:
        """Say whether an unknown field's value is too small to hold text."""
        if isinstance(item, int | float) and not isinstance(item, bool):
            return not is_long(self.body.token(self.at + 1))
        return item is None or isinstance(item, bool) or not item

    def treat_unknown(self, value: object, path: Path, depth: int) -> None:
        """Scan a value that a known field should not have, or refuse it."""
        self.check_unknown(path)
        self.free(value, hint_from(path), depth)

    def check_unknown(self, path: Path) -> None:
        """Raise UnknownField unless the rules let unknown fields be scanned."""
        if self.rules.unknown is not UnknownFields.TREAT:
            msg = f"{path_name(path)} is not a field that privity knows"
            raise UnknownField(msg)

    # Any JSON.

    def free(self, value: object, hint: str, depth: int) -> None:
        """Walk any JSON: keys, strings and long numbers are leaves."""
        if isinstance(value, str):
            if value and value not in FAMILIAR:
                self.text(value, Slot.TEXT, hint, (0, self.at), depth)
            self.at += 1
        elif isinstance(value, dict):
            self.free_object(value, hint, depth)
        elif isinstance(value, list):
            self.check_depth(depth, None)
            for item in value:
                self.free(item, hint, depth + 1)
        elif value is not None and not isinstance(value, bool):
            self.free_number(self.body.token(self.at), Slot.TEXT, hint, (0, self.at))
            self.at += 1

    def free_object(self, value: dict[str, object], hint: str, depth: int) -> None:
        """Walk any object. Familiar words, which most tool definitions are made of, go first."""
        self.check_depth(depth, None)
        for key, item in value.items():
            if key in FAMILIAR:
                self.at += 1
            else:
                self.key(key, hint, depth)
            if isinstance(item, str) and item in FAMILIAR:
                self.at += 1
            else:
                self.free(item, hint_of(key), depth + 1)

    def key(self, key: str, hint: str, depth: int) -> None:
        """Take a caller's own key, which is text like any other."""
        if key and key not in FAMILIAR:
            self.text(key, Slot.TEXT, hint, (0, self.at), depth)
        self.at += 1

    def text(self, text: str, slot: Slot, hint: str, spot: Spot, depth: int) -> None:
        """Take a string as one leaf or, where it holds JSON, the strings inside."""
        document = nested(text, spot) if text[0] in MAY_HOLD_JSON else None
        if document is None:
            self.leaf(text, slot, hint, spot)
        else:
            self.check_depth(depth + 1, None)
            self.inside(document, slot, hint, depth + 1)

    def inside(self, document: Document, slot: Slot, hint: str, depth: int) -> None:
        """Take the strings of a JSON text inside a string, token by token.

        Tokens need no tree, so an object that names a key twice is seen whole here.
        """
        number = len(self.documents)
        self.documents.append(document)
        outer = hint
        for place in range(len(document)):
            token = document.token(place)
            is_key = document.is_key(place)
            text = decoded(token)
            if token[0] != QUOTE:
                if token[0] in NUMBER_STARTS:
                    self.free_number(token, slot, hint, (number, place))
            elif text and text not in FAMILIAR:
                kept = Slot.TEXT if is_key else slot
                self.text(text, kept, outer if is_key else hint, (number, place), depth)
            if is_key:
                hint = hint_of(text)

    def leaf(self, text: str, slot: Slot, hint: str, spot: Spot) -> None:
        """Add a leaf."""
        self.leaves.append(Leaf(Raw(text), slot, hint))
        self.spots.append(spot)
