"""requests and geventhttpclient."""

from swarmfile.patches.holds.hold import Attributes, Behaviour, Hold, Kind, Parameters, Signature, Source, Text

HOLDS = (
    Hold(
        "session-auth",
        Kind.MIRRORED,
        "requests",
        "requests:PreparedRequest.prepare_auth",
        ("clients/http.py: Default.__call__",),
        "In the place of session.auth we do what requests does without any: login in the URL, then .netrc.",
        "a login in a URL or in .netrc is ignored, or goes to the tested host in the place of the credentials",
        (
            Source(
                "requests.models:PreparedRequest.prepare_auth",
                "11a7c034d9510999e64e30865daf0e777c186ec9983a92018651f3d2d14be580",
            ),
            Text(
                "requests.sessions:Session.prepare_request",
                (
                    "if self.trust_env and not auth and not self.auth:",
                    "auth = get_netrc_auth(url)",
                    "merge_setting(auth, self.auth)",
                ),
            ),
        ),
    ),
    Hold(
        "request-hooks",
        Kind.PRIVATE,
        "requests",
        "requests:PreparedRequest.copy",
        ("clients/http.py: Default.__call__, Gate._fill",),
        "Hooks, unlike attributes, are still there in the copy that follows a redirect: so we mark a request.",
        "after a redirect on the tested host requests carry no credentials",
        (
            Text("requests.models:PreparedRequest.copy", ("p.hooks = self.hooks",)),
            Text("requests.sessions:SessionRedirectMixin.resolve_redirects", ("prepared_request = req.copy()",)),
        ),
    ),
    Hold(
        "adapters",
        Kind.MIRRORED,
        "requests",
        "requests:Session.get_adapter",
        ("clients/http.py: equip_session, Gate._beneath",),
        "Beneath our adapter the one that the script mounted sends, found by requests' own rule.",
        "requests to the tested host go by another adapter than the script's",
        (
            Source(
                "requests.sessions:Session.get_adapter",
                "2c3fd201c4a9b01210993aca4e5a91ce99a1b10860f2f1dd5b7dee7b0798c3f8",
            ),
            Source(
                "requests.sessions:Session.mount", "da461871096efb25c09b21edc6965b4135c5c8f1c0cb8100bccc068534b580c6"
            ),
        ),
    ),
    Hold(
        "bundle-variables",
        Kind.MIRRORED,
        "requests",
        "requests:Session.merge_environment_settings",
        ("clients/http.py: Gate._with_tls, BUNDLE_VARIABLES",),
        "Whether verify is the script's own or the environment's, only its value tells.",
        "a script's verify= is overruled, or the test's own authority is not asked",
        (
            Text(
                "requests.sessions:Session.merge_environment_settings",
                ('os.environ.get("REQUESTS_CA_BUNDLE")', 'os.environ.get("CURL_CA_BUNDLE")'),
            ),
        ),
    ),
    Hold(
        "requests-utils",
        Kind.UNDOCUMENTED,
        "requests",
        "requests.utils:select_proxy",
        (
            "credentials/proxy.py: proxy_options",
            "http/settings.py: ClientSettings._proxy_for",
            "clients/http.py: Default.__call__, Gate._with_tls",
        ),
        "Proxies, .netrc and the bundle of authorities mean what they mean to requests.",
        "the library cannot be imported, or proxies are not used",
        (
            Signature("requests.utils:get_environ_proxies", "(url, no_proxy=None)"),
            Signature("requests.utils:select_proxy", "(url, proxies)"),
            Signature("requests.utils:get_auth_from_url", "(url)"),
            Signature("requests.utils:get_netrc_auth", "(url, raise_errors=False)"),
            Attributes("requests.utils", ("DEFAULT_CA_BUNDLE_PATH",)),
        ),
    ),
    Hold(
        "response-content",
        Kind.PRIVATE,
        "requests",
        "requests:Response._content",
        ("evidence/message.py: _read",),
        "Evidence shows the body as far as it was read; asking for `content` would read a stream of the script's.",
        "evidence has no bodies of HttpUser's responses",
        (Behaviour("a_response_keeps_what_was_read"),),
    ),
    Hold(
        "companions",
        Kind.UNDOCUMENTED,
        "requests",
        "charset_normalizer:detect",
        ("http/text.py: detected", "http/tls.py: context_for"),
        "charset_normalizer and certifi are there because requests needs them.",
        "SwarmHttpUser cannot be imported in a pod",
        (Behaviour("requests_brings_certifi_and_charset_normalizer"),),
    ),
    Hold(
        "pool-arguments",
        Kind.PRIVATE,
        "geventhttpclient",
        "geventhttpclient.client:HTTPClientPool.client_args",
        ("clients/fast_http.py: equip, FreshPool",),
        "Our pool makes clients with the arguments that Locust gave to the one in its place.",
        "FastHttpUser cannot be created where there are credentials or proxies",
        (
            Source(
                "geventhttpclient.client:HTTPClientPool.__init__",
                "43d92a69f8a4f2594029814a6dccabae1b42506cd34fdec334d9e7c0211022ca",
            ),
            # What ours does, with scheme and port in its keys.
            Source(
                "geventhttpclient.client:HTTPClientPool.get_client",
                "ee493c704216b65b364acbfee5f69bb96249caa2e1551781038e78add3e26a61",
            ),
            Source(
                "geventhttpclient.client:HTTPClientPool.close",
                "80c555a781441be2e009b0da8c80a0d542bec2603797dceb3c35b653027e37c9",
            ),
        ),
    ),
    Hold(
        "client-interface",
        Kind.MIRRORED,
        "geventhttpclient",
        "geventhttpclient.client:HTTPClient.request",
        (
            "clients/fast_http.py: Filling.request, FreshPool._connected",
            "credentials/proxy.py: proxy_options",
        ),
        "Our client takes what geventhttpclient's takes, and passes proxy and TLS arguments by name.",
        "FastHttpUser's requests fail with TypeError",
        (
            Signature(
                "geventhttpclient.client:HTTPClient.request", "(self, method, request_uri, body=b'', headers=None)"
            ),
            Signature("geventhttpclient.client:HTTPClient.from_url", "(cls, url, **kw)"),
            Parameters(
                "geventhttpclient.client:HTTPClient.__init__",
                ("proxy_host", "proxy_port", "proxy_user", "proxy_password", "insecure", "ssl_context_factory"),
            ),
        ),
    ),
    Hold(
        "tls-context",
        Kind.PRIVATE,
        "geventhttpclient",
        "geventhttpclient.connectionpool:init_ssl_context",
        ("clients/fast_http.py: tls_options, tls_context",),
        "Connections set check_hostname and verify_mode on the context that we share; they set what it has already.",
        "users that share a context turn each other's verification off",
        (
            Source(
                "geventhttpclient.connectionpool:init_ssl_context",
                "c0aeb52d1eb5fbdf72eb8afdf0f50a595c53dd1302489892d47bbb17081bcab5",
            ),
        ),
    ),
    Hold(
        "sent-request",
        Kind.PRIVATE,
        "geventhttpclient",
        "geventhttpclient.response:HTTPSocketPoolResponse._sent_request",
        ("clients/fast_http.py: Filling.request",),
        "Failures quote the request as it was sent: there we take the credentials out.",
        "FastHttpUser's requests fail with AttributeError, or reports quote the credentials",
        (
            Attributes("geventhttpclient.response:HTTPSocketPoolResponse", ("_sent_request",)),
            Text("geventhttpclient.client:HTTPClient.request", ("response._sent_request = request",)),
            Text("locust.contrib.fasthttp:LocustUserAgent._urlopen", ("sent_request=resp._sent_request",)),
        ),
    ),
    Hold(
        "cached-content",
        Kind.PRIVATE,
        "geventhttpclient",
        "geventhttpclient.useragent:CompatResponse._cached_content",
        ("evidence/message.py: _read",),
        "Evidence shows the body as far as it was read; asking for `content` would read a stream of the script's.",
        "evidence has no bodies of FastHttpUser's responses",
        (Text("geventhttpclient.useragent:CompatResponse", ("self._cached_content = self._content()",)),),
    ),
    Hold(
        "response-head",
        Kind.REPLACED,
        "geventhttpclient",
        "geventhttpclient.response:HTTPResponse.feed",
        ("clients/fast_http.py: watch, bounded",),
        "FastHttpUser reads headers without end, ever slower; what is fed to the parser is counted and bounded.",
        "a target whose headers never end takes a worker, and no failure is counted",
        (Signature("geventhttpclient.response:HTTPResponse.feed", "(self, data)"),),
    ),
    Hold(
        "request-name",
        Kind.PRIVATE,
        "locust",
        "locust.clients:HttpSession._build_url",
        ("clients/http.py: name_of",),
        "A request that hangs is counted under the name that Locust gives its answers: the path below base_url.",
        "requests that hang stand under names of their own",
        (Signature("locust.clients:HttpSession._build_url", "(self, path)"),),
    ),
    Hold(
        "judged-by-hand",
        Kind.PRIVATE,
        "locust",
        "locust.clients:ResponseContextManager._manual_result",
        ("clients/kind.py: judged",),
        "Whether a with-block has said what becomes of its request tells whether its end leaves it uncounted.",
        "a request whose user is stopped in its with-block is counted twice, or not at all",
        (
            Text("locust.clients:ResponseContextManager", ("_manual_result: ",)),
            Text("locust.contrib.fasthttp:ResponseContextManager", ("_manual_result",)),
        ),
    ),
)
