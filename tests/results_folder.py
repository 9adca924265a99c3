"""What every run leaves in its folder, as docs/results.md promises it."""

RUN_FILES = {
    "blocks.jsonl.gz",
    "locust_stats.csv",
    "locust_stats_history.csv",
    "locust_failures.csv",
    "locust_exceptions.csv",
    "report.html",
    "metrics.json",
    "verdict.json",
    "junit.xml",
    "summary.md",
}
