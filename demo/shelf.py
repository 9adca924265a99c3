"""Keeps the newest things within a bounded memory."""

from collections.abc import Iterator
from typing import Generic, TypeVar

Thing = TypeVar("Thing")


class Shelf(Generic[Thing]):
    """Holds things by id, in the order they came; where it is full the oldest give way."""

    def __init__(self, places: int, capacity: int) -> None:
        self._places, self._capacity = places, capacity
        self._things: dict[str, tuple[Thing, int]] = {}
        self._weight = 0

    def put(self, key: str, thing: Thing, weight: int) -> None:
        """Adds a thing of some weight; in bytes, as the capacity."""
        self._things[key] = (thing, weight)
        self._weight += weight
        while len(self._things) > self._places or (self._weight > self._capacity and len(self._things) > 1):
            self.drop(next(iter(self._things)))

    def get(self, key: str) -> Thing | None:
        """Returns the thing, None when it is not there (any more)."""
        found = self._things.get(key)
        return found[0] if found else None

    def replace(self, key: str, thing: Thing) -> None:
        """Puts another thing of the same weight in the place of one that is there."""
        self._things[key] = (thing, self._things[key][1])

    def drop(self, key: str) -> bool:
        """Removes the thing and returns whether it was there."""
        found = self._things.pop(key, None)
        self._weight -= found[1] if found else 0
        return found is not None

    def newest_first(self) -> Iterator[tuple[str, Thing]]:
        """Yields ids and things."""
        return ((key, thing) for key, (thing, _) in reversed(self._things.items()))
