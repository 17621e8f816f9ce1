"""Put beside the printed pages what they offer to download (the data package, each series), and keep data pages light."""

import base64
import hashlib
import re
import sys
from pathlib import Path

from sphinx.application import Sphinx

FOLDER = "donnees"
PAGES = Path("notebooks") / FOLDER
DESCRIPTOR = Path("data/datapackage.yaml")
LINK = re.compile(r"""<a [^>]*?href=(["'])([a-z0-9/.-]+\.html)(?:#[^"']*)?\1[^>]*>(.*?)</a>""", re.DOTALL)
PICTURE = re.compile(r"<img src='data:image/svg\+xml;base64,([A-Za-z0-9+/=]+)'")
BOX = re.compile(rb'viewBox="0 0 ([\d.]+) ([\d.]+)"')


def finish(app: Sphinx, error: Exception | None) -> None:
    """Once the pages are printed: write the downloads, take pictures out of the data pages, drop links to nowhere."""
    if error is not None or app.builder.format != "html":
        return
    out = Path(app.outdir)
    wanted = downloads(project(Path(app.srcdir)))
    for page in sorted((out / PAGES).glob("*.html")):
        text = page.read_text(encoding="utf-8")
        light, pictures = without_pictures(text)
        shown = without_dead_links(light, page.parent)
        for name, content in pictures.items():
            write(out / FOLDER / name, content)
        if shown != text:
            write(page, shown.encode("utf-8"))
        wanted |= dict.fromkeys(re.findall(rf"{FOLDER}/(graphiques/[0-9a-f]+\.svg)", shown))
    for name, content in wanted.items():
        if content is not None:
            write(out / FOLDER / name, content)
    for stale in (p for p in (out / FOLDER).rglob("*") if p.is_file()):
        if stale.relative_to(out / FOLDER).as_posix() not in wanted:
            stale.unlink()


def project(source: Path) -> Path:
    """The project that the pages come from: their folder, or the one that it is staged in."""
    here = source.resolve()
    return next(folder for folder in (here, *here.parents) if (folder / DESCRIPTOR).is_file())


def downloads(root: Path) -> dict[str, bytes | None]:
    """What readers may download, by path under ``donnees/``: the zip, and one CSV by indicator."""
    if (root / "prospective").is_dir() and str(root) not in sys.path:
        sys.path.append(str(root))  # a plain « jupyter-book build . » where the library is not installed
    from prospective.data import archive
    from prospective.data.package import Package

    package = Package(root)
    found: dict[str, bytes | None] = {f"{archive.NAME}.zip": archive.content(root)}
    for name in package.indicators:
        found[f"series/{name}.csv"] = archive.series_csv(package, name).encode("utf-8")
    return found


def without_pictures(html: str) -> tuple[str, dict[str, bytes]]:
    """Replace the pictures that a page carries by links to files, read when the reader comes to them.

    A data page has up to fifty charts: with their pictures inside it would weigh two megabytes. Width and height keep
    their place, so that an anchor leads where it should.
    """
    found: dict[str, bytes] = {}

    def taken(picture: re.Match[str]) -> str:
        content = base64.b64decode(picture[1])
        name = f"graphiques/{hashlib.sha256(content).hexdigest()[:16]}.svg"
        found[name] = content
        box = BOX.search(content)
        size = f" width='{float(box[1]):.0f}' height='{float(box[2]):.0f}'" if box else ""
        return f"<img loading='lazy' src='../../{FOLDER}/{name}'{size}"

    return PICTURE.sub(taken, html), found


def without_dead_links(html: str, home: Path) -> str:
    """Keep the words, not the link, where a page names a page that this build does not have.

    ``jupyter-book build .`` prints the pages of ``_toc.yml``; only ``prospective livre`` adds those of ``book/plan.yaml``.
    """
    return LINK.sub(lambda link: link[0] if (home / link[2]).is_file() else link[3], html)


def write(path: Path, content: bytes) -> None:
    """Write a file unless it already holds that."""
    if not path.is_file() or path.read_bytes() != content:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)


def setup(app: Sphinx) -> dict[str, bool]:
    """Register with Sphinx."""
    app.connect("build-finished", finish)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
