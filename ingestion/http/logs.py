"""A server's log: one JSON object a line on stderr, without addresses' query strings, bodies or persons."""

from __future__ import annotations

import logging
import sys
import traceback
from pathlib import Path
from typing import Any

import msgspec
import structlog

_encode = msgspec.json.Encoder(enc_hook=str).encode
_SHARED: list[Any] = [
    structlog.processors.add_log_level,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
]


def configure(level: str) -> None:
    """Send structlog's lines, and the warnings of libraries, to stderr as JSON."""
    number = logging.getLevelNamesMapping()[level.upper()]
    structlog.configure(
        processors=[*_SHARED, structlog.processors.format_exc_info, _json_bytes],
        wrapper_class=structlog.make_filtering_bound_logger(number),
        logger_factory=structlog.BytesLoggerFactory(sys.stderr.buffer),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[*_SHARED, structlog.stdlib.add_logger_name, structlog.processors.format_exc_info],
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, _json_text],
        )
    )
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)


def place(wrong: Exception) -> str:
    """What went wrong and where, without the message: it may quote a value."""
    last = traceback.extract_tb(wrong.__traceback__)[-1]
    return f"{type(wrong).__name__} at {Path(last.filename).name}:{last.lineno}"


def _json_bytes(_logger: Any, _name: str, fields: Any) -> bytes:
    return _encode(fields)


def _json_text(_logger: Any, _name: str, fields: Any) -> str:
    return _encode(fields).decode()
