"""What explains a failure: its first requests and responses, and the last log lines."""
