"""What `deploy/` promises is so: its files are read, its command lines are understood by the command itself, and its
ports and paths are the server's."""

from __future__ import annotations

import configparser
import importlib.util
import json
import re
import shlex
import tomllib
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

yaml = pytest.importorskip("yaml", reason="the extra `commands` is not installed")

from allears.cli.app import build_parser  # noqa: E402

ROOT = Path(__file__).parents[3]
DEPLOY = ROOT / "deploy"
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
HTTP, WYOMING = 8000, 10300


def parsed(words: list[str]) -> Any:
    """The arguments, as the command reads them."""
    return build_parser(words).parse_args(words)


def instructions(path: Path) -> list[tuple[str, str]]:
    """(INSTRUCTION, rest) of a container file."""
    text = re.sub(r"^#.*\n", "", path.read_text(), flags=re.MULTILINE).replace("\\\n", " ")
    return [tuple(line.split(" ", 1)) for line in text.splitlines() if line.strip()]  # type: ignore[misc]


def documents() -> dict[str, Any]:
    """Kind -> manifest."""
    found = yaml.safe_load_all((DEPLOY / "kubernetes" / "allears.yaml").read_text())
    return {each["kind"]: each for each in found}


def extras_in(text: str) -> set[str]:
    return {name for group in re.findall(r"(?:allears|\.)\[([a-z,]+)\]", text) for name in group.split(",")}


def server_paths() -> set[str]:
    """Addresses that the server has."""
    pytest.importorskip("fastapi", reason="the extra `server` is not installed")
    from allears.server.app import create_app
    from allears.server.engine import Engine
    from allears.server.options import ServerOptions

    app = create_app(ServerOptions(), Engine(lambda: None))  # type: ignore[arg-type,return-value]
    return set(app.openapi()["paths"])


def test_the_container_runs_a_command_that_is_understood_and_not_as_root() -> None:
    lines = instructions(DEPLOY / "Containerfile")
    by_name = dict(lines)  # the last of each
    args = parsed(json.loads(by_name["CMD"]))
    assert json.loads(by_name["ENTRYPOINT"]) == ["allears"]
    assert (args.host, args.port) == ("0.0.0.0", HTTP)
    assert by_name["USER"] not in ("root", "0")
    assert set(by_name["EXPOSE"].split()) == {str(HTTP), str(WYOMING)}
    assert f"http://127.0.0.1:{HTTP}/health" in by_name["HEALTHCHECK"]
    assert "/health" in server_paths()
    assert by_name["VOLUME"] == "/data"
    assert "ALLEARS_HOME=/data" in by_name["ENV"]
    copied = [word for name, rest in lines if name == "COPY" and "--from" not in rest for word in rest.split()[:-1]]
    assert all((ROOT / word).exists() for word in copied)
    ignored = (DEPLOY / "Containerfile.dockerignore").read_text().splitlines()
    assert {f"!{word}" for word in copied} <= set(ignored)


def test_torch_is_in_no_image_and_every_extra_is_one() -> None:
    known = set(PROJECT["optional-dependencies"]) | {"wyoming", "ray"}
    for path in (DEPLOY / "Containerfile", DEPLOY / "home-assistant" / "Dockerfile"):
        extras = extras_in(path.read_text())
        assert extras
        assert extras <= known
        assert not extras & {"train", "test", "hf", "balance"}


def test_compose_runs_what_is_published() -> None:
    service = yaml.safe_load((DEPLOY / "compose.yaml").read_text())["services"]["allears"]
    args = parsed(service["command"])
    assert (args.port, args.wyoming) == (HTTP, f"tcp://0.0.0.0:{WYOMING}")
    assert {port.rpartition(":")[2] for port in service["ports"]} == {str(HTTP), str(WYOMING)}
    assert "ALLEARS_API_KEY" in service["environment"]
    assert (DEPLOY / service["build"]["context"] / service["build"]["dockerfile"]).is_file()
    assert int(service["stop_grace_period"].removesuffix("s")) > args.shutdown_s
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]


def test_the_unit_runs_a_command_that_is_understood() -> None:
    unit = configparser.RawConfigParser(strict=False)
    unit.optionxform = str  # type: ignore[assignment,method-assign]
    unit.read_string((DEPLOY / "systemd" / "allears.service").read_text())
    service = unit["Service"]
    args = parsed(shlex.split(service["ExecStart"])[1:])
    assert (args.host, args.port) == ("127.0.0.1", HTTP), "without a key it would not start elsewhere"
    assert float(service["TimeoutStopSec"]) > args.shutdown_s
    for name in ("NoNewPrivileges", "PrivateTmp", "ProtectHome", "DynamicUser", "PrivateDevices", "LockPersonality"):
        assert service[name] == "yes", name
    assert service["ProtectSystem"] == "strict"
    assert "MemoryDenyWriteExecute" not in service, "onnxruntime writes code that it runs on some processors"
    home = service["Environment"].partition("=")[2]
    assert home == f"/var/lib/{service['StateDirectory']}"


def test_the_replicas_are_asked_where_they_answer() -> None:
    found = documents()
    pod = found["Deployment"]["spec"]["template"]["spec"]
    (container,) = pod["containers"]
    args, paths = parsed(container["args"]), server_paths()
    ports = {port["name"]: port["containerPort"] for port in container["ports"]}
    assert ports == {"http": args.port}
    for probe in ("startupProbe", "readinessProbe", "livenessProbe"):
        asked = container[probe]["httpGet"]
        assert asked["path"] in paths, probe
        assert asked["port"] in ports
    assert container["livenessProbe"]["httpGet"]["path"] == "/health/live", "loading is no reason to be killed"
    assert pod["terminationGracePeriodSeconds"] > args.shutdown_s
    assert float(container["resources"]["requests"]["cpu"]) == args.workers * args.threads
    assert container["env"][0]["name"] == "ALLEARS_API_KEY"
    assert pod["securityContext"]["runAsNonRoot"] is True
    mounts = {mount["mountPath"] for mount in container["volumeMounts"]}
    assert {"/tmp", "/data"} <= mounts, "uploads and voices need a place where the root is read-only"


def test_service_scaling_and_budget_mean_the_same_pods() -> None:
    found = documents()
    labels = found["Deployment"]["spec"]["template"]["metadata"]["labels"]
    assert found["Deployment"]["spec"]["selector"]["matchLabels"] == labels
    assert found["Service"]["spec"]["selector"] == labels
    assert found["PodDisruptionBudget"]["spec"]["selector"]["matchLabels"] == labels
    assert found["NetworkPolicy"]["spec"]["podSelector"]["matchLabels"] == labels
    assert found["Service"]["spec"]["ports"][0]["targetPort"] == "http"
    scaler = found["HorizontalPodAutoscaler"]["spec"]
    assert scaler["scaleTargetRef"]["name"] == found["Deployment"]["metadata"]["name"]
    assert scaler["minReplicas"] == found["Deployment"]["spec"]["replicas"]
    assert found["PodDisruptionBudget"]["spec"]["minAvailable"] < scaler["minReplicas"]


@pytest.fixture(scope="module")
def start() -> ModuleType:
    spec = importlib.util.spec_from_file_location("add_on_run", DEPLOY / "home-assistant" / "run.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_add_on_starts_with_its_own_options(start) -> None:
    config = yaml.safe_load((DEPLOY / "home-assistant" / "config.yaml").read_text())
    assert config["version"] == PROJECT["version"]
    assert f"ALLEARS_VERSION={PROJECT['version']}" in (DEPLOY / "home-assistant" / "Dockerfile").read_text()
    assert set(config["options"]) == set(config["schema"])
    assert config["discovery"] == ["wyoming"]
    assert {int(port.split("/")[0]) for port in config["ports"]} == {HTTP, WYOMING}
    words = start.command(config["options"])
    args = parsed(words[1:])
    assert (words[0], args.wyoming, args.no_http) == ("allears", f"tcp://0.0.0.0:{WYOMING}", True)
    args = parsed(start.command({"api_key": "12345678", "names_in_transcripts": True, "language_hint": ["en"]})[1:])
    assert (args.host, args.port, args.no_http, args.wyoming_names, args.languages) == (
        "0.0.0.0", HTTP, False, True, ["en"],
    )  # fmt: skip


def test_every_option_of_the_add_on_is_explained() -> None:
    folder = DEPLOY / "home-assistant"
    config = yaml.safe_load((folder / "config.yaml").read_text())
    text = (folder / "DOCS.md").read_text()
    assert [name for name in config["options"] if f"`{name}`" not in text] == []
    for file in (folder / "translations").glob("*.yaml"):
        told = yaml.safe_load(file.read_text())
        assert set(told["configuration"]) == set(config["options"]), file.name
        assert set(told["network"]) == set(config["ports"]), file.name


def test_home_assistant_is_told_where_it_is(start, monkeypatch) -> None:
    asked = []

    class Answer:
        def __enter__(self):
            return self

        def __exit__(self, *_):
            return None

    monkeypatch.setattr(start, "_is_answered", lambda: True)
    monkeypatch.setenv("SUPERVISOR_TOKEN", "secret")
    start.announce(post=lambda request, timeout: asked.append(request) or Answer())
    (request,) = asked
    assert request.full_url == "http://supervisor/discovery"
    assert request.headers["Authorization"] == "Bearer secret"
    data = json.loads(request.data)
    assert data["service"] == "wyoming"
    assert data["config"]["uri"].endswith(f":{WYOMING}")
