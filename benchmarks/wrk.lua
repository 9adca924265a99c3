local kind = os.getenv("BENCH_KIND")
if kind == "post" then
  wrk.method = "POST"
  wrk.body = '{"id": 1, "name": "swarm", "tags": ["a", "b"]}'
  wrk.headers["Content-Type"] = "application/json"
elseif kind == "cookies" then
  wrk.headers["Cookie"] = "session=0123456789abcdef"
end
