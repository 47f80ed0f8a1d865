"""What the server is told: where it listens, what a question may cost, and the token."""

from __future__ import annotations

from pydantic import Field, SecretStr
from pydantic_settings import SettingsConfigDict

from ingestion.settings import FromOutside, Host


class ServeSettings(FromOutside):
    """`UPLOG_SERVE_…`, or `[serve]` of uplog.toml. Secrets print as asterisks."""

    model_config = SettingsConfigDict(env_prefix="UPLOG_SERVE_", toml_file="uplog.toml", extra="ignore")
    table = "serve"

    host: Host = "127.0.0.1"
    port: int = Field(default=8085, ge=0, le=65535, description="0: a free one")
    token: SecretStr | None = Field(default=None, description="instead of home/serve.token")
    queries: int = Field(default=4, ge=1, le=64, description="at once; others wait, then get 503")
    wait_seconds: float = Field(default=10, ge=0, le=60, description="how long a question waits for its turn")
    query_seconds: float = Field(default=60, gt=0, le=3600, description="for an answer, until its last byte is taken")
    memory_mb: int = Field(default=512, ge=64, description="DuckDB's, for each question; then it spills")
    threads: int = Field(default=1, ge=1, le=64, description="DuckDB's, for each question")
    log_level: str = Field(default="info", pattern="^(debug|info|warning|error)$", description="`debug` logs each call")
