"""The shop that is tested: a few pages, and routes that are slow, fail, or suffer under load."""

import hashlib
import html

import gevent
from gevent.lock import BoundedSemaphore
from werkzeug.exceptions import NotFound, UnprocessableEntity

from demo.answers import Request, Response, as_json, failure
from demo.faults import Share
from demo.target import ANY, Route

PRODUCTS = {str(number): f"Product {number}" for number in range(1, 101)}
POOL_PLACES = 10
POOL_SERVICE_S = 0.02
SEARCH_PLACES = 2
SEARCH_SERVICE_S = 0.04
MAX_WAIT_MS = 600_000
MAX_BYTES = 16 * 1024 * 1024


class Shop:
    """The pages' handlers and the little state behind them."""

    def __init__(self) -> None:
        self._pool = BoundedSemaphore(POOL_PLACES)
        self._search = BoundedSemaphore(SEARCH_PLACES)
        self._failing = Share()

    def routes(self) -> tuple[Route, ...]:
        """The shop's part of the routing table."""
        return (
            Route("GET", "/", lambda _: HOME),
            Route("GET", "/products", lambda _: PRODUCT_LIST),
            Route("GET", "/products/{id}", self.product),
            Route("GET", "/search", self.search),
            Route("GET", "/cart", lambda _: page("Cart", "<p>Your cart is empty.</p>")),
            Route("POST", "/cart", self.add_to_cart),
            Route("GET", "/checkout", lambda _: page("Checkout", "<p>Nothing to pay.</p>")),
            Route("POST", "/orders", self.order),
            Route("GET", "/slow", self.slow),
            Route("GET", "/flaky", self.flaky),
            Route("GET", "/pool", self.pool),
            Route("GET", "/bytes", self.some_bytes),
            Route(ANY, "/echo", self.echo),
        )

    def product(self, _: Request, number: str) -> Response:
        """One product's page; 404 beyond the hundredth."""
        name = PRODUCTS.get(number)
        if name is None:
            raise NotFound("no such product")
        return page(name, "<p>In stock.</p>")

    def search(self, _: Request) -> Response:
        """Searches for two at a time, 40 ms each: beyond 50 searches/s others wait."""
        with self._search:
            gevent.sleep(SEARCH_SERVICE_S)
        return PRODUCT_LIST

    def add_to_cart(self, request: Request) -> Response:
        """Takes {"product": id}; carts are not kept, so a long run fills no memory."""
        product = str(request.json_object().get("product"))
        if product not in PRODUCTS:
            raise UnprocessableEntity("product: write the id of a product, 1 to 100")
        return as_json({"product": product, "name": PRODUCTS[product]}, 201)

    def order(self, request: Request) -> Response:
        """Takes any JSON object and confirms it."""
        digest = hashlib.sha256(request.get_data()).hexdigest()[:12]
        return as_json({"order": digest, "items": len(request.json_object())}, 201)

    def slow(self, request: Request) -> Response:
        """Answers after ?ms= milliseconds (default 500)."""
        wait_ms = min(request.number("ms", 500), MAX_WAIT_MS)
        gevent.sleep(wait_ms / 1000)
        return page("Slow", f"<p>After {wait_ms:g} ms.</p>")

    def flaky(self, request: Request) -> Response:
        """Answers 500 to the share ?rate= of the requests (default 0.1), evenly spread."""
        if self._failing.picks(min(request.number("rate", 0.1), 1.0)):
            return failure(500, "this request was chosen to fail")
        return page("Flaky", "<p>This time it worked.</p>")

    def pool(self, request: Request) -> Response:  # noqa: ARG002
        """Has ten places and needs 20 ms in one: beyond 500 requests/s the queue, and the latency, grow."""
        with self._pool:
            gevent.sleep(POOL_SERVICE_S)
        return page("Pool", "<p>Had a place.</p>")

    def some_bytes(self, request: Request) -> Response:
        """Answers ?n= bytes (default 1024)."""
        size = int(min(request.number("n", 1024), MAX_BYTES))
        return Response(b"x" * size, content_type="application/octet-stream")

    def echo(self, request: Request) -> Response:
        """Tells what arrived: method, target, headers, the body's length and digest."""
        body, headers = request.get_data(), {name.lower(): value for name, value in request.headers.items()}
        digest = hashlib.sha256(body).hexdigest()
        seen = {"method": request.method, "target": request.full_path.removesuffix("?"), "headers": headers}
        return as_json(seen | {"body_bytes": len(body), "body_sha256": digest})


def page(title: str, content: str) -> Response:
    """Returns an HTML page; the content is HTML, the title is text."""
    name = html.escape(title)
    text = f"<!doctype html><html lang=en><title>{name}</title><h1>{name}</h1>{content}<a href=/>Home</a></html>\n"
    return Response(text, content_type="text/html; charset=utf-8")


HOME = page("Demo shop", "<a href=/products>Products</a> <a href=/cart>Cart</a>")
PRODUCT_LIST = page(
    "Products", "".join(f"<li><a href=/products/{number}>{name}</a></li>" for number, name in PRODUCTS.items())
)
