"""Every form in which a target may give a secret back."""

import base64
import html
import json
import time
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import given
from hypothesis import strategies as st

from swarmfile.credentials.forms import pattern_of

SECRET = "pä ss/w+rd-1=&'\""
FORMS = {
    "plain": SECRET,
    "other case": SECRET.upper(),
    "url": quote(SECRET, safe=""),
    "url, lower case": quote(SECRET, safe="").lower(),
    "url twice": quote(quote(SECRET, safe=""), safe=""),
    "form": quote_plus(SECRET),
    "json": json.dumps(SECRET)[1:-1],
    "json in json": json.dumps(json.dumps(SECRET))[3:-3],
    "json without unicode": json.dumps(SECRET, ensure_ascii=False)[1:-1].replace("/", "\\/"),
    "html": html.escape(SECRET),
    "html in html": html.escape(html.escape(SECRET)),
    "html by number": "".join(f"&#{ord(each)};" for each in SECRET),
    "html by hex number": "".join(f"&#x{ord(each):04X};" for each in SECRET),
    "html by name": SECRET.replace("ä", "&auml;").replace("/", "&sol;").replace("=", "&equals;"),
    "python": repr(SECRET.encode())[2:-1],
    "as sent": SECRET.encode().decode("latin-1"),
    "hex": SECRET.encode().hex(),
    "hex, upper case": SECRET.encode().hex(":").upper(),
}


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS.keys())
def test_a_secret_is_found_however_it_is_written(form: str) -> None:
    pattern = pattern_of([SECRET])
    assert pattern
    assert pattern.sub("*", f"<{form}>") == "<*>"


@pytest.mark.parametrize("before", ["", "a", "ab", "user:", "Bearer "])
@pytest.mark.parametrize("after", ["", "!", "!!", "\n"])
@pytest.mark.parametrize("encode", [base64.b64encode, base64.urlsafe_b64encode])
def test_base64_of_a_text_around_it_tells_nothing(before: str, after: str, encode: object) -> None:
    assert callable(encode)
    pattern = pattern_of([SECRET])
    assert pattern
    text = encode(f"{before}{SECRET}{after}".encode()).decode()
    left = pattern.sub("*", f'"{text}"').strip('"')
    kept = 4 * (len(before.encode()) // 3) + 3
    assert "*" in left
    assert len(left) <= kept + 4


@given(st.text(st.characters(codec="utf-8"), min_size=8, max_size=40), st.text(max_size=3), st.text(max_size=3))
def test_any_secret_is_found_in_base64_wherever_it_stands(secret: str, before: str, after: str) -> None:
    pattern = pattern_of([secret])
    assert pattern
    text = f"{before}{secret}{after}".encode("utf-8", "replace")
    assert pattern.search(base64.b64encode(text).decode())
    assert pattern.search(base64.urlsafe_b64encode(text).decode())


def test_ordinary_words_stay() -> None:
    assert pattern_of(["test", "demo", "1234567"]) is None
    pattern = pattern_of(["password"])
    assert pattern
    assert pattern.sub("*", "a user passes words to pass, word by word") == "a user passes words to pass, word by word"


@pytest.mark.parametrize("text", ["\\", "%25", "&amp;", "&#0", "pass/", "cGFzc3d", " ", "70 61 "])
def test_no_text_takes_long(text: str) -> None:
    pattern = pattern_of(["password-of-a-user/", "x" * 500])
    assert pattern
    begun = time.process_time()
    pattern.sub("*", text * (65_536 // len(text)))
    assert time.process_time() - begun < 2
