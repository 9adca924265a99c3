"""How Locust counts requests, and which percentiles it tells."""

from swarmfile.patches.holds.hold import Attributes, Behaviour, Hold, Kind, Signature, Source, Text

HOLDS = (
    Hold(
        "bucket",
        Kind.REPLACED,
        "locust",
        "locust.stats:bucket_response_time",
        ("patches/buckets.py: replace_rounding", "http/stats.py: record"),
        "Locust rounds response times to two digits; ours are within 0.5% everywhere that Locust shows percentiles.",
        "percentiles, CSV, HTML and assertions are off by up to 5%",
        (
            Signature("locust.stats:bucket_response_time", "(response_time)"),
            # Below 100 ms `record` rounds by itself where nobody replaced the function.
            Source(
                "locust.stats:bucket_response_time", "e175a7d2fc0c29ed1bcfcedd2c4ce3f5201d66ae531bb587c4be1cd6041924d1"
            ),
            Text("locust.stats:StatsEntry._log_response_time", ("= bucket_response_time(response_time)",)),
        ),
        since="2.43.4",
    ),
    Hold(
        "csv-percentiles",
        Kind.REPLACED,
        "locust",
        "locust.stats:StatsCSV._percentile_fields",
        ("patches/buckets.py: replace_rounding, _percentile_fields",),
        "Locust's CSV cuts percentiles to whole milliseconds; ours does the same without the cut.",
        "the CSV files say other percentiles than the verdict",
        (
            Signature("locust.stats:StatsCSV._percentile_fields", "(self, stats_entry, use_current=False)"),
            Source(
                "locust.stats:StatsCSV._percentile_fields",
                "d13382582fd8d21e0046059eb51efae97e50a5f9e5919d582c45c876a5fe6277",
            ),
            Text("locust.stats:StatsCSV._requests_data_rows", ("self._percentile_fields(stats_entry)",)),
            Text("locust.stats:StatsCSVFileWriter._stats_history_data_rows", ("self._percentile_fields(stats_entry,",)),
            Attributes("made:stats_csv", ("percentiles_na", "percentiles_to_report")),
        ),
    ),
    Hold(
        "record",
        Kind.MIRRORED,
        "locust",
        "locust.stats:RequestStats.log_request",
        ("http/stats.py: record, Recorder.report, _nothing_replaced",),
        "SwarmHttpUser counts a successful request itself, in a third of the time that Locust's four functions take.",
        "counts, sums or current percentiles of SwarmHttpUser differ from those of other users, with no error",
        (
            Source(
                "locust.stats:RequestStats.log_request",
                "35155cb9df85531f71267fd297e98a96306e4f0936ab5fe32f248e81f508792c",
            ),
            Source("locust.stats:StatsEntry.log", "f8a1baa3c6a925bdbf439d0fb55c038a86bc437f91fae758839b673364f65939"),
            Source(
                "locust.stats:StatsEntry._log_time_of_request",
                "084a92de9f223351141fe2da7793606469a6ab52589624297a50bf2df1029f09",
            ),
            Source(
                "locust.stats:StatsEntry._log_response_time",
                "649af08ae4305143e38154e9ac7594318a20ab25eb077dc9e00bfc35bec86a87",
            ),
        ),
    ),
    Hold(
        "request-listener",
        Kind.PRIVATE,
        "locust",
        "locust.runners:Runner.__init__.<locals>.on_request",
        ("http/stats.py: Recorder._stats_behind, Recorder.report",),
        "That Locust's own listener is the first of the request event is how we know that counting directly is safe.",
        "SwarmHttpUser takes the slow way for each request (it falls back, nothing is miscounted)",
        (
            Behaviour("the_first_request_listener_is_locusts"),
            # What the short way does in its place.
            Text(
                "locust.runners:Runner.__init__",
                (
                    "def on_request(request_type, name, response_time, response_length, exception=None, **_kwargs):",
                    "self.stats.log_request(request_type, name, response_time, response_length)",
                    "if exception:",
                    "self.stats.log_error(request_type, name, exception)",
                    "self.environment.events.request.add_listener(on_request)",
                ),
            ),
        ),
    ),
    Hold(
        "response-times-cache",
        Kind.PRIVATE,
        "locust",
        "locust.stats:StatsEntry._cache_response_times",
        ("http/stats.py: record", "patches/buckets.py: Tidier._tidy"),
        "Who counts must keep the copies by which Locust knows current percentiles; those of endpoints we drop.",
        "current percentiles stand still, or a master's memory grows by the second and endpoint",
        (
            Signature("locust.stats:StatsEntry._cache_response_times", "(self, t)"),
            Attributes("made:stats_entry", ("use_response_times_cache", "response_times_cache")),
            Text("locust.stats:StatsEntry.log", ("if self.use_response_times_cache and",)),
            Text("locust.stats:StatsEntry.extend", ("if self.use_response_times_cache:", "self._cache_response_times")),
            # Nobody but the full CSV history and the row of all requests asks for current percentiles.
            Behaviour("current_percentiles_of_an_endpoint_are_read_by_the_full_history_alone"),
        ),
    ),
    Hold(
        "rates-look-back",
        Kind.MIRRORED,
        "locust",
        "locust.stats:StatsEntry.current_rps",
        ("patches/buckets.py: Tidier._tidy",),
        "Locust's current rates look back 12 s; what is older than 60 s is deleted, since nothing else reads it.",
        "current rates are too low after the first minute, or memory grows for hours",
        (
            Source(
                "locust.stats:StatsEntry.current_rps",
                "2805762ef9a8f73064b54dfa045baa33743a8b51a1fbacb34294be71c4972193",
            ),
            Source(
                "locust.stats:StatsEntry.current_fail_per_sec",
                "1a83c57e96ce0b38bfd3ccfcf645b39633a12e5fc99df2e6eab72ced34e6562f",
            ),
            Behaviour("counts_per_second_are_read_by_current_rates_alone"),
        ),
    ),
    Hold(
        "entries",
        Kind.PRIVATE,
        "locust",
        "locust.stats:EntriesDict.__missing__",
        ("http/stats.py: Recorder.count, Recorder.report",),
        "An entry that is asked for by (name, method) is made when it is not there.",
        "the first request of each name raises KeyError in the user's task",
        (
            Source(
                "locust.stats:EntriesDict.__missing__",
                "600118dd96fbe82d89c0a673b6935cbbc90dfef24b01ffcdb67df8cf1282fec5",
            ),
        ),
    ),
    Hold(
        "new-entries",
        Kind.ORDER,
        "locust",
        "locust.stats:RequestStats.clear_all",
        ("metrics/build.py: Builder.build, Builder._rows", "http/stats.py: Recorder.count"),
        "A new run has another dict of entries, and a reset gives an entry another start: so we tell them apart.",
        "metrics mix the numbers of two runs, or keep a distribution that was reset",
        (
            Text("locust.stats:RequestStats.clear_all", ("self.total =", "self.entries = EntriesDict(self)")),
            Text("locust.stats:StatsEntry.reset", ("self.start_time = time.time()",)),
        ),
    ),
    Hold(
        "log-error",
        Kind.REPLACED,
        "locust",
        "locust.stats:RequestStats.log_error",
        ("credentials/redact.py: redact_failures", "http/stats.py: Recorder.report"),
        "Every failure's text passes here, so here secrets are taken out of it.",
        "a secret that a target echoes stands in reports, CSV and metrics",
        (
            Signature("locust.stats:RequestStats.log_error", "(self, method, name, error)"),
            Text("locust.stats:RequestStats.log_error", ("StatsError.create_key(method, name, error)",)),
            Behaviour("failures_are_kept_by_log_error_alone"),
        ),
    ),
    Hold(
        "percentile-rule",
        Kind.MIRRORED,
        "locust",
        "locust.stats:calculate_response_time_percentile",
        ("stats/distribution.py: percentile", "stats/ranked.py: quantiles"),
        "Our percentiles follow Locust's own rule, so that verdict, metrics and Locust's pages tell the same number.",
        "the verdict's percentiles differ from those of the web UI and the CSV",
        (
            Source(
                "locust.stats:calculate_response_time_percentile",
                "6246ddfa16c19e7d571a05fcd839f6a79e7d6a7c6c7126bb07168b92d8e29ea0",
            ),
        ),
    ),
    Hold(
        "total-rate",
        Kind.MIRRORED,
        "locust",
        "locust.stats:StatsEntry.total_rps",
        ("judge/judge.py: Judge._exact",),
        "A run's rate is requests between Locust's start_time and last_request_timestamp, as on its pages.",
        "the verdict's rate differs from Locust's total rate",
        (
            Source(
                "locust.stats:StatsEntry.total_rps", "6ba93ef1a58c3195aaf473070f26c60acb8f37d30a4dfe42910d8c4585108eb4"
            ),
        ),
    ),
)
