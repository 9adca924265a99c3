"""PostgreSQL by Locust's own contrib module; user and password come from the definition's `auth`."""

import os
from pathlib import Path
from urllib.parse import urlsplit

from locust import constant_throughput, task
from locust.contrib.postgres import PostgresUser
from locust.env import Environment
from psycopg.conninfo import make_conninfo

from swarmfile import awaited


def secret(name: str) -> str | None:
    file = Path(os.environ.get("SWARMFILE_AUTH", "")) / name
    return file.read_text() if file.is_file() else None


class Reader(PostgresUser):
    wait_time = constant_throughput(5)

    def __init__(self, environment: Environment) -> None:
        where = urlsplit(str(self.host))
        self.conn_string = make_conninfo(
            host=where.hostname,
            port=where.port or 5432,
            dbname=where.path.strip("/") or "postgres",
            user=secret("username"),
            password=secret("password"),
        )
        super().__init__(environment)
        self.client.connection.autocommit = True

    @task
    def count(self) -> None:
        # Locust's client names and times the query; awaited counts one that hangs.
        with awaited(self.environment.events.request, "postgres_success", "execute_query"):
            self.client.execute_query("select count(*) from pg_class")
