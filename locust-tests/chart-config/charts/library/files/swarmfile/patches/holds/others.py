"""Flask-Login, prometheus-client and CPython."""

from swarmfile.patches.holds.hold import Attributes, Behaviour, Hold, Kind, Signature, Text

HOLDS = (
    Hold(
        "user-callback",
        Kind.PRIVATE,
        "flask-login",
        "flask_login:LoginManager._user_callback",
        ("credentials/web_login.py: protect",),
        "Whether the script brings a login of its own, only this tells.",
        "--web-login with a script's own login ends the process, or locks everyone out",
        (Behaviour("a_login_manager_knows_its_user_loader"),),
    ),
    Hold(
        "exposition",
        Kind.TEXT,
        "prometheus-client",
        "prometheus_client:generate_latest",
        ("metrics/writing.py: Writer._laid_out, Writer.page",),
        "A family is laid out once by the library and filled in afterwards: each line ends with its number.",
        "metrics have wrong numbers, with no error",
        (Behaviour("each_sample_is_a_line_that_ends_with_its_number"),),
    ),
    Hold(
        "go-string",
        Kind.UNDOCUMENTED,
        "prometheus-client",
        "prometheus_client.utils:floatToGoString",
        ("metrics/writing.py: Writer._text",),
        "Numbers are written as the library writes them.",
        "the exporter cannot be imported: no metrics",
        (Signature("prometheus_client.utils:floatToGoString", "(d)"),),
    ),
    Hold(
        "json-encoder",
        Kind.PRIVATE,
        "cpython",
        "json.encoder:c_make_encoder",
        ("http/body.py: _json_pieces, encode_body",),
        "The encoder that json.dumps makes for each call anew, which costs more than the encoding, is made once.",
        "SwarmHttpUser cannot be imported, or sends other JSON than json.dumps writes",
        (
            Text(
                "json.encoder:JSONEncoder.iterencode",
                (
                    "c_make_encoder(",
                    "markers, self.default, _encoder, self.indent,",
                    "self.key_separator, self.item_separator, self.sort_keys,",
                    "self.skipkeys, self.allow_nan)",
                ),
            ),
            Behaviour("the_c_encoder_writes_what_dumps_writes"),
        ),
    ),
    Hold(
        "raw-socket",
        Kind.PRIVATE,
        "cpython",
        "_socket:socket",
        ("http/connect.py: _connect, _finish_connecting", "http/transport.py: Transport.receive"),
        "The socket beneath gevent's, which blocks nobody and costs half the time.",
        "SwarmHttpUser cannot be imported",
        (
            Attributes(
                "_socket:socket",
                ("connect_ex", "recv", "send", "setblocking", "setsockopt", "getsockopt", "fileno", "close"),
            ),
            Attributes(
                "_socket", ("inet_pton", "AF_INET", "AF_INET6", "SOCK_STREAM", "TCP_NODELAY", "SO_ERROR", "MSG_PEEK")
            ),
        ),
    ),
    Hold(
        "logger-dict",
        Kind.PRIVATE,
        "cpython",
        "logging:Logger.manager.loggerDict",
        ("credentials/redact.py: redact_logs",),
        "All loggers that exist, so that no handler writes a secret.",
        "a handler of a script's or library's logger writes secrets",
        (Behaviour("the_manager_knows_every_logger"),),
    ),
    Hold(
        "unverified-context",
        Kind.PRIVATE,
        "cpython",
        "ssl:_create_unverified_context",
        ("untrusted/neighbour.py: _opener", "sidecar/main.py: ask_at"),
        "The neighbour in the pod is asked whatever its certificate says.",
        "no metrics and no snapshots",
        (Attributes("ssl", ("_create_unverified_context",)),),
    ),
    Hold(
        "traceback-lines",
        Kind.TEXT,
        "cpython",
        "traceback:format_tb",
        ("judge/script.py: _frame",),
        "Locust keeps a script's error as text; its last line that begins with File says where.",
        "verdicts do not say where a script raised",
        (Behaviour("a_traceback_names_file_line_and_function"),),
    ),
)
