"""What the leading process does: it begins, watches, ends and answers for runs."""
