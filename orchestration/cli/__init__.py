"""The command line `uplog`: thin modules, one a command group; what they call is imported when it is called."""

from __future__ import annotations

from orchestration.cli.app import main

__all__ = ["main"]
