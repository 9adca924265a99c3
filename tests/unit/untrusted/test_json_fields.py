from collections.abc import Callable

import pytest

from swarmfile.untrusted.json_fields import Fields, loads


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("{", "Expecting property name"),
        ("1e999", "1e999 is no finite number"),
        ("[" * 100_000, "is nested too deeply"),
        ("9" * 5000, "Exceeds the limit"),
        (b"\xff", "can't decode"),
        ("[1, 2, 3]", "is larger than 8 bytes"),
    ],
    ids=["cut off", "infinite", "deep", "long", "no text", "large"],
)
def test_what_cannot_be_read_is_one_kind_of_error(text: str | bytes, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        loads(text, 8 if why.endswith("8 bytes") else 10**6)


def test_what_is_no_number_is_nothing() -> None:
    assert loads('{"a": NaN, "b": [Infinity, -Infinity, 1.5]}') == {"a": None, "b": [None, None, 1.5]}


FIELDS = Fields.of({"text": "a\x1bb", "number": 1.5, "texts": ["a"], "object": {"a": 1, "b": None}, "none": None})


def test_fields_are_read_by_type() -> None:
    assert (FIELDS.text("text"), FIELDS.text("other", "x"), FIELDS.texts("texts")) == ("a\\x1bb", "x", ("a",))
    assert (FIELDS.number("number"), FIELDS.count("number"), FIELDS.number_or_none("none")) == (1.5, 1, None)
    assert FIELDS.texts_by_name("object") == {"a": "1", "b": "null"}


@pytest.mark.parametrize(
    ("read", "why"),
    [
        (lambda: FIELDS.text("number"), "number is no text: 1.5"),
        (lambda: FIELDS.text("none"), "none is missing"),
        (lambda: FIELDS.number("text"), r"text is no number: a\\x1bb"),
        (lambda: FIELDS.number("other"), "other is missing"),
        (lambda: FIELDS.texts("object"), "object is no list"),
        (lambda: FIELDS.mapping("texts"), "texts is no object"),
        (lambda: Fields.of([]), "it is no object"),
    ],
)
def test_a_field_of_another_type_is_named(read: Callable[[], object], why: str) -> None:
    with pytest.raises(ValueError, match=why):
        read()
