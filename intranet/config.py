"""Settings: defaults, then ``instance/intranet.toml``, then environment variables ``INTRANET_*``."""

from __future__ import annotations

import os
import secrets
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import datetime
from pathlib import Path
from typing import Any

from intranet.kernel import mail

ENVIRONMENT_PREFIX = "INTRANET_"


class ConfigError(Exception):
    """A setting is unknown or has a wrong value. The text says which and why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """All settings of an installation. Names in the file are the same; in the environment upper case with prefix."""

    instance: Path
    # sqlite:///path or postgresql://user@host/name; empty means the instance's own SQLite file.
    database_url: str = ""
    # The address people type. With https, cookies are sent over https only.
    base_url: str = ""
    # How many proxies stand in front and add X-Forwarded-For, -Proto and -Host.
    proxies: int = 0
    demo: bool = False
    # Modules that this installation does not offer to its districts.
    withhold: tuple[str, ...] = ()
    log_level: str = "INFO"
    max_upload_mb: int = 10
    # Whether administrators and the people of offices must give a second factor. A demo never asks for it.
    second_factor: bool = True
    # smtp://user:password@host:587 (STARTTLS), smtps://… (TLS) or smtp+plain://… (neither); empty sends no mail.
    mail_url: str = field(default="", repr=False)
    # The address that mail comes from.
    mail_from: str = ""
    # Where uploaded files lie, and where backups go; empty means directories of the instance.
    files: str = ""
    backups: str = ""
    # How many backups are kept.
    keep_backups: int = 14
    # Whether the daily round makes a backup. A demo never does.
    daily_backup: bool = True
    # For so many years the values before and after stay in the log; 0 keeps them for ever. The acts always stay.
    keep_audit_values_years: int = 5
    # Less than 19456 is for tests only.
    password_memory_kib: int = 19456
    # Raise instead of answering 500. For tests only.
    testing: bool = False
    # Sets the clock (ISO, UTC) in demo instances only.
    now: datetime | None = None
    secret_keys: tuple[str, ...] = field(default=(), repr=False)

    @property
    def database(self) -> str:
        """The address of the database."""
        return self.database_url or f"sqlite:///{self.instance / 'intranet.db'}"

    @property
    def files_directory(self) -> Path:
        """Where uploaded files lie."""
        return Path(self.files) if self.files else self.instance / "files"

    @property
    def backups_directory(self) -> Path:
        """Where backups go."""
        return Path(self.backups) if self.backups else self.instance / "backups"

    @property
    def secure(self) -> bool:
        """Whether the site is reached over https."""
        return self.base_url.startswith("https://")


def load(instance: Path, environment: Mapping[str, str] | None = None, **overrides: Any) -> Config:
    """Read the settings of an instance directory. Raises ConfigError."""
    instance = instance.resolve()
    environment = os.environ if environment is None else environment
    known = {f.name for f in fields(Config)} - {"instance", "secret_keys"}
    values: dict[str, Any] = {}
    path = instance / "intranet.toml"
    if path.is_file():
        try:
            values = tomllib.loads(path.read_text(encoding="utf-8"))
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as cause:
            raise ConfigError(f"{path}: {cause}") from cause
    unknown = set(values) - known
    if unknown:
        raise ConfigError(f"{path}: unknown setting {', '.join(sorted(unknown))}")
    for name in known:
        if ENVIRONMENT_PREFIX + name.upper() in environment:
            values[name] = environment[ENVIRONMENT_PREFIX + name.upper()]
    values.update(overrides)
    converted = {name: _convert(name, value) for name, value in values.items()}
    config = Config(instance=instance, secret_keys=_secret_keys(instance), **converted)
    if config.mail_url:
        _check_mail(config)
    if config.now is not None and not config.demo:
        raise ConfigError("INTRANET_NOW sets the clock in demo instances only")
    return config


def _check_mail(config: Config) -> None:
    try:
        mail.parse(config.mail_url, config.mail_from)
    except ValueError as cause:
        raise ConfigError(str(cause)) from cause


def _convert(name: str, value: Any) -> Any:
    kind = {f.name: f.type for f in fields(Config)}[name]
    try:
        if kind == "bool" and isinstance(value, str):
            return {"1": True, "true": True, "0": False, "false": False, "": False}[value.strip().lower()]
        if kind == "int":
            return int(value)
        if kind.startswith("tuple"):
            parts = value.split(",") if isinstance(value, str) else value
            return tuple(part.strip() for part in parts if part.strip())
        if kind.startswith("datetime") and isinstance(value, str):
            return datetime.fromisoformat(value).replace(tzinfo=None)
    except (KeyError, ValueError, TypeError, AttributeError) as cause:
        raise ConfigError(f"setting {name} has a wrong value: {value!r}") from cause
    return value


def _secret_keys(instance: Path) -> tuple[str, ...]:
    """The signing keys, newest first, one a line; made on first use and readable by the owner only."""
    path = instance / "secret_key"
    if not path.is_file():
        instance.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(secrets.token_urlsafe(48) + "\n")
    keys = tuple(line.strip() for line in path.read_text(encoding="ascii").splitlines() if line.strip())
    if not keys or len(keys[0]) < 32:
        raise ConfigError(f"{path}: the first line must hold a key of at least 32 characters")
    return keys
