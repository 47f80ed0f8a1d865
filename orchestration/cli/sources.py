"""`uplog sources`."""

from __future__ import annotations

from cyclopts import App

from orchestration.cli.output import Json, say_json


def register(app: App) -> None:
    app.command(sources)


def sources(*, json: Json = False) -> int:
    """Every source: its name, topic, event type, whether its shape is assumed, its example file."""
    from ingestion.contract import fields_of
    from ingestion.sources import sources as all_sources
    from orchestration.tables import print_table

    found = all_sources().values()
    if json:
        say_json(
            [
                {
                    "name": one.name,
                    "topic": one.topic,
                    "type": one.type,
                    "assumed": one.is_assumed,
                    "vendor_page": one.vendor_page,
                    "identity": {"key": list(one.key), "event_id": one.event_id, "account": one.account},
                    "times": {
                        "occurred_at": list(one.occurred_at.paths),
                        "unit": one.occurred_at.unit,
                        "version_clock": one.version_clock,
                    },
                    "personal": {f.path: f.personal for f in fields_of(one.contract) if f.personal},
                    "free_text": [f.path for f in fields_of(one.contract) if f.free_text],
                    "staging": one.staging,
                    "fact": one.fact,
                    "example": one.example,
                }
                for one in found
            ]
        )
        return 0
    rows = [(one.name, one.topic, one.type, "assumed" if one.is_assumed else "public", one.example) for one in found]
    print_table(("name", "topic", "type", "shape", "example"), rows)
    return 0
