"""Finds the test that is installed in a namespace: Jobs and Deployments of master and workers, their pods.

They are known by their pods: a label says master or worker, a variable says which definition they run. So it makes no
difference whether the upstream chart or ours made them.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from swarmfile.cli.cluster.api import Api
from swarmfile.cli.errors import BadInputError
from swarmfile.run.state import ROUTE

INSTANCE = "app.kubernetes.io/instance"
Manifest = Mapping[str, Any]
"""A Kubernetes object as kubectl prints it."""


@dataclass(frozen=True)
class Workload:
    """A Job or Deployment whose pods take part in a test."""

    manifest: Manifest

    @property
    def title(self) -> str:
        """Kind and name."""
        return f"{self.manifest['kind']} {self.manifest['metadata']['name']}"

    @property
    def uid(self) -> str:
        """Its uid, by which events name it."""
        return str(self.manifest["metadata"]["uid"])

    @property
    def created(self) -> str:
        """When it was made; sorts by time."""
        return str(self.manifest["metadata"]["creationTimestamp"])

    @property
    def template(self) -> Manifest:
        """Its pod template."""
        template: Manifest = self.manifest["spec"]["template"]
        return template

    @property
    def role(self) -> str:
        """Is master or worker, empty for whatever else there is in the namespace."""
        labels = self.template["metadata"].get("labels") or {}
        role = labels.get("component") or labels.get("app.kubernetes.io/component")
        return role if role in ("master", "worker") and self.definition else ""

    @property
    def releases(self) -> tuple[str, ...]:
        """The release whose Services find its pods, and the one that made it; for an environment's Job they differ."""
        labels = (self.template["metadata"].get("labels") or {}, self.manifest["metadata"].get("labels") or {})
        return tuple(dict.fromkeys(str(each.get(INSTANCE, "")) for each in labels))

    @property
    def definition(self) -> str:
        """What makes the run, see swarmfile/run/context.py."""
        return variable(self.template["spec"], "SWARMFILE_DEFINITION")

    @property
    def settings(self) -> str:
        """The ConfigMap that stands for the installation, empty where nothing is published."""
        return variable(self.template["spec"], "SWARMFILE_SETTINGS_NAME")

    @property
    def is_job(self) -> bool:
        """Whether it is one run that ends."""
        return bool(self.manifest["kind"] == "Job")

    @property
    def never_retries(self) -> bool:
        """Whether it is a Job that gets no second pod."""
        return self.is_job and self.manifest["spec"].get("backoffLimit") == 0

    @property
    def ended(self) -> str:
        """For a Job that is over: in which words Kubernetes says so."""
        for condition in self.manifest.get("status", {}).get("conditions") or () if self.is_job else ():
            if condition["type"] in ("Complete", "Failed") and condition["status"] == "True":
                return str(condition.get("message") or condition["type"])
        return ""

    @property
    def state_path(self) -> str:
        """Where the API server leads to the master's route, less namespace and pod."""
        port = urlsplit(variable(self.template["spec"], "SWARMFILE_MASTER")).port or 8089
        arguments = [str(word) for each in self.template["spec"]["containers"] for word in each.get("args") or ()]
        scheme = "https:" if any(word.startswith("--tls-cert") for word in arguments) else ""
        return f"/api/v1/namespaces/{{namespace}}/pods/{scheme}{{pod}}:{port}/proxy{ROUTE}"

    def owns(self, pod: Manifest) -> bool:
        """Whether the pod is its own and runs its definition, not the one before."""
        wanted = self.manifest["spec"]["selector"]["matchLabels"]
        labels = pod["metadata"].get("labels") or {}
        return wanted.items() <= labels.items() and variable(pod["spec"], "SWARMFILE_DEFINITION") == self.definition


@dataclass(frozen=True)
class Sight:
    """What is in a namespace at one moment."""

    workloads: tuple[Workload, ...]
    pods: tuple[Manifest, ...]

    def master(self, release: str | None) -> Workload | None:
        """Returns the newest master. Raises BadInputError where there are several releases to choose from."""
        masters = [each for each in self.workloads if each.role == "master" and release in (None, *each.releases)]
        names = sorted({each.releases[0] for each in masters})
        if len(names) > 1:
            raise BadInputError(f"several tests are installed: {', '.join(names)}; choose one with --name or --release")
        return max(masters, key=lambda each: each.created, default=None)

    def same(self, workload: Workload) -> Workload | None:
        """Returns the workload as it is now; None where it is gone or runs another definition."""
        return next(
            (each for each in self.workloads if each.uid == workload.uid and each.definition == workload.definition),
            None,
        )

    def together_with(self, master: Workload) -> Iterator[Workload]:
        """Yields the master and the workers of its release."""
        yield master
        for each in self.workloads:
            if each.role == "worker" and each.releases[0] == master.releases[0]:
                yield each

    def pods_of(self, workload: Workload) -> list[Manifest]:
        """Returns its pods, the newest first."""
        own = [pod for pod in self.pods if workload.owns(pod)]
        return sorted(own, key=lambda pod: str(pod["metadata"]["creationTimestamp"]), reverse=True)


def look(api: Api) -> Sight:
    """Asks for everything that may belong to a test. Raises KubectlError."""
    items = [each for kind in ("jobs", "deployments", "pods") for each in api.objects(kind)]
    there = [each for each in items if "deletionTimestamp" not in each["metadata"]]
    workloads = (Workload(each) for each in there if each["kind"] != "Pod" and each["spec"].get("replicas") != 0)
    return Sight(tuple(each for each in workloads if each.role), tuple(each for each in there if each["kind"] == "Pod"))


def variable(pod_spec: Manifest, name: str) -> str:
    """Returns the value of a pod's environment variable, empty where no container has it."""
    containers = [*(pod_spec.get("initContainers") or ()), *pod_spec["containers"]]
    return next(
        (
            str(entry.get("value") or "")
            for each in containers
            for entry in each.get("env") or ()
            if entry["name"] == name
        ),
        "",
    )
