"""Looks for responses that the fast user's parser reads wrong: `python -m benchmarks.fuzz --minutes 20 [--seed 1]`.

Three kinds of streams, each cut anywhere: random ones and mutated ones must mean the same however they are cut and
whatever was parsed before, and end in no error but the two that the parser names; responses made from a model must
be read as that model. Prints what it found, with the seed; exit code 1 when there is a finding.
"""

import argparse
import sys
import time
from collections import Counter
from collections.abc import Callable
from random import Random

from swarmfile.http import head as http_head
from tests.unit.http.corpus import CHUNKED, OK, SHORT, TOKENS, outcome

STARTS = [b"", OK, CHUNKED, OK + b"Content-Length: 5\r\n"]
NAMES = [b"X-A", b"Server", b"x-b", b"ETag", b"!#$%&'*+-.^_`|~"]
VALUES = [b"", b"1", b"a b", b"\xe4\xff", b'a,b;c="d"', b"\tx", b":" * 9]
Findings = list[str]


def main() -> None:
    """Fuzzes for the given time."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.fuzz", description=__doc__)
    parser.add_argument("--minutes", type=float, default=1.0)
    parser.add_argument("--seed", type=int, default=time.time_ns() % 10**9)
    options = parser.parse_args()
    until = time.monotonic() + options.minutes * 60
    tried, findings = fuzz(options.seed, lambda: time.monotonic() < until)
    print(*findings, sep="\n")
    counts = ", ".join(f"{count:,} {kind}" for kind, count in tried.items())
    print(f"seed {options.seed}, {options.minutes:g} minutes: {counts}; {len(findings)} findings")
    sys.exit(bool(findings))


def fuzz(seed: int, goes_on: Callable[[], bool]) -> tuple[Counter[str], Findings]:
    """Returns how many streams of each kind were tried, and a line for each finding, at most ten."""
    random = Random(seed)
    tried: Counter[str] = Counter()
    findings: Findings = []
    while len(findings) < 10 and goes_on():
        for kind, check in (("random", check_random), ("mutated", check_mutated), ("made from a model", check_model)):
            tried[kind] += 1
            finding = check(random)
            findings += [f"{kind}: {finding}"] if finding else []
    return tried, findings


def check_random(random: Random) -> str:
    """Checks tokens in any order."""
    stream = random.choice(STARTS) + b"".join(random.choices(TOKENS, k=random.randrange(15)))
    return same_however_cut(random, stream)


def check_mutated(random: Random) -> str:
    """Checks a known response of which some bytes were replaced, dropped, doubled or added."""
    stream = bytearray(random.choice(SHORT))
    for _ in range(random.randint(1, 4)):
        at = random.randrange(len(stream) + 1)
        end = at + random.choice([0, 1, 1, 2, 9])
        stream[at:end] = random.choice([b"", random.randbytes(1), bytes(stream[at:end]) * 2, random.choice(TOKENS)])
    return same_however_cut(random, bytes(stream))


def same_however_cut(random: Random, stream: bytes) -> str:
    """Returns what differs, or which unexpected error came."""
    cuts = some_cuts(random, stream)
    try:
        whole, cut = outcome(stream, []), outcome(stream, cuts)
        forget()
        anew = outcome(stream, cuts)
    except Exception as error:
        return f"{error!r} for {stream!r} cut at {cuts}"
    return "" if whole == cut == anew else f"{whole} whole, {cut} cut, {anew} anew: {stream!r} cut at {cuts}"


def check_model(random: Random) -> str:
    """Checks that a response is read as what it was made from."""
    status = random.randint(200, 599)
    body = b"" if status in (204, 304) else random.randbytes(random.choice([0, 1, 5, 300]))
    framing, framed = some_framing(random, body)
    lines = some_fields(random) + framing
    random.shuffle(lines)
    interim = b"HTTP/1.1 103 Early\r\nX-A: 1\r\n\r\n" * random.choice([0, 0, 1, 3])
    head = b"HTTP/1.%d %d some reason\r\n" % (1 if framing else random.randrange(2), status)
    written = b"".join(name + b":" + random.choice([b"", b" ", b" \t"]) + value + b"\r\n" for name, value in lines)
    stream = interim + head + written + b"\r\n" + (b"" if status in (204, 304) else framed)
    cuts = some_cuts(random, stream)
    got = outcome(stream, cuts)
    shown = tuple((name.decode(), value.strip(b" \t").decode("latin-1")) for name, value in lines)
    wanted = (status, shown, body, b"")
    return "" if got == wanted else f"{got} instead of {wanted}: {stream!r} cut at {cuts}"


def some_fields(random: Random) -> list[tuple[bytes, bytes]]:
    """Returns fields that say nothing about the body."""
    numbered = (b"X-Id", b"%d" % random.randrange(10**6))
    return [(random.choice(NAMES), random.choice(VALUES)) for _ in range(random.randrange(6))] + [numbered]


def some_framing(random: Random, body: bytes) -> tuple[list[tuple[bytes, bytes]], bytes]:
    """Returns the field that frames the body, none where the connection's end does, and the body as it is sent."""
    length = (random.choice([b"Content-Length", b"content-length"]), b"%d" % len(body))
    coding = (b"Transfer-Encoding", random.choice([b"chunked", b"Chunked"]))
    return random.choice([([length], body), ([coding], chunked(random, body)), ([], body)])


def chunked(random: Random, body: bytes) -> bytes:
    """Returns the body in chunks of any size, with extensions and trailers."""
    parts = []
    while body:
        size = random.randint(1, len(body))
        part, body = body[:size], body[size:]
        digits = (b"%x" if random.random() < 0.5 else b"%X") % size
        extension = random.choice([b"", b"", b";a", b' ; a="b c"'])
        parts.append(b"0" * random.randrange(3) + digits + extension + b"\r\n" + part + b"\r\n")
    trailers = random.choice([b"", b"", b"X-Sum: 1\r\n", b"X-Sum: 1\r\n folded\r\nX-B:\r\n"])
    return b"".join(parts) + b"0\r\n" + trailers + b"\r\n"


def some_cuts(random: Random, stream: bytes) -> list[int]:
    """Returns up to seven places, or all of them."""
    if random.random() < 0.1:
        return list(range(len(stream)))
    return [random.randrange(len(stream) + 1) for _ in range(random.randrange(8))]


def forget() -> None:
    """Empties the parser's caches."""
    http_head.known_heads.clear()
    http_head._known_lines.clear()
    http_head._facts.cache_clear()
    http_head._status.cache_clear()


if __name__ == "__main__":
    main()
