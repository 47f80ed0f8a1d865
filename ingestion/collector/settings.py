"""What the collector is told: where it listens, and who holds which keys.

Each door (`events`, or a vendor's name) has keys of its own, so that whoever holds one vendor's cannot speak for
another: `UPLOG_COLLECT_KEYS__ZOOM="new old"`. Several keys stand apart by spaces; all are valid, which is how they are
rotated. `uplog.toml` holds the same under `[collect]`.
"""

from __future__ import annotations

import os
from typing import Any

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import SettingsConfigDict

from ingestion.errors import UsageError
from ingestion.settings import FromOutside, Host, checked

_PREFIX = "UPLOG_COLLECT_"


class CollectorSettings(FromOutside):
    """Secrets print as asterisks. Names of doors are in lower case."""

    model_config = SettingsConfigDict(
        env_prefix=_PREFIX, env_nested_delimiter="__", toml_file="uplog.toml", extra="ignore"
    )
    table = "collect"

    host: Host = "127.0.0.1"
    port: int = Field(default=8080, ge=0, le=65535, description="0: a free one")
    workers: int = Field(
        default_factory=lambda: os.cpu_count() or 1, ge=1, le=64, description="processes; default: the cores"
    )
    log_level: str = Field(default="info", pattern="^(debug|info|warning|error)$", description="`debug` logs each call")
    ack_seconds: float = Field(
        default=5.0, gt=0, le=60, description="how long a call waits for Kafka before it gets 503"
    )
    keys: dict[str, list[SecretStr]] = Field(default={}, description="by door: signing keys, or a call-back's tokens")
    aes_keys: dict[str, list[SecretStr]] = Field(default={}, description="by door: EncodingAESKeys of 43 characters")
    receive_ids: dict[str, str] = Field(default={}, description="by door: the corp id (or app key) in its envelopes")
    accounts: dict[str, str] = Field(default={}, description="by door: the account where a payload names none")

    @field_validator("keys", "aes_keys", mode="before")
    @classmethod
    def _apart(cls, found: Any) -> Any:
        if not isinstance(found, dict):
            return found
        return {str(door).lower(): held.split() if isinstance(held, str) else held for door, held in found.items()}

    @field_validator("receive_ids", "accounts", mode="before")
    @classmethod
    def _lower(cls, found: Any) -> Any:
        return {str(door).lower(): held for door, held in found.items()} if isinstance(found, dict) else found

    def held(self, what: str, door: str) -> tuple[bytes, ...]:
        """The `keys` or `aes_keys` of a door as bytes.

        Raises:
            UsageError: one is blank: an empty key signs for anybody.
        """
        found = [key.get_secret_value().strip().encode() for key in getattr(self, what).get(door, [])]
        if door in getattr(self, what) and (not found or not all(found)):
            raise UsageError(f"setting {variable(what, door)} is blank", "give the key, or unset it to close the door")
        return tuple(found)


def variable(what: str, door: str) -> str:
    """The name of the environment variable of one door's setting."""
    return f"{_PREFIX}{what.upper()}__{door.upper()}"


def collector_settings(**given: Any) -> CollectorSettings:
    """The collector's settings, read anew; what is `given` comes before the environment.

    Raises:
        UsageError: a value has the wrong type; names the variable, never its value.
    """
    return checked(CollectorSettings, **given)
