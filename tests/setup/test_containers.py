"""The container files agree with the settings and the commands that they use."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.core.management import get_commands
from pytest_django.live_server_helper import LiveServer

from clusterix.lib import middleware

ROOT = Path(__file__).resolve().parents[2]
DOCKERFILE = (ROOT / "Dockerfile").read_text()
NGINX = (ROOT / "deploy" / "nginx.conf").read_text()
SERVICES: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())["services"]
OURS = ["release", "web", "worker"]
LASTING = ["web", "worker", "db", "nginx"]
SECRET = re.compile(r"KEY|PASSWORD|EMAIL_URL|DATABASE_URL")


def gunicorn() -> list[str]:
    (command,) = re.findall(r'^CMD (\["gunicorn".*?\])', DOCKERFILE, re.MULTILINE | re.DOTALL)
    arguments: list[str] = json.loads(command.replace("\\\n", ""))
    return arguments


@pytest.mark.parametrize("service", OURS)
def test_a_container_is_given_settings_that_exist(service: str, settings_read: set[str]) -> None:
    given = set(SERVICES[service]["environment"])

    assert given - settings_read == set()
    assert {"SECRET_KEY", "SITE_URL", "DATABASE_URL", "TRUSTED_PROXIES"} <= given


@pytest.mark.parametrize("service", SERVICES)
def test_no_secret_is_written_in_the_file(service: str) -> None:
    environment = SERVICES[service].get("environment", {})

    secrets = [value for name, value in environment.items() if SECRET.search(name)]

    assert all(re.search(r"\$\{[A-Z_]+:\?[^}]+\}", value) for value in secrets)


def test_the_containers_run_commands_that_exist() -> None:
    commands = " ".join(str(SERVICES[service].get("command", "")) for service in OURS)

    used = set(re.findall(r"manage\.py[', ]+([a-z_]+)", commands + DOCKERFILE))

    assert {"collectstatic", "migrate", "worker"} <= used
    assert used - set(get_commands()) == set()


@pytest.mark.parametrize("service", SERVICES)
def test_a_container_may_do_little(service: str) -> None:
    container = SERVICES[service]

    assert container["read_only"] is True
    assert container["user"] not in {"root", "0"}
    assert container["cap_drop"] == ["ALL"]
    assert container["security_opt"] == ["no-new-privileges:true"]


@pytest.mark.parametrize("service", LASTING)
def test_a_container_that_stays_is_watched_and_restarted(service: str) -> None:
    container = SERVICES[service]

    assert (container["restart"], "test" in container["healthcheck"]) == ("unless-stopped", True)


def test_images_are_pinned_to_a_version() -> None:
    images = [service["image"] for service in SERVICES.values() if "build" not in service]
    bases = re.findall(r"^FROM (\S+)", DOCKERFILE, re.MULTILINE)

    assert all(re.search(r":\d+\.\d+[^:]*$", image) for image in [*images, *bases])


def test_the_ports_meet() -> None:
    (bind,) = (argument for argument in gunicorn() if argument.startswith("--bind"))
    listens = re.findall(r"listen (\d+)(?: ssl)?;", NGINX)
    published = [port.partition(":")[2] for port in SERVICES["nginx"]["ports"]]

    port = bind.rpartition(":")[2]
    assert f"EXPOSE {port}\n" in DOCKERFILE
    assert f"proxy_pass http://web:{port};" in NGINX
    assert set(re.findall(r"http://[a-z0-9.]+:(\d+)/\w+z/", str(SERVICES) + DOCKERFILE)) == {port}
    assert listens == published


def test_the_proxy_tells_the_site_what_the_site_trusts_it_to_tell() -> None:
    told = set(re.findall(r"proxy_set_header (\S+)", NGINX))

    assert told == {"Host", "X-Forwarded-For", "X-Forwarded-Proto", "X-Request-ID"}
    assert SERVICES["web"]["environment"]["TRUSTED_PROXIES"] == "1"


def test_the_proxy_and_the_site_have_one_limit_for_uploads() -> None:
    (megabytes,) = re.findall(r"client_max_body_size (\d+)m;", NGINX)

    assert int(megabytes) * 1024 * 1024 == middleware.LARGEST_BODY


def test_gunicorn_understands_its_command() -> None:
    name, *arguments = gunicorn()

    checked = subprocess.run(
        [sys.executable, "-m", name, "--check-config", *arguments], cwd=ROOT, check=False
    )

    assert checked.returncode == 0


@pytest.mark.parametrize(("path", "status"), [("/healthz/", 0), ("/nowhere/", 1)])
def test_the_probe_tells_a_well_site_from_another(
    live_server: LiveServer, path: str, status: int
) -> None:
    probe = [sys.executable, str(ROOT / "deploy" / "probe.py"), f"{live_server.url}{path}"]

    probed = subprocess.run(probe, env=os.environ | {"SITE_URL": live_server.url}, check=False)

    assert probed.returncode == status
