"""Write the diagrams of life-cycles.md from what the life cycles declare: python docs/life_cycles.py"""

import sys
from pathlib import Path
from tempfile import TemporaryDirectory

GUIDE = Path(__file__).parent / "life-cycles.md"
CHECKOUT = Path(__file__).resolve().parent.parent
EXAMPLE = CHECKOUT / "tests" / "plugins"
MARK = "<!-- from the declarations -->\n"


def chapters(app):
    """A chapter for each life cycle of the core and of the modules in this checkout, then the tests' example."""
    from intranet.kernel.workflow import chapter

    plugins = app.extensions["plugins"]
    ours, examples = [], []
    with app.app_context():
        for module, workflow in app.extensions["workflows"]:
            if module and plugins.directory(module).is_relative_to(EXAMPLE):
                examples.append(chapter(workflow))
            elif not module or plugins.directory(module).is_relative_to(CHECKOUT):
                ours.append(chapter(workflow))
    return "\n".join(ours + examples)


def with_chapters(text, app):
    """The guide with each diagram as it is declared now."""
    return text[: text.index(MARK)] + MARK + "\n" + chapters(app)


def main():
    """Build an application that touches no data, and write."""
    sys.path.insert(0, str(EXAMPLE))
    from intranet import config
    from intranet.app import create_app

    with TemporaryDirectory() as instance:
        app = create_app(config.load(Path(instance)))
        GUIDE.write_text(with_chapters(GUIDE.read_text(encoding="utf-8"), app), encoding="utf-8")


if __name__ == "__main__":
    main()
