"""The distribution, built and installed away from the checkout: what a school district's server would get."""

import json
import os
import shutil
import subprocess
import sys
import sysconfig
import tarfile
import time
import zipfile
from pathlib import Path

import pytest

pytestmark = pytest.mark.packaging

CHECKOUT = Path(__file__).parents[2]
INPUTS = (
    *("pyproject.toml", "hatch_build.py", "assets.toml", "package.json", "package-lock.json"),
    *(".gitignore", "README.md", "LICENSE", "intranet", "plugins", "templates"),
)
# What a plugin of ours and one of somebody else's look like from outside: parts of one namespace.
OURS, THEIRS = "packaging_probe", "other"


def run(*command: object, cwd: Path, path: str | None = None) -> str:
    """Run a command that knows nothing of the checkout; what it printed."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "INTRANET_"))}
    environment = kept | {"PYTHONUTF8": "1"} | ({"PATH": path} if path is not None else {})
    answer = subprocess.run(
        [str(part) for part in command],
        cwd=cwd,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        timeout=120,
    )
    assert answer.returncode == 0, f"{command} answered {answer.returncode}:\n{answer.stdout}"
    return answer.stdout


def in_checkout(pattern: str) -> set[str]:
    """The names of the checkout's files, as they stand in archives."""
    return {path.relative_to(CHECKOUT).as_posix() for path in CHECKOUT.glob(pattern)}


def build(kind: str, tree: Path, directory: Path) -> Path:
    """Build without npm or any other program on the path."""
    empty = tree.parent / "no-programs"
    empty.mkdir(exist_ok=True)
    run(sys.executable, "-m", "hatchling", "build", "-t", kind, "-d", directory, cwd=tree, path=str(empty))
    [built] = directory.iterdir()
    return built


@pytest.fixture(scope="module")
def sdist(tmp_path_factory) -> Path:
    """Built from a copy of the checkout that has one plugin more."""
    work = tmp_path_factory.mktemp("sdist")
    tree = work / "tree"
    tree.mkdir()
    for name in INPUTS:
        source = CHECKOUT / name
        if source.is_dir():
            shutil.copytree(source, tree / name, ignore=shutil.ignore_patterns("__pycache__"))
        elif source.exists():
            shutil.copy2(source, tree)
    probe = tree / "plugins" / OURS
    probe.mkdir(parents=True)
    (probe / "__init__.py").touch()
    return build("sdist", tree, work / "dist")


@pytest.fixture(scope="module")
def wheel(sdist, tmp_path_factory) -> Path:
    """Built from the sdist."""
    work = tmp_path_factory.mktemp("wheel")
    with tarfile.open(sdist) as archive:
        archive.extractall(work, filter="data")
    [tree] = work.iterdir()
    return build("wheel", tree, work / "dist")


def install(work: Path, *wheels: Path) -> Path:
    """The interpreter of a new environment that holds the wheels, the dependencies, and no checkout."""
    run(sys.executable, "-m", "venv", "--without-pip", work / "venv", cwd=work)
    scripts = work / "venv" / ("Scripts" if os.name == "nt" else "bin")
    interpreter = scripts / ("python.exe" if os.name == "nt" else "python")
    pip = (sys.executable, "-m", "pip", "--python", interpreter)
    run(*pip, "install", "--quiet", "--no-deps", "--no-index", *wheels, cwd=work)
    # The dependencies are those of the running tests. The .pth files among them, such as the one that leads
    # an editable install to the checkout, count only in a site directory of the interpreter: here they are inert.
    dependencies = {sysconfig.get_path("purelib"), sysconfig.get_path("platlib")}
    site = run(interpreter, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))", cwd=work).strip()
    Path(site, "beside.pth").write_text("\n".join(sorted(dependencies)) + "\n", encoding="utf-8")
    return interpreter


def strangers_wheel(directory: Path, *files: str) -> Path:
    """Somebody else's distribution of empty files."""
    path = directory / "stranger-1.0-py3-none-any.whl"
    about = "stranger-1.0.dist-info"
    contents = dict.fromkeys(files, "") | {
        f"{about}/METADATA": "Metadata-Version: 2.1\nName: stranger\nVersion: 1.0\n",
        f"{about}/WHEEL": "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        f"{about}/RECORD": "".join(f"{name},,\n" for name in files),
    }
    with zipfile.ZipFile(path, "w") as archive:
        for name, text in contents.items():
            archive.writestr(name, text)
    return path


@pytest.fixture(scope="module")
def python(wheel, tmp_path_factory) -> Path:
    """The interpreter of an environment with the wheel alone."""
    return install(tmp_path_factory.mktemp("installed"), wheel)


def test_the_wheel_holds_the_program_and_its_files_only(wheel):
    names = set(zipfile.ZipFile(wheel).namelist())
    core = in_checkout("intranet/**/*.py")
    pages = {f"intranet/{name}" for name in in_checkout("templates/**/*.html")}
    data = in_checkout("intranet/demo/*.csv") | in_checkout("intranet/demo/*.xlsx")
    modules = in_checkout("plugins/*/**/*.py") | in_checkout("plugins/*/**/*.html")
    catalogues = {
        name.removesuffix("po") + "mo"
        for pattern in ("intranet/translations/**/*.po", "plugins/*/translations/**/*.po")
        for name in in_checkout(pattern)
    }
    vendor = {
        f"intranet/static/vendor/{name}" for name in ("manifest.json", "htmx.org/htmx.min.js", "htmx.org/LICENSE")
    }
    assert core | pages | modules | data | catalogues | vendor | {f"plugins/{OURS}/__init__.py"} <= names
    assert {name.partition("/")[0] for name in names if ".dist-info/" not in name} == {"intranet", "plugins"}
    # A file at the top of the namespace would clash with other distributions' parts.
    assert [name for name in names if name.startswith("plugins/") and name.count("/") == 1] == []
    assert [name for name in names if "__pycache__" in name] == []


def test_the_demo_runs_away_from_the_checkout(python, tmp_path):
    began = time.monotonic()
    printed = run(python, "-m", "intranet", "demo", "--no-serve", "--instance", tmp_path / "demo", cwd=tmp_path)
    assert time.monotonic() - began < 40
    assert "hm.chuyenvien" in printed
    assert "uh.lanhdao" in printed
    command = python.with_name("intranet.exe" if os.name == "nt" else "intranet")
    run(command, "doctor", "--instance", tmp_path / "demo", cwd=tmp_path)


def test_its_pages_and_browser_files_come_out_of_the_wheel(python, tmp_path):
    look = """
import json, re
from pathlib import Path
import intranet
from intranet import config
from intranet.app import create_app, templates_directory
client = create_app(config.load(Path("instance"), environment={}, demo=True)).test_client()
page = client.get("/login")
script = re.search(r'/static/vendor/htmx[.]org/[^"]+', page.text)
print(json.dumps({
    "package": intranet.__file__, "templates": str(templates_directory()), "login": page.status_code,
    "htmx": client.get(script.group()).status_code if script else None,
}))
"""
    run(python, "-m", "intranet", "demo", "--no-serve", "--instance", tmp_path / "instance", cwd=tmp_path)
    found = json.loads(run(python, "-c", look, cwd=tmp_path).splitlines()[-1])
    environment = python.parent.parent
    assert Path(found.pop("package")).is_relative_to(environment)
    assert Path(found.pop("templates")).is_relative_to(environment)
    assert found == {"login": 200, "htmx": 200}


@pytest.mark.parametrize("regular", [False, True], ids=["namespace", "with an __init__.py of its own"])
def test_others_may_add_to_the_plugins_namespace(wheel, tmp_path, regular):
    files = [f"plugins/{THEIRS}/__init__.py"] + ["plugins/__init__.py"] * regular
    python = install(tmp_path, wheel, strangers_wheel(tmp_path, *files))
    look = f"import plugins.{OURS} as ours, plugins.{THEIRS} as theirs; print(ours.__file__); print(theirs.__file__)"
    for line in run(python, "-c", look, cwd=tmp_path).splitlines():
        assert Path(line).is_relative_to(tmp_path / "venv")
    run(python.with_name("intranet.exe" if os.name == "nt" else "intranet"), "--help", cwd=tmp_path)
