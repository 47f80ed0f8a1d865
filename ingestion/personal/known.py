"""Whether a text is the name of somebody the tenant knows: asked of the vault by token, without opening anything."""

from __future__ import annotations

from collections.abc import Iterable

from ingestion.personal.names import person_name
from ingestion.personal.secrets import Secrets
from ingestion.personal.tokens import Tokens
from ingestion.personal.vault import Vault


class KnownNames:
    """Full names only: a surname or a nickname is a word like others."""

    def __init__(self, secrets: Secrets, vault: Vault) -> None:
        self._vault = vault
        self._tokens = [Tokens(secrets.of_version(version)) for version in secrets.token_secrets]

    def __call__(self, texts: Iterable[str]) -> int:
        """How many of `texts` are such names."""
        names = [found.normal for found in map(person_name, texts) if found is not None and found.form == "full"]
        return sum(any(self._vault.holds(tokens.token("name", name)) for tokens in self._tokens) for name in names)
