"""A shelf holds a bounded amount."""

from demo.shelf import Shelf


def shelf_of(places: int, capacity: int, weights: dict[str, int]) -> Shelf[str]:
    shelf: Shelf[str] = Shelf(places, capacity)
    for key, weight in weights.items():
        shelf.put(key, f"thing {key}", weight)
    return shelf


def keys(shelf: Shelf[str]) -> list[str]:
    return [key for key, _ in shelf.newest_first()]


def test_the_oldest_gives_way_where_places_end() -> None:
    assert keys(shelf_of(2, 100, {"a": 1, "b": 1, "c": 1})) == ["c", "b"]


def test_the_oldest_give_way_where_the_capacity_ends() -> None:
    assert keys(shelf_of(9, 10, {"a": 4, "b": 4, "c": 7})) == ["c"]


def test_the_newest_stays_even_when_it_is_too_heavy() -> None:
    assert keys(shelf_of(9, 10, {"a": 1, "b": 50})) == ["b"]


def test_what_was_dropped_frees_its_capacity() -> None:
    shelf = shelf_of(9, 10, {"a": 5, "b": 5})
    assert (shelf.drop("a"), shelf.drop("a")) == (True, False)
    shelf.put("c", "thing c", 5)
    assert keys(shelf) == ["c", "b"]


def test_a_replaced_thing_keeps_its_place() -> None:
    shelf = shelf_of(9, 10, {"a": 5, "b": 5})
    shelf.replace("a", "another")
    assert (shelf.get("a"), shelf.get("x"), keys(shelf)) == ("another", None, ["b", "a"])
