"""The pinned requirements: complete, hashed, and no more than the project asked for."""

import re
import tomllib
from collections.abc import Iterator
from importlib.metadata import distribution
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

ROOT = Path(__file__).resolve().parents[2]
PIN = re.compile(r"(?P<name>[a-z0-9-]+)==(?P<version>[^ ]+)(?: ; (?P<marker>.+))? \\")

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
RUN = PROJECT["project"]["dependencies"]
DEVELOP = [*RUN, *PROJECT["dependency-groups"]["dev"]]

FILES = {"requirements.txt": RUN, "requirements-dev.txt": DEVELOP}


def blocks(file: str) -> list[str]:
    """Answer the parts of a requirements file: a package with its hashes each."""
    return re.split(r"^(?=\S)", (ROOT / file).read_text(), flags=re.MULTILINE)[1:]


def pins(file: str) -> list[re.Match[str]]:
    """Answer the first lines of the parts, or fail where one pins nothing."""
    matches = [PIN.fullmatch(block.partition("\n")[0]) for block in blocks(file)]
    assert None not in matches
    return [match for match in matches if match]


def versions(file: str) -> dict[str, Version]:
    return {pin["name"]: Version(pin["version"]) for pin in pins(file)}


def asked(requirements: list[str], extras: set[str]) -> Iterator[Requirement]:
    """Yield what is asked for on this machine, by a package itself or by some of its extras."""
    for requirement in map(Requirement, requirements):
        marker = requirement.marker
        if marker is None or any(marker.evaluate({"extra": extra}) for extra in {"", *extras}):
            yield requirement


def asked_in_the_end(requirements: list[str]) -> dict[str, Requirement]:
    """Answer all that is asked for on this machine, the needs of the needed included."""
    found: dict[str, Requirement] = {}
    queue = list(asked(requirements, set()))
    while queue:
        requirement = queue.pop()
        if str(requirement) not in found:
            found[str(requirement)] = requirement
            queue += asked(distribution(requirement.name).requires or [], requirement.extras)
    return found


@pytest.mark.parametrize("file", FILES)
def test_all_that_is_asked_for_is_pinned_as_it_is_asked_for(file: str) -> None:
    pinned = versions(file)

    unmet = [
        text
        for text, requirement in asked_in_the_end(FILES[file]).items()
        if not requirement.specifier.contains(pinned[canonicalize_name(requirement.name)])
    ]

    assert unmet == []


@pytest.mark.parametrize("file", FILES)
def test_nothing_is_pinned_that_nothing_asks_for(file: str) -> None:
    asked_for = asked_in_the_end(FILES[file]).values()
    names = {canonicalize_name(requirement.name) for requirement in asked_for}

    everywhere = {pin["name"] for pin in pins(file) if pin["marker"] is None}

    assert everywhere - names == set()


@pytest.mark.parametrize("file", FILES)
def test_each_pin_has_hashes_and_no_line_has_an_address(file: str) -> None:
    text = (ROOT / file).read_text()

    assert all("--hash=sha256:" in block for block in blocks(file))
    assert re.findall(r"://|--index|--find-links|^-", text, re.MULTILINE) == []


def test_development_runs_the_versions_of_production() -> None:
    run, develop = versions("requirements.txt"), versions("requirements-dev.txt")

    assert run == {name: version for name, version in develop.items() if name in run}
