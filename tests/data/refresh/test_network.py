"""Nothing but the refresh touches the network, and what it needs is imported only when it is used."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

from prospective.data.refresh.guard import HOSTS, TransportError, guard
from prospective.data.refresh.registry import CONNECTORS

NETWORK = {"requests", "urllib3", "sdmx", "wbgapi", "pynsee", "httpx", "aiohttp", "socket", "ssl", "ftplib", "telnetlib", "smtplib", "http", "requests_cache"}  # fmt: skip
OF_URLLIB = {"request", "error"}  # urllib.parse only handles text


def imports(path: Path) -> set[str]:
    """Every module that a file imports, at any depth."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and not node.level and node.module:
            found |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return found


def touches_network(path: Path) -> bool:
    names = imports(path)
    return any(n.split(".")[0] in NETWORK for n in names) or any(
        n == f"urllib.{part}" for n in names for part in OF_URLLIB
    )


def test_only_the_refresh_imports_the_network(root: Path) -> None:
    files = sorted((root / "prospective").rglob("*.py"))
    found = {p.relative_to(root).as_posix() for p in files if touches_network(p)}
    assert found == {f"prospective/data/refresh/{name}.py" for name in ("transport", "sdmx", "world_bank", "melodi")}


def test_only_one_module_opens_a_connection(root: Path) -> None:
    folder = root / "prospective/data/refresh"
    assert [p.stem for p in sorted(folder.glob("*.py")) if any(n.split(".")[0] == "requests" for n in imports(p))] == [
        "transport"
    ]


def test_the_libraries_of_the_producers_are_not_imported_before_they_are_asked() -> None:
    code = (
        "import sys, prospective.data.refresh.run; "
        "print([m for m in ('sdmx', 'wbgapi', 'pynsee', 'geopandas') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_the_command_line_does_not_import_the_network() -> None:
    code = "import sys, prospective.cli; print('prospective.data.refresh.transport' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


def test_every_connector_keeps_to_the_list_of_hosts() -> None:
    for connector in CONNECTORS.values():
        assert connector.hosts <= HOSTS


@pytest.mark.parametrize(
    "url",
    [
        "http://ec.europa.eu/x", "https://ec.europa.eu.example.org/x", "https://example.org/ec.europa.eu", "https://user@ec.europa.eu/x",
        "https://ec.europa.eu:444/x", "ftp://ec.europa.eu/x", "file:///etc/passwd", "https://EC.EUROPA.EU.:443/x", "//ec.europa.eu/x",
    ],
)  # fmt: skip
def test_other_addresses_are_refused(url: str) -> None:
    with pytest.raises(TransportError, match="rien n'a été demandé à cette adresse"):
        guard(url)
