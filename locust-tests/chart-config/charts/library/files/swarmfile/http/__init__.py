"""The fast HTTP user and its client; docs/http-user.md is its page."""
