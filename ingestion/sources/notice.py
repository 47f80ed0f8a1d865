"""Group notices 群通知 and the "收到" that answers them (assumed: written down by a bot in the chat group).

No message text is taken, only that there was one, when, and for whom.
"""

from __future__ import annotations

from ingestion.contract import Account, At, Record, Source


class Posted(Record):
    """One notice; `posted_at` is epoch milliseconds.

    `app` is the chat the group lives in (`wecom`, `dingtalk`, `wechat`); sender and recipients are accounts there.
    """

    notice_id: str
    posted_at: int
    recipients: list[Account]
    app: str = "wecom"
    sender: Account | None = None


class Acknowledged(Record):
    """One "收到"; `acknowledged_at` is epoch milliseconds. Who answers twice has two records: the first counts."""

    notice_id: str
    userid: Account
    acknowledged_at: int
    app: str = "wecom"


SOURCES = (
    Source(
        name="notice.posted",
        topic="notices",
        contracts={1: Posted},
        key=("app", "notice_id"),
        occurred_at=At("ms", ("posted_at",)),
        fact="fct_notices",
        example="notice.posted.jsonl",
    ),
    Source(
        name="notice.acknowledged",
        topic="notices",
        contracts={1: Acknowledged},
        key=("app", "notice_id", "userid", "acknowledged_at"),
        occurred_at=At("ms", ("acknowledged_at",)),
        fact="fct_notices",
        example="notice.acknowledged.jsonl",
    ),
)
