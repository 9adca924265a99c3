"""How Locust loads locustfiles and reads options."""

from swarmfile.patches.holds.hold import Behaviour, Hold, Kind, Parameters, Signature, Source, Text

HOLDS = (
    Hold(
        "no-user-class",
        Kind.ORDER,
        "locust",
        "locust.main:main",
        ("master/guard.py: without_users, _Guard.at_exit",),
        "Without a User class Locust leaves by sys.exit before `init`; what was loaded then tells why.",
        "a script without users ends in a crash loop without a verdict",
        (
            Text(
                "locust.main:main",
                (
                    'logger.error("No User class found!")',
                    "sys.exit(1)",
                    "environment = create_environment(",
                    "init.fire(",
                ),
            ),
        ),
    ),
    Hold(
        "loaded-modules",
        Kind.PRIVATE,
        "locust",
        "locust.util.load_locustfile:load_locustfile",
        ("master/guard.py: without_users", "plugin.py: _PARENT"),
        "A locustfile is in sys.modules by its file's stem, and its folder is taken off sys.path again.",
        "a script without users is not recognised, or `lib` cannot be imported inside of tasks",
        (
            Text(
                "locust.util.load_locustfile:load_locustfile",
                (
                    "module_name = os.path.splitext(locustfile)[0]",
                    "sys.modules[imported.__name__] = imported",
                    "loader.exec_module(imported)",
                    "if added_to_path:",
                    "del sys.path[0]",
                ),
            ),
        ),
    ),
    Hold(
        "shape-instances",
        Kind.ORDER,
        "locust",
        "locust.util.load_locustfile:is_shape_class",
        ("load/shape.py: StagesShape, take_over, refuse_another", "load/spread.py: ArrivalsShape"),
        "An abstract shape is not instantiated; environment.shape_class holds an instance, which may be ours.",
        "Locust makes a shape of ours itself and fails, or follows the script's shape beside the stages",
        (
            Text("locust.util.load_locustfile:is_shape_class", ('not getattr(item, "abstract", True)',)),
            Text("locust.runners:Runner.shape_worker", ("self.environment.shape_class.tick()",)),
            Text("locust.env:Environment._create_runner", ("self.shape_class.runner = self.runner",)),
            Parameters(
                "locust.env:Environment.__init__",
                ("user_classes", "events", "parsed_options", "available_shape_classes"),
            ),
        ),
    ),
    Hold(
        "main-helpers",
        Kind.UNDOCUMENTED,
        "locust",
        "locust.argument_parser:parse_locustfile_option",
        (
            "master/guard.py: refuse, without_users",
            "run/scripts.py: options",
            "master/web.py: look",
            "cli/local/locust_process.py: end_with_parent",
        ),
        "Before `init` only the command line says which scripts there are; the refusal is logged as Locust logs.",
        "a script that cannot be loaded ends in a traceback and a crash loop",
        (
            Signature("locust.argument_parser:parse_locustfile_option", "(args=None)"),
            Behaviour("the_simple_parser_knows_locustfile_and_worker"),
            Signature("locust.util.load_locustfile:is_user_class", "(item)"),
            Signature("locust.util.timespan:parse_timespan", "(time_str)"),
            Signature("locust.main:main", "()"),
        ),
    ),
    Hold(
        "durations",
        Kind.MIRRORED,
        "locust",
        "locust.util.timespan:parse_timespan",
        ("definition/durations.py: seconds, _DURATION",),
        "A definition's durations read as Locust reads a run time, also where there is no Locust.",
        "a duration means other seconds in test.yml than on Locust's command line",
        (
            Source(
                "locust.util.timespan:parse_timespan",
                "c027f5da8a96745b73a572ef2f7b4afde63492d99da1e0a223b500c1d00fa1b6",
            ),
        ),
    ),
    Hold(
        "log-set-up",
        Kind.ORDER,
        "locust",
        "locust.log:setup_logging",
        (
            "clients/install.py: hide_secrets",
            "credentials/redact.py: redact_logs",
            "evidence/logs.py: LogTail.listen",
        ),
        "Log handlers are set up after scripts are loaded and before `init`; the locust logger tells the root nothing.",
        "secrets reach the log, or Locust's warnings are missing in (or twice in) the evidence",
        (
            Text(
                "locust.main:main",
                ("merge_locustfiles_content(", "setup_logging(options.loglevel", "events.init.fire("),
            ),
            Text("locust.log:setup_logging", ('"locust": {', '"propagate": False', '"root": {')),
        ),
    ),
    Hold(
        "default-args",
        Kind.REPLACED,
        "locust",
        "locust.argument_parser:default_args_dict",
        ("patches/receive.py: install",),
        "Locust builds its whole parser anew for each option of each spawn order: 160 ms of CPU; once is enough.",
        "workers stand still for 160 ms and more at each second of a ramp",
        (
            Signature("locust.argument_parser:default_args_dict", "()"),
            Text("locust.runners:WorkerRunner.handle_message", ("if k not in argument_parser.default_args_dict()",)),
            # The cached dict is shared: whoever else asks only reads it.
            Behaviour("the_default_arguments_are_asked_for_in_two_places"),
            Source(
                "locust.argument_parser:ui_extra_args_dict",
                "42af6312ac3e15e44c64d5656b24ffb02eefe7a016a8937838e59d435f8e00c6",
            ),
        ),
    ),
)
