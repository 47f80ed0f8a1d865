"""Settings by environment (`UPLOG_…`) or `uplog.toml` in the working directory, typed; a wrong type fails at start."""

from __future__ import annotations

import tomllib
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Any, ClassVar, Literal, TypeVar

from pydantic import BeforeValidator, Field, SecretStr, ValidationError
from pydantic_core import PydanticCustomError
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict, TomlConfigSettingsSource

from ingestion.errors import UsageError

_Read = TypeVar("_Read", bound=BaseSettings)


def _not_blank(given: Any) -> Any:
    """An empty path is the working directory, an empty host every address of the machine: nobody means those."""
    if isinstance(given, str) and not given.strip():
        raise PydanticCustomError("blank", "it is blank: give a value, or unset it")
    return given


Host = Annotated[str, BeforeValidator(_not_blank)]
Folder = Annotated[Path, BeforeValidator(_not_blank)]


class _TomlTable(TomlConfigSettingsSource):
    """One table of `uplog.toml`, where it is; all of the file without."""

    def __init__(self, settings_cls: type[BaseSettings], table: str | None) -> None:
        self._table = table
        super().__init__(settings_cls)

    def _read_file(self, file_path: Any) -> dict[str, Any]:
        try:
            found = super()._read_file(file_path)
        except (tomllib.TOMLDecodeError, UnicodeDecodeError):
            raise UsageError(
                f"{file_path} is no TOML", "write settings like follow_seconds = 5, texts in quotes"
            ) from None
        table = found if self._table is None else found.get(self._table, {})
        return table if isinstance(table, dict) else {}


class FromOutside(BaseSettings):
    """Settings that what is given in the code, then the environment, then `table` of `uplog.toml` decides."""

    table: ClassVar[str | None] = None

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        return init_settings, env_settings, _TomlTable(settings_cls, cls.table)


class Settings(FromOutside):
    """Where things are and how Kafka is reached. Secrets print as asterisks."""

    model_config = SettingsConfigDict(env_prefix="UPLOG_", toml_file="uplog.toml", extra="ignore")

    home: Folder = Field(default=Path("var"), description="state: log, warehouse, published files, vault, broker")
    secret: SecretStr | None = Field(default=None, description="the secrets document, instead of home/secret.json")
    canaries: Path | None = Field(default=None, description="file of planted values, one a line: never published")
    keep_builds: int = Field(default=5, ge=2, description="published builds kept for rollback")
    build_memory_mb: int = Field(
        default=4096,
        ge=256,
        description="DuckDB's in a build, at most four fifths of the machine's; then it spills. dbt takes 500 MB more",
    )
    landing_workers: int = Field(default=2, ge=0, le=64, description="decoding processes; 0: the lander itself decodes")
    follow_seconds: float = Field(
        default=5, gt=0, le=30, description="how often `land --follow` looks for more; a landing writes 2 MB and up"
    )
    import_workers: int = Field(
        default=2, ge=0, le=64, description="processes that read a large CSV; 0: the import itself"
    )
    kafka_bootstrap: str | None = Field(default=None, description="host:port,… of a cluster; unset: embedded broker")
    kafka_security_protocol: Literal["PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL"] = "PLAINTEXT"
    kafka_sasl_mechanism: str | None = None
    kafka_sasl_username: str | None = None
    kafka_sasl_password: SecretStr | None = None
    kafka_ssl_cafile: Path | None = None
    kafka_ssl_certfile: Path | None = None
    kafka_ssl_keyfile: Path | None = None
    kafka_replication_factor: int = Field(default=-1, description="-1: the cluster's own default")
    kafka_partitions: int = Field(default=4, ge=1, description="of each topic uplog creates")
    kafka_retention_days: int = Field(default=7, ge=1, description="of each topic uplog creates")

    @property
    def log_path(self) -> Path:
        return self.home / "log.duckdb"

    @property
    def index_path(self) -> Path:
        return self.home / "log.index"

    @property
    def warehouse_path(self) -> Path:
        return self.home / "warehouse.duckdb"

    @property
    def published_path(self) -> Path:
        return self.home / "published"

    @property
    def vault_path(self) -> Path:
        return self.home / "vault.sqlite"


@lru_cache(maxsize=1)
def settings() -> Settings:
    """The settings of this process, read once (`settings.cache_clear()` in tests).

    Raises:
        UsageError: a value has the wrong type; names the variable, never its value.
    """
    return checked(Settings)


def checked(kind: type[_Read], **given: Any) -> _Read:
    """Settings of a kind, read anew; what is `given` comes before the environment.

    Raises:
        UsageError: a value has the wrong type; names the variable, never its value.
    """
    try:
        return kind(**given)
    except ValidationError as wrong:
        first = wrong.errors(include_input=False)[0]
        name = "__".join(str(part) for part in first["loc"][:2]).upper()
        raise UsageError(f"setting {kind.model_config['env_prefix']}{name} is wrong", first["msg"]) from None
