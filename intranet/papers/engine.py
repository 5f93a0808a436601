"""Filling templates. A district's own may come from anywhere, so it can do little: show values, choose, repeat.

What people typed is text wherever it stands: its braces and angle brackets mean nothing to Word or to the engine.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from types import CodeType
from typing import Any

from docx.image.image import Image
from docx.shared import Mm
from docxtpl import DocxTemplate, InlineImage
from jinja2 import StrictUndefined, TemplateError, nodes
from jinja2.exceptions import TemplateRuntimeError, TemplateSyntaxError, UndefinedError
from jinja2.sandbox import ImmutableSandboxedEnvironment
from lxml import etree
from markupsafe import Markup, escape

from intranet.kernel.language import gettext as _
from intranet.papers.columns import share_out
from intranet.papers.paging import keep_signatures
from intranet.papers.word import Pictured, TemplateFault

# What a template may be made of.
ALLOWED = (
    *(nodes.Template, nodes.Output, nodes.TemplateData, nodes.Name, nodes.Const, nodes.Getattr, nodes.Getitem),
    *(nodes.For, nodes.If, nodes.CondExpr, nodes.Compare, nodes.Operand, nodes.And, nodes.Or, nodes.Not),
    *(nodes.Filter, nodes.Test, nodes.Concat),
)
FILTERS = ("capitalize", "default", "first", "join", "last", "length", "lower", "title", "trim", "upper")
MOST_LOOPS = 6
# What XML cannot hold, and what docxtpl would take for a new paragraph or page.
UNPRINTABLE = re.compile("[^\t\n\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
BRACES = str.maketrans({"{": "&#123;", "}": "&#125;"})
XML_TAG = re.compile(r"<[^>]*>")
TAG = re.compile(r"\{[{%#].*?[}%#]\}")
QUOTED = re.compile(r"'([^']+)'")
LONGEST_EXCERPT = 80
# Parts of templates kept ready; a paper has about four.
KEPT_PARTS = 64
# In mm, of a picture.
WIDEST = 150


def fill(template: bytes, context: Mapping[str, Any], title: str = "") -> bytes:
    """The Word file that a template gives with these values. Raises TemplateFault."""
    environment = _Environment()
    try:
        paper = _Paper(io.BytesIO(template))
        environment.paper = paper
        paper.render(context, environment, autoescape=True)
        paper.docx.core_properties.title = title[:250]
        out = io.BytesIO()
        paper.save(out)
    except TemplateFault:
        raise
    except TemplateError as cause:
        raise TemplateFault(_sentence(cause, environment.source)) from cause
    # What Word wrote, somebody may have changed in any way.
    except Exception as cause:
        raise TemplateFault(_("Tệp mẫu hỏng hoặc thẻ đặt sai chỗ nên không tạo được văn bản.")) from cause
    return out.getvalue()


class _Paper(DocxTemplate):
    def patch_xml(self, src_xml: str) -> str:
        """A part of the template as Jinja reads it: what Word tore apart is put together, once for all its papers."""
        return _patched(src_xml)

    def fix_tables(self, xml: str) -> Any:
        """Loops that begin in one cell and end in another leave no XML: docxtpl would guess what was meant."""
        try:
            etree.fromstring(xml)
        except etree.XMLSyntaxError as cause:
            raise TemplateFault(
                _("Thẻ mở và thẻ đóng (for … endfor, if … endif) nằm lệch nhau, ví dụ ở hai ô khác nhau của bảng.")
            ) from cause
        tree = super().fix_tables(xml)
        share_out(tree)
        keep_signatures(tree)
        return tree

    def render_properties(self, context: Mapping[str, Any], jinja_env: Any = None) -> None:
        """The properties of the file hold no tags."""


@lru_cache(maxsize=KEPT_PARTS)
def _patched(source: str) -> str:
    return DocxTemplate(None).patch_xml(source)


class _Environment(ImmutableSandboxedEnvironment):
    """Jinja without anything that could run long or reach out: no calls, no arithmetic, no macros, few filters."""

    def __init__(self) -> None:
        super().__init__(autoescape=True, undefined=StrictUndefined, finalize=self._printed)
        self.globals.clear()
        self.filters = {name: self.filters[name] for name in FILTERS}
        self.source = ""
        self.paper: DocxTemplate | None = None

    def _printed(self, value: Any) -> Any:
        if isinstance(value, Pictured):
            picture = InlineImage(self.paper, io.BytesIO(value.picture), height=Mm(_height(value)))
            return _printed(f"{value} ") + Markup(str(picture))
        return _printed(value)

    def from_string(self, source: str, *arguments: Any, **options: Any) -> Any:
        """Compile a part of the file, once it is seen to hold nothing but what is allowed."""
        self.source = source
        return self.template_class.from_code(self, _compiled(source), self.make_globals(None), None)


# Hundreds of certificates are filled from one template: it is read, checked and compiled once.
@lru_cache(maxsize=KEPT_PARTS)
def _compiled(source: str) -> CodeType:
    environment = _Environment()
    _check(environment.parse(source))
    return environment.compile(source)


def _height(value: Pictured) -> float:
    """As high as wished, unless it would then be wider than the text."""
    image = Image.from_blob(value.picture)
    return min(value.height, WIDEST * image.px_height / image.px_width)


def _printed(value: Any) -> Any:
    """A value as Word shall show it, letter by letter."""
    if isinstance(value, Mapping | list | tuple):
        raise TemplateRuntimeError("group")
    if value is None:
        return ""
    if isinstance(value, StrictUndefined):
        return value
    return Markup(str(escape(UNPRINTABLE.sub("", str(value)))).translate(BRACES))


def _check(template: nodes.Template) -> None:
    for node in template.find_all(nodes.Node):
        if not isinstance(node, ALLOWED):
            raise TemplateSyntaxError("not allowed", node.lineno)
    _check_loops(template, ())


def _check_loops(node: nodes.Node, loops: tuple[str, ...]) -> None:
    """A loop within another goes over what the outer one's item holds: so nothing repeats more than the data do."""
    for child in node.iter_child_nodes():
        inner = loops
        if isinstance(child, nodes.For):
            root = _root(child.iter)
            if child.recursive or not isinstance(child.target, nodes.Name) or len(loops) >= MOST_LOOPS:
                raise TemplateSyntaxError("not allowed", child.lineno)
            if loops and root != loops[-1]:
                raise TemplateSyntaxError("not allowed", child.lineno)
            inner = (*loops, child.target.name)
        _check_loops(child, inner)


def _root(node: nodes.Node) -> str | None:
    while isinstance(node, nodes.Getattr | nodes.Getitem):
        node = node.node
    return node.name if isinstance(node, nodes.Name) else None


def _sentence(error: TemplateError, source: str) -> str:
    """What is wrong with a template, with the words of its own paragraph."""
    line = getattr(error, "lineno", None) or _line_of(error)
    where = _excerpt(source, line)
    reason = _reason(error)
    return _("Ở đoạn “%(where)s”: %(reason)s", where=where, reason=reason) if where else reason


def _line_of(error: TemplateError) -> int | None:
    """Where a template stood when it failed; Jinja writes its lines into the trace."""
    line, trace = None, error.__traceback__
    while trace is not None:
        if trace.tb_frame.f_code.co_filename in ("<template>", "<unknown>"):
            line = trace.tb_lineno
        trace = trace.tb_next
    return line


def _excerpt(source: str, line: int | None) -> str:
    lines = source.splitlines()
    if line is None or not 0 < line <= len(lines):
        return ""
    text = " ".join(XML_TAG.sub("", lines[line - 1]).split())
    tags = " ".join(TAG.findall(text))
    return (text if len(text) <= LONGEST_EXCERPT else tags or text)[:LONGEST_EXCERPT]


def _reason(error: TemplateError) -> str:
    message = error.message or ""
    names = list(_names(message))
    if isinstance(error, UndefinedError) and names:
        return _("không có thẻ “%(name)s”.", name=names[-1])
    if message == "group":
        return _("thẻ này là một nhóm giá trị; hãy dùng từng giá trị trong nhóm hoặc lặp bằng for.")
    if message == "not allowed":
        return _("mẫu chỉ được dùng thẻ giá trị, if và for; vòng for bên trong phải đi theo mục của vòng ngoài.")
    if message.startswith("Encountered unknown tag") and names:
        return _("không có lệnh “%(name)s”.", name=names[0])
    if message.startswith("No filter") and names:
        return _("không có cách viết “%(name)s”.", name=names[0])
    if "end of template" in message or message.startswith("Missing end"):
        return _("thiếu lệnh đóng endif hoặc endfor, hoặc thiếu dấu đóng thẻ.")
    return _("thẻ viết chưa đúng.")


def _names(message: str) -> Iterator[str]:
    yield from (name for name in QUOTED.findall(message) if not name.endswith(" object"))
