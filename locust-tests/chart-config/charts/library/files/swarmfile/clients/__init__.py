"""What the framework must know of a kind of user: credentials, a traceparent, and which of its requests hang."""
