"""A real coding agent: its tool gets the person's words, its provider does not.

Claude Code comes from npm, once, into a folder that is not kept in version control. Where npm is
missing the test says so; in continuous integration a machine with npm must run it.
"""

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

CACHE = Path(__file__).parents[2] / ".cache" / "agent"
PACKAGE = "@anthropic-ai/claude-code@2.1.197"
EMAIL = "tom.becker@example.org"


@pytest.fixture(scope="module")
def agent(in_ci: bool) -> Path:
    npm = shutil.which("npm")
    if npm is None:
        pytest.skip("npm is not installed: the agent cannot be fetched")
    found = list(CACHE.glob("node_modules/@anthropic-ai/claude-code-*/claude"))
    if not found:
        CACHE.mkdir(parents=True, exist_ok=True)
        install = [npm, "install", "--prefix", CACHE, "--no-audit", "--no-fund", "--no-save"]
        done = subprocess.run([*install, PACKAGE], capture_output=True, text=True, check=False)
        found = list(CACHE.glob("node_modules/@anthropic-ai/claude-code-*/claude"))
        if not found and not in_ci:
            pytest.skip(f"npm cannot install the agent here: {done.stderr[-300:]}")
    assert found, "the agent was not installed"
    return found[0]


def test_an_agents_tool_gets_the_real_value(agent: Path, gateway, provider, tmp_path) -> None:
    work = tmp_path / "work"
    work.mkdir()
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(tmp_path),
        "ANTHROPIC_BASE_URL": gateway.url,
        "ANTHROPIC_API_KEY": "k",
        "CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC": "1",
        "DISABLE_AUTOUPDATER": "1",
    }
    asked = ["-p", f"echo {EMAIL} > got.txt", "--model", "standin-tool", "--allowedTools", "Bash"]
    with provider.behaving(mode="tool", tool="Bash"):
        done = subprocess.run(
            [agent, *asked, "--output-format", "json"],
            cwd=work,
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
    assert done.returncode == 0, done.stdout + done.stderr
    assert not json.loads(done.stdout)["is_error"]
    assert (work / "got.txt").read_text() == EMAIL + "\n"
    assert EMAIL not in provider.received()
    assert sum(seen.target.startswith("/v1/messages") for seen in provider.seen()) >= 2
