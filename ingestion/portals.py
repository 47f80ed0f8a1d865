"""What the lead portals export alike: leads (not Yiche's), hotline calls, daily scores, articles.

Assumed: there is no public specification.

Autohome, Dongchedi and Yiche name their columns differently, which their mapping files take care of; the
records behind them are the same, so each vendor's module takes its sources from here.
"""

from __future__ import annotations

from ingestion.contract import At, FreeText, Name, Phone, Record, Reference, Source, Word


class ExportedLead(Record):
    """One lead as a portal exports it; times are local text of Asia/Shanghai.

    `submitted_at` is the customer's action, `dispatched_at` the store's receipt, `live_room_id` the live session it was
    left in.
    """

    lead_id: Reference
    dealer_id: Reference
    submitted_at: str
    dispatched_at: str | None = None
    customer_name: Name | None = None
    customer_phone: Phone | None = None
    series_id: str | None = None
    series_name: Word | None = None
    lead_type: Word | None = None
    city: Word | None = None
    status: Word | None = None
    invalid_reason: Word | None = None
    live_room_id: str | None = None
    remark: FreeText | None = None
    updated_at: str | None = None


class Call(Record):
    """One call on a dealer's line (a 400 number) of the portal; times are local text of Asia/Shanghai.

    `caller` may be withheld or masked. `answered_at` is missing where nobody answered; `ended_at` is the hang-up.
    """

    call_id: Reference
    dealer_id: Reference
    line: Phone
    called_at: str
    caller: Phone | None = None
    answered_at: str | None = None
    ended_at: str | None = None
    city: Word | None = None
    remark: FreeText | None = None


class Score(Record):
    """A dealer's standing on one business day as the portal shows it, with the portal's own counts of that day.

    Scores differ in scale between portals (`score_max`) and ranks in universe (`rank_of` dealers, 1 is the best).
    A day shows again with other values until the portal has closed it.
    """

    dealer_id: Reference
    day: str
    response_score: str | None = None
    score_max: str | None = None
    response_rank: int | None = None
    rank_of: int | None = None
    leads: int | None = None
    calls: int | None = None
    answered_calls: int | None = None


class Article(Record):
    """One article as counted at the end of a business day: `views` and `new_followers` since it was published."""

    article_id: str
    dealer_id: Reference
    day: str
    published_at: str | None = None
    title: FreeText | None = None
    views: int | None = None
    new_followers: int | None = None


def portal_sources(vendor: str, example: str) -> tuple[Source, ...]:
    """`<vendor>.call`, `.score` and `.article`; `example` is the suffix of the vendor's exports (csv, xlsx)."""

    def export(record: str, topic: str, contract: type[Record], key: tuple[str, ...], at: At, fact: str) -> Source:
        name = f"{vendor}.{record}"
        return Source(
            name=name,
            topic=topic,
            contracts={1: contract},
            key=key,
            account="dealer_id",
            occurred_at=at,
            fact=fact,
            example=f"{name}.{example}",
            mapping=f"{name}.yaml",
        )

    day = At("day", ("day",))
    return (
        export("call", "calls", Call, ("call_id",), At("local", ("called_at",)), "fct_lead_submissions"),
        export("score", "content", Score, ("dealer_id", "day"), day, "fct_platform_scores"),
        export("article", "content", Article, ("article_id", "day"), day, "fct_content"),
    )
