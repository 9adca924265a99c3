"""Users, their tasks and their clients."""

from swarmfile.patches.holds.hold import Attributes, Behaviour, Hold, Kind, Signature, Source, Text, Value

HOLDS = (
    Hold(
        "task-sleep",
        Kind.REPLACED,
        "locust",
        "locust.user.task:TaskSet._sleep",
        ("http/user.py: sleep_unless_waited",),
        "A sleep of no time after a task that sent a request only lets others run, and they did.",
        "SwarmHttpUser loses some percent of its rate",
        (
            Signature("locust.user.task:TaskSet._sleep", "(self, seconds)"),
            Text("locust.user.task:TaskSet.wait", ("self._sleep(self.wait_time())",)),
        ),
    ),
    Hold(
        "task-wait",
        Kind.REPLACED,
        "locust",
        "locust.user.task:TaskSet.wait",
        ("load/standby.py: take_over, Standby.rest",),
        "In the open model no user waits between tasks; one that is to stop still stops here.",
        "users wait by wait_time between arrivals: arrivals are dropped",
        (
            Signature("locust.user.task:TaskSet.wait", "(self)"),
            Source("locust.user.task:TaskSet.wait", "6eb57b4538d99aced4cb5caac28809e43608d0008d6c6ac7c7576d24160bdfeb"),
            Text("locust.user.task:TaskSet.run", ("self.execute_next_task()", "self.wait()")),
        ),
    ),
    Hold(
        "next-task",
        Kind.REPLACED,
        "locust",
        "locust.user.task:TaskSet.execute_next_task",
        ("load/standby.py: take_over",),
        "In the open model a task begins when its arrival comes.",
        "tasks run without arrivals, in a closed loop",
        (
            Signature("locust.user.task:TaskSet.execute_next_task", "(self)"),
            Source(
                "locust.user.task:TaskSet.execute_next_task",
                "6f75dc2675373db212216bb7d600b516e7710794813bb3c7675061ae008a72a7",
            ),
        ),
    ),
    Hold(
        "task-queue",
        Kind.PRIVATE,
        "locust",
        "locust.user.task:TaskSet._task_queue",
        ("load/standby.py: take_over",),
        "The task that comes next says whether a task set begins, which takes the arrival for its first task.",
        "each task of the open model raises AttributeError",
        (Attributes("made:task_set", ("_task_queue",)),),
    ),
    Hold(
        "user-run",
        Kind.REPLACED,
        "locust",
        "locust.user.users:User.run",
        ("load/standby.py: take_over, Standby.run",),
        "In the open model a user begins, on_start included, only when an arrival needs it.",
        "all users of the reserve begin at once and log in at once",
        (
            Signature("locust.user.users:User.run", "(self)"),
            Text("locust.user.users:User.start", ("user.run()", "group.spawn(run_user, self)")),
        ),
    ),
    Hold(
        "user-stop",
        Kind.REPLACED,
        "locust",
        "locust.user.users:User.stop",
        ("load/standby.py: take_over, Standby.stop", "http/user.py: SwarmHttpUser.stop"),
        "A busy user ends its task first, and one that waits sends nothing any more: else requests are not counted.",
        "requests of users that are moved or stopped are lost, with no error",
        (
            Signature("locust.user.users:User.stop", "(self, force=False)"),
            Source("locust.user.users:User.stop", "96dfa1ff9c7844b4a4333397ba84e9fe0db92cec8ebc0573fefc71d2b9f68001"),
            Text(
                "locust.runners:Runner.stop_users", ("user_to_stop.stop, force=False", "user_to_stop.stop, force=True")
            ),
        ),
    ),
    Hold(
        "user-state",
        Kind.PRIVATE,
        "locust",
        "locust.user.users:User._state",
        (
            "load/standby.py: Standby.rest, Standby.stop, Standby._take, Standby._wait",
            "http/user.py: SwarmHttpUser.stop",
        ),
        "Waiting, running or stopping: by this Locust kills a user at once or lets its task end.",
        "users are killed amid a request, or never stop",
        (
            Attributes("made:user", ("_state",)),
            Value("locust.user.task:LOCUST_STATE_RUNNING", "'running'"),
            Value("locust.user.task:LOCUST_STATE_WAITING", "'waiting'"),
            Value("locust.user.task:LOCUST_STATE_STOPPING", "'stopping'"),
            Text("locust.user.task:TaskSet.run", ("if self.user._state == LOCUST_STATE_STOPPING:", "raise StopUser()")),
        ),
    ),
    Hold(
        "user-start",
        Kind.UNDOCUMENTED,
        "locust",
        "locust.user.users:User.start",
        ("http/user.py: SwarmHttpUser.start, SwarmHttpUser.stop",),
        "A user's connections end with its greenlet, which `start` returns; `stop` kills it in its group.",
        "connections of users that ended stay open",
        (
            Signature("locust.user.users:User.start", "(self, group)"),
            Text("locust.user.users:User.start", ("return self._greenlet",)),
            Attributes("locust.user.users:User", ("group", "greenlet")),
        ),
    ),
    Hold(
        "user-init",
        Kind.REPLACED,
        "locust",
        "locust.user.users:HttpUser.__init__",
        ("clients/users.py: after_init, equip_users",),
        "Each new user gets the test's credentials and the environment's proxies, without a line in the script.",
        "requests arrive without credentials",
        (
            Signature("locust.user.users:HttpUser.__init__", "(self, *args, **kwargs)"),
            Signature("locust.contrib.fasthttp:FastHttpUser.__init__", "(self, environment)"),
            Text("locust.runners:Runner.spawn_users", ("self.user_classes_by_name[user_class](self.environment)",)),
            # Locust turns proxies off; we turn them on where the environment names one.
            Text(
                "locust.user.users:HttpUser.__init__", ("self.client = HttpSession(", "self.client.trust_env = False")
            ),
        ),
    ),
    Hold(
        "rest-mixin",
        Kind.MIRRORED,
        "locust",
        "locust.user.users:RestMixin",
        ("http/user.py: SwarmHttpUser", "http/response.py: SwarmResponse"),
        "self.rest() works on SwarmHttpUser, too: its responses have what the mixin asks of a response.",
        "self.rest() raises in scripts of SwarmHttpUser",
        (
            Source(
                "locust.user.users:RestMixin.rest", "7760797f9d31734cce60921cf3cb99e831b679fe12a1f72b62d72ab1b14fb3a5"
            ),
            Source(
                "locust.user.users:RestMixin.rest_", "21d141376495adc84955fb9eb7759a27c0ed8a1bf5c5129779e97cf3d267f45a"
            ),
        ),
        since="2.46.6",
    ),
    Hold(
        "with-block",
        Kind.MIRRORED,
        "locust",
        "locust.clients:ResponseContextManager",
        (
            "http/response.py: SwarmResponse.__enter__, SwarmResponse.__exit__, SwarmResponse.success",
            "http/response.py: SwarmResponse.failure",
        ),
        "A with-block on a SwarmHttpUser's response decides the outcome by the rules that scripts know.",
        "the same script counts other failures on SwarmHttpUser than on HttpUser",
        (
            Source(
                "locust.clients:ResponseContextManager.__enter__",
                "88f92e7a388925f3537b994f18579d5d460777f009904fb9f9fe0a9a2ca666bc",
            ),
            Source(
                "locust.clients:ResponseContextManager.__exit__",
                "49a2eb68da9b8f2ddea55001f35d6187ed711aaf5195ce09387341bcef9d83bc",
            ),
            Source(
                "locust.clients:ResponseContextManager.success",
                "e3285c7ac078a54c865b49b57ca61ac7fa3bb39f9042687b9865404767cf4ec5",
            ),
            Source(
                "locust.clients:ResponseContextManager.failure",
                "1d158b4f94fc11b98dac0294cabe49a37efe73561af89c2ac870e3553569c3f9",
            ),
        ),
    ),
    Hold(
        "session-request",
        Kind.REPLACED,
        "locust",
        "locust.clients:HttpSession.request",
        ("clients/http.py: send_traceparent, watch", "clients/kind.py: traced, watched"),
        "One method sends every request of HttpUser: there a request that hangs is noticed and a traceparent is added.",
        "a target that hangs passes; requests carry no traceparent",
        (
            Signature(
                "locust.clients:HttpSession.request",
                "(self, method, url, name=None, catch_response=False, context={}, *, data=None, json=None, **kwargs)",
            ),
            Attributes("made:http_session", ("request_event", "request_name", "base_url")),
            Behaviour("every_method_of_a_session_goes_through_request"),
            # A user's end leaves both clients uncounted: else such a request would be counted twice.
            Text("locust.clients:HttpSession._send_request_safe_mode", ("except RequestException as e:",)),
        ),
    ),
    Hold(
        "fast-request",
        Kind.REPLACED,
        "locust",
        "locust.contrib.fasthttp:FastHttpSession.request",
        ("clients/fast_http.py: send_traceparent, watch", "clients/kind.py: traced, watched"),
        "One method sends every request of FastHttpUser: there a hanging one is noticed and a traceparent is added.",
        "a target that hangs passes; requests carry no traceparent",
        (
            Signature(
                "locust.contrib.fasthttp:FastHttpSession.request",
                "(self, method, url, name=None, data=None, catch_response=False, stream=False, headers=None, "
                "auth=None, json=None, allow_redirects=True, context={}, **kwargs)",
            ),
            Attributes("made:fast_session", ("request_event", "request_name", "base_url")),
            Behaviour("every_method_of_a_session_goes_through_request"),
            Behaviour("a_users_end_is_no_failure_of_a_fast_request"),
        ),
    ),
    Hold(
        "fast-clientpool",
        Kind.REPLACED,
        "locust",
        "locust.contrib.fasthttp:LocustUserAgent.clientpool",
        ("clients/fast_http.py: equip, Pool, Filling",),
        "Credentials and proxies are added beneath the client, where a redirect and a script cannot see them.",
        "FastHttpUser's requests arrive without credentials, or not at all",
        (
            Attributes("made:fast_session", ("client",)),
            Attributes("made:fast_agent", ("clientpool",)),
            Source(
                "locust.contrib.fasthttp:LocustUserAgent._urlopen",
                "882b9c73b2565bb765cd469f9d0c5215aea3776d305f169ff42a7011e50ef934",
            ),
        ),
    ),
    Hold(
        "shared-tls",
        Kind.PRIVATE,
        "locust",
        "locust.clients:LocustHttpAdapter.build_connection_pool_key_attributes",
        ("clients/http.py: Gate._with_tls",),
        "For verify=True Locust shares one TLS context among all hosts, which must never hold the client certificate.",
        "the client certificate is offered to every host that asks",
        (
            Source(
                "locust.clients:LocustHttpAdapter.build_connection_pool_key_attributes",
                "d9ee2daedbd75ce73d8b58b6fc04829e571d8ef61ded029fe439f0f8ad9e6bee",
            ),
            Source(
                "locust.clients:LocustHttpAdapter.cert_verify",
                "b4bf5cdb02058a92a7ee1ba5e60614b7dafd6bd158ab19d1fcf17dbce4895942",
            ),
        ),
    ),
    Hold(
        "pacing-cell",
        Kind.PRIVATE,
        "locust",
        "locust.user.wait_time:constant_pacing.<locals>.wait_time_func",
        ("stats/corrected.py: _interval_s, _PACED",),
        "The interval of constant_pacing, and of constant_throughput, is only in its function's closure.",
        "corrected percentiles are missing, or computed from another number, with no error",
        (
            Behaviour("the_closure_of_constant_pacing_holds_the_interval"),
            Source(
                "locust.user.wait_time:constant_pacing",
                "961a6b8b3f0d05920947cf88d4df94f907954af676c533f9b0cc120a8f3fb4ab",
            ),
            Text("locust.user.wait_time:constant_throughput", ("return constant_pacing(1 / task_runs_per_second)",)),
        ),
    ),
)
