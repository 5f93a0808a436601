"""create_app: the one place where the parts are wired together."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from flask import Flask, current_app, g, has_request_context, request, session
from flask_babel import Babel
from flask_wtf import CSRFProtect
from jinja2 import ChoiceLoader, FileSystemLoader, PrefixLoader
from werkzeug.middleware.proxy_fix import ProxyFix

from intranet import hookspecs
from intranet.accounts import link_views, manage_views, see_as, setup, setup_views
from intranet.accounts import views as accounts
from intranet.admin import holiday_views
from intranet.admin import views as admin
from intranet.audit_log import views as audit_log
from intranet.calendar_pages import views as calendar_pages
from intranet.checklists import views as checklist_pages
from intranet.config import Config
from intranet.files import views as files
from intranet.history import copies, trash
from intranet.history import views as history
from intranet.home import views as home
from intranet.imports import views as imports
from intranet.jobs import queue as job_queue
from intranet.jobs import views as job_pages
from intranet.kernel import clock, database, forms, jobs, language, logs, mail, migrations, passwords, sealed
from intranet.kernel.plugins import Plugins, require, url_segment
from intranet.meetings import life_cycle as meeting_life
from intranet.meetings import views as meetings
from intranet.notices import views as notice_pages
from intranet.operations import views as operation_pages
from intranet.pairings import life_cycle as pairing_life
from intranet.pairings import overview_views
from intranet.pairings import views as pairings
from intranet.papers import kinds as paper_kinds
from intranet.papers import verify_views
from intranet.papers import views as paper_pages
from intranet.people import views as people
from intranet.programmes import life_cycle as programme_life
from intranet.programmes import views as programmes
from intranet.registry import models as registry_models
from intranet.reports import life_cycle as report_life
from intranet.reports import views as reports
from intranet.schools import views as schools
from intranet.shared import (
    activities,
    attachments,
    audit,
    checklists,
    list_imports,
    modules,
    notices,
    operations,
    papers,
    steps,
    waiting,
    working_days,
)
from intranet.shared.access import Permissions
from intranet.shared.notifying import NoticeKinds
from intranet.shared.sessions import load_actor
from intranet.timeline import views as timeline
from intranet.units import views as units
from intranet.web import assets, errors, gate, hx, layout, numbers, panels, routing, security, session_cookie, uploads
from intranet.web import steps as step_pages

PACKAGE = Path(__file__).parent
LANGUAGES = ("vi", "en")
ROOMS = (
    home,
    accounts,
    link_views,
    manage_views,
    see_as,
    setup_views,
    schools,
    people,
    programmes,
    pairings,
    overview_views,
    meetings,
    reports,
    files,
    paper_pages,
    verify_views,
    checklist_pages,
    admin,
    holiday_views,
    imports,
    job_pages,
    job_queue,
    history,
    copies,
    trash,
    audit_log,
    timeline,
    calendar_pages,
    notice_pages,
    operation_pages,
    units,
)


CORE_WORKFLOWS = (
    pairing_life.LIFE_CYCLE,
    meeting_life.LIFE_CYCLE,
    programme_life.PROGRAMME,
    programme_life.MEMORANDUM,
    report_life.LIFE_CYCLE,
)


def templates_directory() -> Path:
    """The core templates: inside an installed wheel, else beside the package in the checkout."""
    installed = PACKAGE / "templates"
    return installed if installed.is_dir() else PACKAGE.parent / "templates"


def core_component() -> migrations.Component:
    """The core's tables and migrations."""
    models = (
        *registry_models.MODELS,
        *audit.MODELS,
        forms.FormToken,
        *jobs.MODELS,
        *list_imports.MODELS,
        *waiting.MODELS,
        *notices.MODELS,
        *attachments.MODELS,
        *papers.MODELS,
        *checklists.MODELS,
        *operations.MODELS,
        *working_days.MODELS,
    )
    return migrations.Component("core", PACKAGE / "migrations", models)


def create_app(config: Config) -> Flask:
    """Build the application. Touches no table: it starts with an empty or an outdated database too."""
    app = language.Application("intranet", template_folder=str(templates_directory()), static_folder=None)
    app.url_map.converters["int"] = numbers.Id
    app.url_rule_class = routing.LateRule
    _configure(app, config)
    app.session_interface = session_cookie.SessionCookie(app)
    database.open_database(config.database)
    app.extensions["plugins"] = Plugins(
        (hookspecs.Boot, hookspecs.District, hookspecs.Record), withheld=config.withhold, reraise=config.testing
    )
    app.extensions["permissions"] = Permissions()
    app.extensions["activities"] = activities.Activities()
    app.extensions["workflows"] = steps.Workflows()
    for workflow in CORE_WORKFLOWS:
        app.extensions["workflows"].add(workflow)
    app.extensions["notice_kinds"] = NoticeKinds()
    app.extensions["paper_kinds"] = paper_kinds.PaperKinds()
    security.init_app(app)
    hx.init_app(app)
    assets.init_app(app)
    app.before_request(_load_actor)
    app.before_request(uploads.allow_files)
    CSRFProtect(app)
    app.before_request(gate.check)
    app.teardown_request(lambda _error: database.release_connection())
    errors.init_app(app)
    layout.init_app(app)
    panels.init_app(app)
    step_pages.init_app(app)
    paper_kinds.init_app(app)
    for room in ROOMS:
        app.register_blueprint(room.blueprint)
    _add_plugins(app)
    app.extensions["components"] = components(app)
    app.extensions["sign_in_help"] = _demo_accounts if config.demo else setup.sign_in_help
    Babel(
        app,
        default_domain="messages",
        default_translation_directories=";".join(_translation_directories(app)),
        default_locale="vi",
        default_timezone="Asia/Ho_Chi_Minh",
        locale_selector=select_language,
    )
    language.init_app(app, select_language)
    app.wsgi_app = security.guarded(app.wsgi_app, _trusted_hosts(config)[0])
    if config.proxies:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=config.proxies, x_proto=config.proxies, x_host=config.proxies)
    return app


def _configure(app: Flask, config: Config) -> None:
    logs.configure(config.log_level)
    passwords.configure(config.password_memory_kib)
    clock.set_now(config.now)
    sealed.configure(config.instance)
    mail.configure(config.mail_url, config.mail_from)
    app.extensions["config"] = config
    prefix = "__Host-" if config.secure else ""
    app.config.update(
        SECRET_KEY=config.secret_keys[0],
        SECRET_KEY_FALLBACKS=list(config.secret_keys[1:]),
        SESSION_COOKIE_NAME=f"{prefix}ct_form",
        SESSION_COOKIE_SECURE=config.secure,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        MAX_CONTENT_LENGTH=(config.max_upload_mb + 1) * 1024 * 1024,
        MAX_FORM_MEMORY_SIZE=500_000,
        MAX_FORM_PARTS=1000,
        TRUSTED_HOSTS=_trusted_hosts(config),
        WTF_CSRF_TIME_LIMIT=None,
        WTF_CSRF_SSL_STRICT=False,
        TESTING=config.testing,
        PROPAGATE_UNEXPECTED=config.testing,
        TEMPLATES_AUTO_RELOAD=False,
        ACTOR_COOKIE=f"{prefix}ct_session",
        DEVICE_COOKIE=f"{prefix}ct_device",
        SECURE=config.secure,
        DEMO=config.demo,
    )
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True


def _trusted_hosts(config: Config) -> list[str]:
    if config.base_url:
        return [config.base_url.split("://", 1)[1].split("/", 1)[0].rsplit(":", 1)[0]]
    # Without a known address, only this machine may ask: a forged Host can then do no harm.
    return ["127.0.0.1", "localhost", "[::1]"]


def _load_actor() -> None:
    token = request.cookies.get(current_app.config["ACTOR_COOKIE"])
    at_work = request.endpoint != "notices.count"
    g.actor = load_actor(token, at_work=at_work) if token and request.endpoint != "static" else None


def select_language() -> str:
    """The signed-in person's language, else the one chosen on this device, else Vietnamese."""
    if not has_request_context():
        return "vi"
    if g.get("actor"):
        return g.actor.language
    chosen = session.get("language")
    return chosen if chosen in LANGUAGES else "vi"


def _demo_accounts() -> dict[str, Any]:
    """What the sign-in page of a demo shows."""
    # What builds a demo is nothing that an installation needs.
    from intranet.demo import build as demo

    return {"demo_accounts": demo.accounts(), "demo_password": demo.PASSWORD}


def components(app: Flask) -> list[migrations.Component]:
    """The core and each plugin with tables, in the order in which they migrate."""
    found = [core_component()]
    plugins = app.extensions["plugins"]
    for name in plugins.names:
        models = tuple(plugins.boot(name, "models") or ())
        if models:
            found.append(migrations.Component(name, plugins.directory(name) / "migrations", models))
    return found


def _add_plugins(app: Flask) -> None:
    plugins, permissions = app.extensions["plugins"], app.extensions["permissions"]
    loaders = {}
    for name in plugins.names:
        for function in plugins.boot(name, "functions") or ():
            require(function.key.startswith(f"{name}."), name, f"function {function.key} lacks the prefix {name}.")
            permissions.add_function(function)
    app.extensions["functions"] = permissions.functions
    for name in plugins.names:
        for kind in plugins.boot(name, "activity_kinds") or ():
            require(kind.key.startswith(f"{name}."), name, f"activity kind {kind.key} lacks the prefix {name}.")
            app.extensions["activities"].add(kind)
        for workflow in plugins.boot(name, "workflows") or ():
            require(workflow.name.startswith(f"{name}_"), name, f"its workflow is for the table {workflow.name}")
            app.extensions["workflows"].add(workflow, name)
        for kind in plugins.boot(name, "documents") or ():
            require(kind.key.startswith(f"{name}."), name, f"kind of paper {kind.key} lacks the prefix {name}.")
            app.extensions["paper_kinds"].add(kind, name)
        for kind in plugins.boot(name, "notice_kinds") or ():
            require(kind.key.startswith(f"{name}."), name, f"notice kind {kind.key} lacks the prefix {name}.")
            app.extensions["notice_kinds"].add(kind, name)
        for kind in plugins.boot(name, "job_kinds") or ():
            require(kind.key.startswith(f"{name}."), name, f"job kind {kind.key} lacks the prefix {name}.")
            handler = modules.only_where_on(name, kind.handler)
            jobs.declare(kind.key, jobs.Kind(handler, stopped=kind.stopped, label=kind.label, piecewise=kind.piecewise))
    for name in plugins.names:
        for permission in plugins.boot(name, "permissions") or ():
            require(
                permission.name.startswith(f"{name}."), name, f"permission {permission.name} lacks the prefix {name}."
            )
            permissions.add(permission)
        for model in plugins.boot(name, "models") or ():
            table = model._meta.table_name
            require(table.startswith(f"{name}_"), name, f"table {table} lacks the prefix {name}_")
        blueprint = plugins.boot(name, "blueprint")
        if blueprint is not None:
            require(blueprint.name == name, name, f"its blueprint is called {blueprint.name}")
            require(not blueprint.url_prefix, name, "its blueprint brings a URL prefix; the core gives it")
            app.register_blueprint(blueprint, url_prefix=f"/{url_segment(name)}")
        loaders[name] = FileSystemLoader(plugins.directory(name) / "templates" / name)
    # A plugin's templates are reached as <plugin>/… only, so that none can replace a core template or another's.
    app.jinja_loader = ChoiceLoader([app.jinja_loader, PrefixLoader(loaders)])


def _translation_directories(app: Flask) -> list[str]:
    plugins = app.extensions["plugins"]
    own = [plugins.directory(name) / "translations" for name in plugins.names]
    return [str(path) for path in (PACKAGE / "translations", *own) if path.is_dir()]
