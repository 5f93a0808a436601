"""Make every kind of paper and look at its pages: ``make documents``.

Of each kind one is made of its sample and some of the demo's records; LibreOffice turns them into PDF and pdftoppm
into a picture for each page.
"""

import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from intranet import config
from intranet.app import components, create_app
from intranet.demo import build as demo
from intranet.kernel import migrations
from intranet.operations import data_keys
from intranet.papers import documents
from intranet.papers.engine import fill
from intranet.papers.kinds import paper_kinds
from intranet.papers.layout import our_template

RECORDS_OF_A_KIND = 3
DOTS_PER_INCH = "80"
CODE = "ABCDE-23456"
ADDRESS = f"https://chungtay.example.edu.vn/verify/{CODE}"


def main(target: str = "build/documents") -> None:
    """Build a demo in a temporary place, write the papers, turn them into pictures."""
    directory = Path(target)
    directory.mkdir(parents=True, exist_ok=True)
    for old in directory.iterdir():
        if old.suffix in (".docx", ".pdf", ".png"):
            old.unlink()
    with TemporaryDirectory() as instance:
        app = create_app(config.load(Path(instance), environment={}, demo=True, log_level="ERROR"))
        with app.app_context():
            migrations.migrate(components(app))
            data_keys.begin(Path(instance))
            demo.build()
            for _module, kind in paper_kinds():
                _write(directory, kind)
    _picture(directory)


def _write(directory: Path, kind) -> None:
    sample = kind.sample | {"ma_tra_cuu": documents.to_check(CODE, ADDRESS)}
    (directory / f"{kind.key}-sample.docx").write_bytes(fill(our_template(kind), sample))
    if kind.own_pages:
        return
    for record in kind.model.select().order_by(kind.model.id).limit(RECORDS_OF_A_KIND):
        paper = documents.render(kind, record, None)
        (directory / f"{kind.key}-{record.id}.docx").write_bytes(paper.body)


def _picture(directory: Path) -> None:
    papers = sorted(directory.glob("*.docx"))
    with TemporaryDirectory() as profile:
        command = ("soffice", f"-env:UserInstallation={Path(profile).as_uri()}", "--headless", "--convert-to", "pdf")
        subprocess.run([*command, "--outdir", directory, *papers], check=True, stdout=subprocess.DEVNULL)
    for paper in sorted(directory.glob("*.pdf")):
        subprocess.run(["pdftoppm", "-r", DOTS_PER_INCH, "-png", paper, paper.with_suffix("")], check=True)
    print(f"{len(papers)} papers on {len(list(directory.glob('*.png')))} pages: {directory}")


if __name__ == "__main__":
    main(*sys.argv[1:])
