"""`uplog sources`."""

from __future__ import annotations

from cyclopts import App

from orchestration.cli.output import Json, line, say, say_json


def register(app: App) -> None:
    app.command(sources)


def sources(*, check_against: str | None = None, json: Json = False) -> int:
    """Every source: its name, topic, event type, whether its shape is assumed, its example file.

    Parameters
    ----------
    check_against
        Instead: refuse what would break events stored under the contracts of this git revision (or of a folder of
        schemas, as docs/schemas). Exit 1, naming contract and field.
    """
    if check_against is not None:
        return _checked(check_against, json)
    from ingestion.contract import fields_of
    from ingestion.sources import sources as all_sources
    from publishing.tables import print_table

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


def _checked(revision: str, json: bool) -> int:
    from ingestion.errors import UplogError
    from ingestion.evolution import check_against

    found = check_against(revision)
    if json:
        say_json([{"contract": one.contract, "field": one.field, "what": one.what} for one in found])
    elif not found:
        say(f"the contracts read every event that those of {revision} read")
    if found:
        for one in found[1:]:
            line(str(one))
        count = f" ({len(found)} changes in all)" if len(found) > 1 else ""
        raise UplogError(f"stored events would break{count}", str(found[0]))
    return 0
