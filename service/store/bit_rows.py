"""Sets of numbers as bits: a row of bits for each key, so that "how many of these have that key" is one quick pass."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np
from numpy.typing import NDArray

#: Eight numbers a byte, the smallest in the lowest bit; a multiple of eight bytes.
Bits = NDArray[np.uint8]
Numbers = NDArray[np.int64]
#: Numbers held by one step of `room_for`.
_STEP = 4_096


def room_for(most: int) -> int:
    """How many numbers to make room for so that the greatest fits, with some to spare."""
    return (most + most // 4) // _STEP * _STEP + _STEP


def packed(flags: NDArray[np.bool_]) -> Bits:
    """A flag for each number, as bits."""
    return np.packbits(flags, bitorder="little")


def held(bits: Bits) -> Numbers:
    """The numbers in a set, the smallest first."""
    return np.flatnonzero(np.unpackbits(bits, bitorder="little"))


def size(bits: Bits) -> int:
    """How many numbers are in a set."""
    return int(np.bitwise_count(bits.view(np.uint64)).sum())


class BitRows:
    """A set of numbers for each key."""

    def __init__(self) -> None:
        self._places: dict[str, int] = {}
        self._bits: NDArray[np.uint8] = np.zeros((0, 0), np.uint8)

    def widen(self, room: int) -> None:
        """Make room for numbers below `room`, a multiple of 64."""
        self._grow(rows=self._bits.shape[0], columns=room // 8)

    def forget(self, numbers: Iterable[int]) -> None:
        """Take numbers out of every set."""
        for number in numbers:
            self._bits[:, number >> 3] &= np.uint8(0xFF ^ 1 << (number & 7))

    def add(self, members: Mapping[str, list[int]]) -> None:
        """Put numbers into the sets of keys."""
        missing = [key for key in members if key not in self._places]
        self._places |= {key: len(self._places) + place for place, key in enumerate(missing)}
        if len(self._places) > self._bits.shape[0]:
            self._grow(rows=len(self._places) * 2, columns=self._bits.shape[1])
        for key, numbers in members.items():
            chosen = np.asarray(numbers, np.int64)
            bits = np.left_shift(1, chosen & 7).astype(np.uint8)
            np.bitwise_or.at(self._bits[self._places[key]], chosen >> 3, bits)

    def any_of(self, keys: Iterable[str]) -> Bits:
        """What has one of the keys at least."""
        rows = [self._places[key] for key in keys if key in self._places]
        either: Bits = np.bitwise_or.reduce(self._bits[rows], axis=0)
        return either

    def counts(self, among: Bits) -> Mapping[str, int]:
        """How many of a set each key has; keys that have none are left out."""
        both = (self._bits[: len(self._places)] & among).view(np.uint64)
        numbers = np.bitwise_count(both).sum(axis=1, dtype=np.int64)
        return {key: int(numbers[place]) for key, place in self._places.items() if numbers[place]}

    def _grow(self, *, rows: int, columns: int) -> None:
        grown = np.zeros((rows, columns), np.uint8)
        grown[: self._bits.shape[0], : self._bits.shape[1]] = self._bits
        self._bits = grown
