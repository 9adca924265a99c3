"""Events, their listeners, and what Locust's main does before a run."""

from swarmfile.patches.holds.hold import Behaviour, Hold, Kind, Signature, Text

HOLDS = (
    Hold(
        "handlers",
        Kind.PRIVATE,
        "locust",
        "locust.event:EventHook._handlers",
        (
            "http/stats.py: Recorder.count, Recorder.direct_stats, Recorder._look_at",
            "master/quit.py: install",
        ),
        "Who listens decides whether the short way of counting is open; of `quitting` our listener has to be the last.",
        "SwarmHttpUser raises AttributeError on each request; a script's or plugin's exit code replaces the verdict's",
        (Behaviour("an_event_keeps_its_listeners_in_a_list"),),
    ),
    Hold(
        "request-fire",
        Kind.REPLACED,
        "locust",
        "locust.event:EventHook.fire",
        ("load/standby.py: take_over, from_arrival", "http/stats.py: _nothing_replaced"),
        "In the open model response times count from the arrival; every client reports by this event's `fire`.",
        "response times of the open model leave out what requests waited (coordinated omission), with no error",
        (
            Signature("locust.event:EventHook.fire", "(self, *, reverse=False, **kwargs)"),
            Text(
                "locust.clients:ResponseContextManager._report_request",
                ("self._request_event.fire(**self.request_meta)",),
            ),
            Text("locust.contrib.fasthttp:FastHttpSession.request", ("self.request_event.fire(**request_meta)",)),
            Text("locust.event:EventHook.measure", ("self.fire(**request_meta)",)),
        ),
    ),
    Hold(
        "listener-failed",
        Kind.TEXT,
        "locust",
        "locust.event:EventHook.fire",
        ("judge/script.py: _LISTENER_FAILED, ListenerErrors.emit", "judge/worker_facts.py: WorkerFacts.start"),
        "A script's listener that raises is only logged, on the root logger; its words are how we count it.",
        "errors of a script's listeners do not make a run INVALID any more, with no error",
        (
            Text(
                "locust.event:EventHook.fire",
                ('logging.error("Uncaught exception in event handler: \\n%s", traceback.format_exc())',),
            ),
        ),
    ),
    Hold(
        "exit-from-listener",
        Kind.ORDER,
        "locust",
        "locust.event:EventHook.fire",
        (
            "load/shape.py: refuse_another",
            "clients/install.py: or_refuse",
            "master/marker.py: resume",
        ),
        "sys.exit in an init listener ends the process: `fire` catches Exception, which SystemExit is not.",
        "a run that has to be refused goes on",
        (Behaviour("a_listener_may_end_the_process"),),
    ),
    Hold(
        "init-first",
        Kind.ORDER,
        "locust",
        "locust.main:main",
        (
            "load/options.py: apply",
            "load/shape.py: take_over",
            "master/quit.py: install",
            "master/marker.py: resume",
            "metrics/route.py: linger",
            "patches/clock.py: install",
            "patches/spawn.py: Spawning.take_over",
        ),
        "Locust reads shape, load, autostart, autoquit and headless after `init`, from the objects that we change.",
        "loadTest and stages are ignored, a restarted master repeats its run, last reports are lost",
        (
            Text(
                "locust.main:main",
                (
                    "environment.events.init.fire(",
                    "time.sleep(options.autoquit)",
                    "gevent.spawn_later(options.run_time, stop_and_optionally_quit)",
                    "while len(runner.clients.ready) < options.expect_workers:",
                    "if options.expect_workers_max_wait and",
                    "if environment.shape_class:",
                    "environment.runner.start_shape()",
                    "gevent.spawn(runner.start, options.num_users, options.spawn_rate)",
                    "if options.run_time:",
                    "if options.headless:\n        start_automatic_run()",
                    "if options.autostart and not options.headless:\n            start_automatic_run()",
                ),
            ),
            Text("locust.main:create_environment", ("parsed_options=options,",)),
            # Tags reach workers with each order to spawn.
            Text("locust.runners:WorkerRunner.handle_message", ('or k in ["expect_workers", "tags", "exclude_tags"]',)),
            Behaviour("locust_has_the_options_that_we_read_and_set"),
        ),
    ),
    Hold(
        "web-after-init",
        Kind.ORDER,
        "locust",
        "locust.main:main",
        (
            "master/state.py: install",
            "master/web.py: install",
            "credentials/web_login.py: protect",
            "metrics/route.py: install",
        ),
        "Routes and checks can be added in `init`: the web server is made before and started after it.",
        "Flask refuses our routes, and the process ends",
        (
            Text(
                "locust.main:main",
                ("environment.create_web_ui(", "delayed_start=True", "environment.events.init.fire(", "web_ui.start()"),
            ),
        ),
    ),
    Hold(
        "quit-order",
        Kind.ORDER,
        "locust",
        "locust.main:main",
        ("master/quit.py: install, _set_exit_code", "run/leave.py: install", "run/rest.py: install"),
        "`quitting` fires backwards; then the exit code is read, the runner quits, `quit` fires, the process exits.",
        "the exit code is not the verdict's, or a worker says goodbye before its last report",
        (
            Text(
                "locust.main:main",
                (
                    "environment.events.quitting.fire(environment=environment, reverse=True)",
                    "code = environment.process_exit_code",
                    "runner.quit()",
                    "environment.events.quit.fire(exit_code=code)",
                    "sys.exit(code)",
                ),
            ),
            Text("locust.main:main", ("events=locust.events,",)),
        ),
    ),
    Hold(
        "sigterm-order",
        Kind.ORDER,
        "locust",
        "locust.main:main",
        ("master/quit.py: install", "run/rest.py: install"),
        "Locust listens to SIGTERM after `init`, so our handler, which notes why the run ends, runs before it.",
        "a run that Kubernetes ended counts as interrupted by hand",
        (
            Text(
                "locust.main:main",
                ("environment.events.init.fire(", "gevent.signal_handler(signal.SIGTERM, sig_term_handler)"),
            ),
        ),
    ),
    Hold(
        "quit-after-run-time",
        Kind.MIRRORED,
        "locust",
        "locust.main:main.<locals>.stop_and_optionally_quit",
        ("master/quit.py: _quit_when_cut_short",),
        "A run that was stopped by hand or aborted ends the process as Locust does at the end of the run time.",
        "a stopped run's pod lives on until its planned end, or never ends",
        (
            Text(
                "locust.main:main",
                (
                    "runner.stop()",
                    "if options.autoquit != -1:",
                    "time.sleep(options.autoquit)",
                    "runner.quit()",
                    "if web_ui:",
                    "web_ui.stop()",
                ),
            ),
        ),
    ),
    Hold(
        "ctrl-c-in-a-shape",
        Kind.MIRRORED,
        "locust",
        "locust.main:main",
        ("master/quit.py: interrupted, interrupt, _main_awaits_shape",),
        "While a shape goes on, Locust's main waits for its greenlet and takes Ctrl-C for the shape's end.",
        "Ctrl-C in a run with stages or arrivals ends it and leaves the process, as long as autoquit says or for ever",
        (
            Text(
                "locust.main:main",
                (
                    "environment.runner.start_shape()",
                    "environment.runner.shape_greenlet.join()",
                    "except KeyboardInterrupt:",
                    "finally:",
                    'stop_and_optionally_quit(reason="Shape test completed")',
                ),
            ),
            Text("locust.runners:MasterRunner.stop", ("self.shape_greenlet.kill(block=True)",)),
        ),
    ),
)
