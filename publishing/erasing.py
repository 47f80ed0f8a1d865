"""Kept builds without a person: every file of every build, in its place."""

from __future__ import annotations

import shutil

from ingestion.erasure.files import rewrite_database
from ingestion.erasure.journal import Plan
from ingestion.settings import Settings
from publishing import layout, publication


def rewrite_builds(settings: Settings, plan: Plan) -> int:
    """Rewrite the three files of each kept build; what drafts and judgements were left goes. How many files.

    Raises:
        InUse: a publication runs; names its pid.
    """
    published = settings.published_path
    files = 0
    with publication.holding_published(settings):
        for build in layout.builds(published):
            for path in sorted((published / "builds" / build).glob("*.duckdb")):
                rewrite_database(path, plan.person, frozenset(plan.alone))
                files += 1
        for draft in (published / "builds").glob(".draft-*"):
            shutil.rmtree(draft)
    return files
