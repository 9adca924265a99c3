"""Every page that the demo's visitors ask for is one that its shop has."""

from demo.process import RunningTarget
from demo.visitors import ShopVisitor
from tests.unit.http.swarm_user import listen, new_environment


def test_each_task_of_a_visitor_is_answered(target: RunningTarget) -> None:
    environment = new_environment()
    events = listen(environment)
    visitor = type("Visitor", (ShopVisitor,), {"host": target.url})(environment)
    for name in ("look_around", "read_a_product_page", "search", "buy"):
        getattr(visitor, name)()
    assert {event["name"] for event in events} == {"/", "/products/[id]", "/search", "/cart", "/orders"}
    assert [event["exception"] for event in events if event["exception"]] == []
