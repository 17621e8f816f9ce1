"""What every room's tests share: the real data package, and a copy of it that a test may damage."""

from pathlib import Path

import pytest
from hypothesis import settings

from prospective.data.package import Package
from prospective.data.territories import Gazetteer
from tests.editing import copy_data

ROOT = Path(__file__).resolve().parents[1]

# The same examples on every machine; no deadline, since continuous integration is slow.
settings.register_profile("prospective", deadline=None, derandomize=True, database=None)
settings.load_profile("prospective")


@pytest.fixture(scope="session")
def root() -> Path:
    """The publication's folder."""
    return ROOT


@pytest.fixture(scope="session")
def package(root: Path) -> Package:
    """The real data package; don't modify its tables."""
    return Package(root)


@pytest.fixture(scope="session")
def places(package: Package) -> Gazetteer:
    """The real gazetteer."""
    return Gazetteer(package)


@pytest.fixture
def copy_of_data(root: Path, tmp_path: Path) -> Path:
    """The root of a copy of data/, the bibliography and the prose pages, to be damaged."""
    return copy_data(root, tmp_path / "copie")
