"""What the framework must know of a kind of user: how it gets credentials and a traceparent."""
