"""The names of a run's files: the library writes no others, and nothing else is kept of a results folder."""

HISTORY = "locust_stats_history.csv"
VERDICT = "verdict.json"
JUNIT = "junit.xml"
SUMMARY = "summary.md"
METRICS = "metrics.json"
STATS = "locust_stats.csv"
FAILURES = "locust_failures.csv"
# What comparisons are made of: swarmfile/stats/blocks.py says how it is written.
BLOCKS = "blocks.jsonl.gz"
EXCEPTIONS = "locust_exceptions.csv"
REPORT = "report.html"
# The last known state of a run whose numbers are not written yet, kept by the sidecar.
STATE = "state.json"

# What a run has once everything about it is written.
LAST_FILES = (VERDICT, JUNIT, SUMMARY)
# In the order in which they matter, where there is no room for all of them.
FILES = (*LAST_FILES, METRICS, BLOCKS, STATS, FAILURES, EXCEPTIONS, HISTORY, REPORT)
