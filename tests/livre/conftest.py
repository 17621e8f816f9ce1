"""A fresh copy of the project, and the book printed from it: what a reader, an analyst and CI get."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from playwright.sync_api import sync_playwright

PROJECT = Path(__file__).resolve().parents[2]
PARTS = ("book", "data", "notebooks", "_config.yml", "_toc.yml", "requirements.txt")
BIN = Path(sys.executable).parent
FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip
CHROMIUM = next((p for n in ("chromium", "chromium-browser", "google-chrome") if (p := shutil.which(n))), None)


def copy_project(target: Path) -> Path:
    """Copy what the book is made of, without anything already built."""
    for part in PARTS:
        source = PROJECT / part
        if source.is_dir():
            shutil.copytree(
                source, target / part, ignore=shutil.ignore_patterns("__pycache__", ".ipynb_checkpoints", "local")
            )
        else:
            target.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source, target / part)
    return target


def run(*command: str, cwd: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run an installed command as a person would, with the folder as the only hint of where the project is."""
    env = {k: v for k, v in os.environ.items() if k not in ("PROSPECTIVE_RACINE", "SOURCE_DATE_EPOCH")}
    program = BIN / command[0]
    return subprocess.run(
        [str(program), *command[1:]],
        cwd=cwd,
        capture_output=True,
        text=True,
        env={**env, **environment},
        check=False,
        timeout=900,
    )


@pytest.fixture
def project(tmp_path):
    """A copy that a test may damage."""
    return copy_project(tmp_path / "projet")


@pytest.fixture(scope="session")
def printed(tmp_path_factory):
    """The book printed by ``prospective livre``, and what the command said."""
    root = copy_project(tmp_path_factory.mktemp("livre") / "projet")
    done = run("prospective", "livre", cwd=root)
    assert done.returncode == 0, done.stderr
    return root, done.stdout


@pytest.fixture(scope="module")
def browser():
    """A real browser, without a window."""
    assert CHROMIUM, "Chromium est introuvable : « make test » l'installe sous Debian."
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield opened
        opened.close()
