"""Fetch the stylesheets, scripts and fonts that others made, and see that they are still what was fetched.

`python tools/vendor.py` fetches each package of PACKAGES with `npm pack`, compares it with its pinned
integrity, and keeps its licence and the files named here. `--check` needs no network and no npm: it
compares every file below static/vendor with the checksum in static/vendor/manifest.json.
"""

import base64
import hashlib
import io
import json
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path
from typing import Any, NamedTuple

FOLDER = Path(__file__).resolve().parent.parent / "static" / "vendor"
MANIFEST = FOLDER / "manifest.json"
# A pointer to a file that is not kept would stop collectstatic.
TEXT = (".css", ".js", "LICENSE", "LICENSE_FONT")
SOURCE_MAP = re.compile(rb"\n?(?://[#@]\s*sourceMappingURL=\S+|/\*[#@]\s*sourceMappingURL=[^*]*\*/)\s*")


class Package(NamedTuple):
    """What is kept of one package: `files` are paths inside it, each kept under its last name."""

    name: str
    version: str
    integrity: str
    licence: str
    files: tuple[str, ...]


PACKAGES = (
    Package(
        name="bootstrap",
        version="5.3.9",
        integrity="sha512-20cU0rcfw8WdxtVbmfU+xT2EjvVTw9Ror/h1Qvd7DXCujRg8OO9mdBCsmTHdJFf3BuadmBNJtgIuUXsBqSkk/w==",
        licence="MIT",
        files=("dist/css/bootstrap.min.css", "LICENSE"),
    ),
    Package(
        name="htmx.org",
        version="2.0.10",
        integrity="sha512-kdeJe7ZVwaS6QMz/ebBIVtZdpwen6L0OQ5GOhPV9MKBb196TCZeZu4yA7ZIQsaLKv7EpXz+So7KSXNuHXhj7Cw==",
        licence="0BSD",
        files=("dist/htmx.min.js", "LICENSE"),
    ),
    Package(
        name="uplot",
        version="1.6.32",
        integrity="sha512-KIMVnG68zvu5XXUbC4LQEPnhwOxBuLyW1AHtpm6IKTXImkbLgkMy+jabjLgSLMasNuGGzQm/ep3tOkyTxpiQIw==",
        licence="MIT",
        files=("dist/uPlot.iife.min.js", "dist/uPlot.min.css", "LICENSE"),
    ),
    # For paper only: hospital/paper.py. No page loads a font.
    Package(
        name="@expo-google-fonts/noto-sans",
        version="0.4.2",
        integrity="sha512-zYD8G2ijWLxqmquoQgghNh/x9p0yxWwArD0oxO1oXY1qx5vOd4t0Kbhnu/Cx8RTy08OgA8RtxuULZFaXwVPnPw==",
        licence="OFL-1.1",
        files=("400Regular/NotoSans_400Regular.ttf", "600SemiBold/NotoSans_600SemiBold.ttf", "LICENSE_FONT"),
    ),
    Package(
        name="@expo-google-fonts/noto-sans-arabic",
        version="0.4.3",
        integrity="sha512-YvtxyuegxPegu2g5urXJ+gQxRp8i798nQswTmEjwXOWR/fqy0Gvey6h5IoNRBrc43SxRxPezqCiR9ivpfPAXSg==",
        licence="OFL-1.1",
        files=(
            "400Regular/NotoSansArabic_400Regular.ttf",
            "600SemiBold/NotoSansArabic_600SemiBold.ttf",
            "LICENSE_FONT",
        ),
    ),
)


def checksum(content: bytes, kind: str = "sha384") -> str:
    """In the form of an integrity attribute: the kind, a hyphen, base64."""
    return f"{kind}-{base64.b64encode(hashlib.new(kind, content).digest()).decode()}"


def download(package: Package) -> bytes:
    """The archive of a package; ends the program if it is not the one that was pinned."""
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(
            ["npm", "pack", "--silent", "--pack-destination", folder, f"{package.name}@{package.version}"],
            check=True,
            stdout=subprocess.DEVNULL,
        )
        [archive] = Path(folder).glob("*.tgz")
        content = archive.read_bytes()
    if checksum(content, "sha512") != package.integrity:
        sys.exit(f"{package.name} {package.version} is not what was pinned: nothing was kept of it.")
    return content


def unpack(package: Package, archive: bytes) -> dict[str, bytes]:
    """The kept files of a package, by their path below static/vendor."""
    kept = {}
    with tarfile.open(fileobj=io.BytesIO(archive)) as tar:
        for path in package.files:
            member = tar.extractfile(f"package/{path}")
            if member is None:
                sys.exit(f"{package.name} holds no file {path}.")
            content = member.read()
            if path.endswith(TEXT):
                content = SOURCE_MAP.sub(b"\n", content.replace(b"\r\n", b"\n"))
            kept[f"{package.name}/{Path(path).name}"] = content
    return kept


def fetch() -> None:
    """Lay static/vendor anew."""
    if not shutil.which("npm"):
        sys.exit("npm fetches the packages, and there is none here. Checking them needs none: --check.")
    archives = [(package, download(package)) for package in PACKAGES]
    shutil.rmtree(FOLDER, ignore_errors=True)
    manifest: dict[str, Any] = {}
    for package, archive in archives:
        files = unpack(package, archive)
        for path, content in files.items():
            (FOLDER / path).parent.mkdir(parents=True, exist_ok=True)
            (FOLDER / path).write_bytes(content)
        manifest[package.name] = {
            "version": package.version,
            "licence": package.licence,
            "integrity": package.integrity,
            "files": {path: checksum(content) for path, content in files.items()},
        }
    MANIFEST.write_text(json.dumps(manifest, indent=2) + "\n", encoding="utf-8")


def problems() -> list[str]:
    """Whatever differs between PACKAGES, the manifest and the files, a sentence each."""
    manifest = json.loads(MANIFEST.read_text(encoding="utf-8"))
    recorded = {path: known for entry in manifest.values() for path, known in entry["files"].items()}
    present = {
        path.relative_to(FOLDER).as_posix(): checksum(path.read_bytes())
        for path in FOLDER.rglob("*")
        if path.is_file() and path != MANIFEST
    }
    pinned = {package.name: (package.version, package.integrity) for package in PACKAGES}
    fetched = {name: (entry["version"], entry["integrity"]) for name, entry in manifest.items()}
    return [
        *(
            f"{name}: another version is pinned than was fetched."
            for name in pinned
            if fetched.get(name) != pinned[name]
        ),
        *(f"{name}: fetched, but no longer pinned." for name in fetched.keys() - pinned.keys()),
        *(f"{path}: missing." for path in sorted(recorded.keys() - present.keys())),
        *(f"{path}: nobody knows where it comes from." for path in sorted(present.keys() - recorded.keys())),
        *(
            f"{path}: changed."
            for path in sorted(present.keys() & recorded.keys())
            if present[path] != recorded[path]
        ),
    ]


def main(arguments: list[str]) -> int:
    """With --check only look. Returns 1 if something is not as it was."""
    if "--check" not in arguments:
        fetch()
    found = problems()
    for problem in found:
        print(problem)
    if found:
        print("`python tools/vendor.py` fetches the pinned packages again.")
    return int(bool(found))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
