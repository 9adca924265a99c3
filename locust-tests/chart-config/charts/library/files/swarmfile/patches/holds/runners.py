"""How runners start, dispatch and stop users."""

from swarmfile.patches.holds.hold import Attributes, Behaviour, Hold, Kind, Signature, Source, Text, Value

HOLDS = (
    Hold(
        "runner-start",
        Kind.REPLACED,
        "locust",
        "locust.runners:MasterRunner.start",
        ("patches/spawn.py: Spawning.take_over, Spawning.start", "load/keep.py: Keeper.look"),
        "A ramp blocks whoever calls `start`; ours runs it in a greenlet of its own and hears of every target.",
        "stages shorter than their ramp are skipped, nobody hears of a lost worker, the plan is unknown",
        (
            Signature(
                "locust.runners:MasterRunner.start", "(self, user_count, spawn_rate, wait=False, user_classes=None)"
            ),
            Signature(
                "locust.runners:LocalRunner.start", "(self, user_count, spawn_rate, wait=False, user_classes=None)"
            ),
            Text("locust.runners:Runner.shape_worker", ("self.start(user_count=user_count, spawn_rate=spawn_rate,",)),
            Text("locust.web:WebUI.__init__", ("gevent.spawn(environment.runner.start, user_count, spawn_rate)",)),
        ),
    ),
    Hold(
        "runner-stop",
        Kind.REPLACED,
        "locust",
        "locust.runners:MasterRunner.stop",
        ("patches/spawn.py: Spawning.take_over, Spawning.stop",),
        "A stop ends the ramp first, which Locust's master would go on with.",
        "a run that is stopped during its ramp goes on spawning",
        (
            Signature("locust.runners:MasterRunner.stop", "(self, send_stop_to_client=True)"),
            Signature("locust.runners:LocalRunner.stop", "(self)"),
            Text("locust.runners:MasterRunner.quit", ("self.stop(send_stop_to_client=False)",)),
            Text("locust.web:WebUI.__init__", ("environment.runner.stop()",)),
        ),
    ),
    Hold(
        "runner-quit",
        Kind.REPLACED,
        "locust",
        "locust.runners:Runner.quit",
        ("master/quit.py: _stop_before_quit",),
        "Before a runner quits its run is stopped, its last reports are awaited and its verdict is made.",
        "the last 3 s of each worker are missing in the verdict",
        (
            Signature("locust.runners:MasterRunner.quit", "(self)"),
            Signature("locust.runners:Runner.quit", "(self)"),
            # Why half a second is not enough.
            Text("locust.runners:MasterRunner.quit", ("gevent.sleep(0.5)", "self.greenlet.kill(block=True)")),
            Text("locust.runners:MasterRunner.__init__", ("def on_quitting(", "self.quit()")),
        ),
    ),
    Hold(
        "runner-greenlets",
        Kind.PRIVATE,
        "locust",
        "locust.runners:Runner.greenlet",
        ("patches/spawn.py: Spawning.start", "master/quit.py: _stop_before_quit"),
        "The shape and the listener to workers run in this group, which quitting kills: we must not wait in them.",
        "quitting kills the greenlet that waits for last reports, or a ramp outlives its runner",
        (
            Attributes("made:local_runner", ("greenlet",)),
            Text("locust.runners:MasterRunner.__init__", ("self.greenlet.spawn(self.client_listener)",)),
            Text("locust.runners:Runner.start_shape", ("self.greenlet.spawn(self.shape_worker)",)),
            Signature("locust.runners:locust_exception_handler", "(environment)"),
        ),
    ),
    Hold(
        "log-exception",
        Kind.REPLACED,
        "locust",
        "locust.runners:Runner.log_exception",
        ("credentials/redact.py: redact_exceptions",),
        "What tasks raised is collected here, so here secrets are taken out of it.",
        "a secret in an exception's text stands in reports and CSV",
        (
            Signature("locust.runners:Runner.log_exception", "(self, node_id, msg, formatted_tb)"),
            Text("locust.runners:MasterRunner.handle_message", ("self.log_exception(msg.node_id,",)),
            Text("locust.runners:LocalRunner.__init__", ('self.log_exception("local",',)),
        ),
    ),
    Hold(
        "exceptions",
        Kind.PRIVATE,
        "locust",
        "locust.runners:Runner.exceptions",
        ("judge/validity.py: Doubter.doubts", "judge/script.py: exceptions"),
        "Tasks that raised make a run INVALID; Locust counts them here, by their traceback.",
        "errors of a script do not make a run INVALID any more, or the verdict cannot be made (KeyError)",
        (
            Attributes("made:local_runner", ("exceptions",)),
            Behaviour("exceptions_have_count_msg_and_traceback"),
            Text(
                "locust.runners:WorkerRunner.__init__",
                ('"".join(traceback.format_tb(tb))', '"traceback": formatted_tb'),
            ),
        ),
    ),
    Hold(
        "master-attributes",
        Kind.UNDOCUMENTED,
        "locust",
        "locust.runners:MasterRunner.spawning_completed",
        ("load/keep.py: Keeper.look, release",),
        "Users are distributed again only once spawning is complete, to the target and at the rate that was asked for.",
        "after a lost worker its users are never replaced",
        (
            Attributes(
                "made:master_runner", ("spawning_completed", "spawn_rate", "target_user_count", "worker_indexes")
            ),
            # A worker that never said it is ready to this master has no index: it is a predecessor's.
            Text("locust.runners:MasterRunner.get_worker_index", ("self.worker_indexes[client_id] = index",)),
        ),
    ),
    Hold(
        "users-dispatcher",
        Kind.PRIVATE,
        "locust",
        "locust.runners:Runner._users_dispatcher",
        ("load/keep.py: Keeper.correct",),
        "A worker that was silent for a moment can be lost to the distribution for ever; we put it back.",
        "users of such a worker never run again, with no error",
        (
            Attributes("made:master_runner", ("_users_dispatcher",)),
            Attributes("made:dispatcher", ("_worker_nodes",)),
            Signature("locust.dispatch:UsersDispatcher.add_worker", "(self, worker_node)"),
            Signature("locust.dispatch:UsersDispatcher.remove_worker", "(self, worker_node)"),
            Source(
                "locust.dispatch:UsersDispatcher.add_worker",
                "f6f95e3d8238ff5f0994ebd9f20f8e9ad1cd39ed60e4eb4f3e36e962c4e8d911",
            ),
            Source(
                "locust.dispatch:UsersDispatcher.remove_worker",
                "fe3f71669f9cb70872ee9d243529e996c3c69c1f73af641688f51dbcd69cb871",
            ),
        ),
    ),
    Hold(
        "rebalancing",
        Kind.ORDER,
        "locust",
        "locust.runners:MasterRunner.rebalancing_enabled",
        ("load/keep.py: Keeper.__init__",),
        "--enable-rebalancing has no environment variable; Locust reads the option each time, so we set it.",
        "the users of a lost worker are missing for a minute",
        (
            Text(
                "locust.runners:MasterRunner.rebalancing_enabled",
                ("self.environment.parsed_options.enable_rebalancing",),
            ),
        ),
    ),
    Hold(
        "dispatch-course",
        Kind.MIRRORED,
        "locust",
        "locust.dispatch:UsersDispatcher._dispatcher",
        ("run/plan.py: Requested.users",),
        "How many users are due at each moment: a ramp is a line, and downwards its first second is taken at once.",
        "the delivered share is wrong: runs become INVALID, or stay valid, for no reason",
        (
            Source(
                "locust.dispatch:UsersDispatcher._dispatcher",
                "3d6ad4e6a8e8c35489a67c96a49de62f298e620ea62ac8352d5b1ebe400cc68a",
            ),
            Source(
                "locust.dispatch:UsersDispatcher._wait_between_dispatch_iteration_context",
                "7d638bfafdde820252f346341b483bb7f0c161a1c6c5bfbd0169ec7541c0d364",
            ),
            Source(
                "locust.dispatch:UsersDispatcher.new_dispatch",
                "a6bf649f81392be6113845c29a874f26da20faaa83c678bdd2be8d3c96ceaf2c",
            ),
        ),
    ),
    Hold(
        "clear-before-start",
        Kind.ORDER,
        "locust",
        "locust.runners:MasterRunner.start",
        (
            "judge/worker.py: SecondBySecond.reset",
            "judge/worker_facts.py: WorkerFacts.reset",
            "run/slowest.py: Slowest.begin",
            "master/watch.py: RunWatch.begin, RunWatch.requested",
        ),
        "A run's statistics are cleared before test_start fires, in each of the three kinds of process.",
        "a run begins with the requests of the one before it",
        (
            Text(
                "locust.runners:MasterRunner.start",
                ("self.stats.clear_all()", "self.environment.events.test_start.fire("),
            ),
            Text(
                "locust.runners:LocalRunner._start",
                ("self.stats.clear_all()", "self.environment.events.test_start.fire("),
            ),
            Text(
                "locust.runners:WorkerRunner.handle_message",
                ("self.stats.clear_all()", "self.environment.events.test_start.fire("),
            ),
        ),
    ),
    Hold(
        "stop-order",
        Kind.ORDER,
        "locust",
        "locust.runners:MasterRunner.stop",
        (
            "master/install.py: lead, _stopped",
            "master/watch.py: RunWatch.settle",
            "load/spread.py: ArrivalsShape.end",
        ),
        "test_stopping comes before users are stopped, test_stop when none is left and before the last reports.",
        "why a run ended is noted too late, or its verdict is made while users still run",
        (
            Text(
                "locust.runners:MasterRunner.stop",
                ("events.test_stopping.fire(", 'Message("stop", None, client.id)', "events.test_stop.fire("),
            ),
            Text(
                "locust.runners:Runner.stop",
                ("events.test_stopping.fire(", "self.stop_users(", "events.test_stop.fire("),
            ),
        ),
    ),
    Hold(
        "states",
        Kind.TEXT,
        "locust",
        "locust.runners:STATE_RUNNING",
        (
            "master/state.py: run_state",
            "metrics/build.py: Builder._generators, _told",
            "metrics/known.py: _run, _workers",
            "metrics/snapshot.py: Snapshot.is_live",
        ),
        "The exporter knows no Locust, so states are compared by their words.",
        "metrics and the state route tell a wrong state, with no error",
        (
            Value("locust.runners:STATE_INIT", "'ready'"),
            Value("locust.runners:STATE_SPAWNING", "'spawning'"),
            Value("locust.runners:STATE_RUNNING", "'running'"),
            Value("locust.runners:STATE_CLEANUP", "'cleanup'"),
            Value("locust.runners:STATE_MISSING", "'missing'"),
        ),
    ),
)
