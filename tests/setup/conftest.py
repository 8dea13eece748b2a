"""What the settings read, for the files that have to agree with them."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="session")
def settings_read() -> set[str]:
    """The names of the environment that the settings ask for."""
    code = (ROOT / "clusterix" / "settings.py").read_text()
    calls = [node for node in ast.walk(ast.parse(code)) if isinstance(node, ast.Call)]
    asked = [
        call.args[0]
        for call in calls
        if re.fullmatch(r"env\.(?!read_env)\w+", ast.unparse(call.func))
    ]
    return {ast.literal_eval(name) for name in asked}
