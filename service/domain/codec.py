"""The words of the domain as JSON and back, without loss.

States, tags and interests are kept in the store and sent over the bus. The shape follows the dataclasses themselves, so
a new field needs no second list of fields that could fall behind. A field that is absent takes its default: what an
older version wrote can still be read. Names that are not known are passed over, so what a newer version wrote can too.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import MISSING, fields, is_dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from enum import Enum
from functools import cache
from types import NoneType, UnionType
from typing import Literal, TypeVar, Union, get_args, get_origin, get_type_hints

from service.domain.interest import FirmFile, Interest
from service.domain.message import Button, Buttons
from service.domain.opportunity import Reading, State
from service.domain.tagging import Tags
from service.errors import UnreadableBody

_Read = Callable[[object], object]
_Kind = TypeVar("_Kind")
#: How a simple kind is made, and what JSON has for it.
_WRITTEN_AS: dict[type, tuple[Callable[..., object], type | tuple[type, ...]]] = {
    str: (str, str),
    int: (int, int),
    bool: (bool, bool),
    float: (float, (float, int)),
    Decimal: (Decimal, str),
    datetime: (datetime.fromisoformat, str),
    date: (date.fromisoformat, str),
}


def state_to_json(state: State) -> bytes:
    """A state as compact JSON with sorted names: equal states give equal bytes."""
    return _dumped(state)


def state_from_json(body: bytes | str) -> State:
    """The state that `state_to_json` wrote.

    Raises:
        UnreadableBody: The text is not a state.
    """
    return _loaded(body, State)


def reading_to_json(reading: Reading) -> bytes:
    """A reading as compact JSON with sorted names."""
    return _dumped(reading)


def reading_from_json(body: bytes | str) -> Reading:
    """The reading that `reading_to_json` wrote.

    Raises:
        UnreadableBody: The text is not a reading.
    """
    return _loaded(body, Reading)


def tags_to_json(tags: Tags) -> bytes:
    """Tags as compact JSON with sorted names."""
    return _dumped(tags)


def tags_from_json(body: bytes | str) -> Tags:
    """The tags that `tags_to_json` wrote.

    Raises:
        UnreadableBody: The text is not tags.
    """
    return _loaded(body, Tags)


def interest_to_json(interest: Interest) -> bytes:
    """An interest as compact JSON with sorted names."""
    return _dumped(interest)


def interest_from_json(body: bytes | str) -> Interest:
    """The interest that `interest_to_json` wrote. For what people write by hand there is `interest_file`.

    Raises:
        UnreadableBody: The text is not an interest.
    """
    return _loaded(body, Interest)


def firm_to_json(firm: FirmFile) -> bytes:
    """A firm with its interests as compact JSON with sorted names."""
    return _dumped(firm)


def firm_from_json(body: bytes | str) -> FirmFile:
    """The firm that `firm_to_json` wrote.

    Raises:
        UnreadableBody: The text is not a firm.
    """
    return _loaded(body, FirmFile)


def buttons_to_json(buttons: Buttons) -> str:
    """Buttons as JSON text; "" for none."""
    return _dumped(plain(buttons)).decode() if buttons else ""


def buttons_from_json(body: str) -> Buttons:
    """The buttons again. Raises what `interest_from_json` raises."""
    if not body:
        return ()
    return tuple(tuple(restored(button, Button) for button in _listed(row)) for row in _listed(json.loads(body)))


def plain(value: object) -> object:
    """A word of the domain as lists, mappings, texts and numbers that JSON knows.

    Moments and days become ISO 8601 texts and decimals become texts, so that no digit is lost.
    """
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, tuple | list):
        return [plain(item) for item in value]
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    return _plain_one(value)


def _plain_one(value: object) -> object:
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, datetime | date):
        return value.isoformat()
    return str(value) if isinstance(value, Decimal) else value


def restored(value: object, kind: type[_Kind]) -> _Kind:
    """The word of the domain that `plain` took apart.

    Raises:
        UnreadableBody: The value does not fit the kind; the sentence names the field.
    """
    reader: _Read = _reader(kind)  # type: ignore[arg-type]  # classes are hashable
    made = reader(value)
    if not isinstance(made, kind):  # pragma: no cover - a reader makes its own kind
        raise UnreadableBody(f"It is no {kind.__name__}.")
    return made


def _dumped(value: object) -> bytes:
    return json.dumps(plain(value), ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode(
        "utf-8", "surrogatepass"
    )


def _loaded(body: bytes | str, kind: type[_Kind]) -> _Kind:
    try:
        text = body.decode("utf-8", "surrogatepass") if isinstance(body, bytes) else body
        value: object = json.loads(text)
    except ValueError as error:
        raise UnreadableBody(f"It is no JSON: {error}.") from error
    return restored(value, kind)


@cache
def _reader(kind: object) -> _Read:
    """What turns a JSON value into one kind of word."""
    origin, inner = get_origin(kind), get_args(kind)
    if origin in (Union, UnionType):
        return _optional(_reader(next(one for one in inner if one is not NoneType)))
    if origin is tuple:
        return _many(_reader(inner[0])) if inner[-1] is Ellipsis else _row(tuple(_reader(one) for one in inner))
    if origin is Literal:
        return _one_of(inner)
    if isinstance(origin, type) and issubclass(origin, Mapping):
        return _mapping(_reader(inner[1]))
    if isinstance(kind, type):
        return _simple(kind)
    raise TypeError(f"the codec has no rule for {kind!r}")


def _simple(kind: type) -> _Read:
    if is_dataclass(kind):
        return _dataclass(kind)
    if issubclass(kind, Enum):
        return _converted(kind, kind, str)
    if kind not in _WRITTEN_AS:
        raise TypeError(f"the codec has no rule for {kind!r}")
    make, written = _WRITTEN_AS[kind]
    return _converted(kind, make, written)


def _converted(kind: type, make: Callable[..., object], written: type | tuple[type, ...]) -> _Read:
    def read(value: object) -> object:
        if not isinstance(value, written) or (isinstance(value, bool) and kind is not bool):
            raise UnreadableBody(f"{value!r} cannot be read as {kind.__name__}.")
        try:
            return make(value)
        except (ValueError, InvalidOperation) as error:
            raise UnreadableBody(f"{value!r} cannot be read as {kind.__name__}.") from error

    return read


def _optional(read: _Read) -> _Read:
    return lambda value: None if value is None else read(value)


def _many(read: _Read) -> _Read:
    return lambda value: tuple(read(item) for item in _listed(value))


def _row(reads: tuple[_Read, ...]) -> _Read:
    def read(value: object) -> object:
        items = _listed(value)
        if len(items) != len(reads):
            raise UnreadableBody(f"{value!r} must have {len(reads)} items.")
        return tuple(one(item) for one, item in zip(reads, items, strict=True))

    return read


def _one_of(allowed: tuple[object, ...]) -> _Read:
    def read(value: object) -> object:
        if value not in allowed:
            raise UnreadableBody(f"{value!r} is none of {', '.join(map(str, allowed))}.")
        return value

    return read


def _mapping(read: _Read) -> _Read:
    return lambda value: {key: read(item) for key, item in _named(value).items()}


def _dataclass(kind: type) -> _Read:
    hints = get_type_hints(kind)
    parts = {
        field.name: (_reader(hints[field.name]), field.default is MISSING and field.default_factory is MISSING)
        for field in fields(kind)
    }

    def read(value: object) -> object:
        said = _named(value)
        given: dict[str, object] = {}
        for name, (one, needed) in parts.items():
            if name in said:
                try:
                    given[name] = one(said[name])
                except UnreadableBody as error:
                    raise UnreadableBody(f"{name}: {error.detail}") from error
            elif needed:
                raise UnreadableBody(f"{name} of {kind.__name__} is missing.")
        return kind(**given)

    return read


def _listed(value: object) -> list[object]:
    if not isinstance(value, list):
        raise UnreadableBody(f"{value!r} must be a list.")
    return value


def _named(value: object) -> dict[str, object]:
    if not isinstance(value, dict):
        raise UnreadableBody(f"{value!r} must be an object with names.")
    return value
