"""Publishing: what passes the gate becomes current by one symlink swap, group-safe and with a way back."""

from publishing.publication import Publication, publish, rollback, validate

__all__ = ["Publication", "publish", "rollback", "validate"]
