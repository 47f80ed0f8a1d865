"""Customer care (assumed): messages, likes, call-backs as a care system logs them, and customers who blocked.

Times are local text of Asia/Shanghai. No message text travels, only that there was one.
"""

from __future__ import annotations

from ingestion.contract import At, CustomerRecord, Reference, Source


class Touch(CustomerRecord, kw_only=True):
    """One contact with a customer that is no telephone call of the call platform.

    `channel`: sms, message, like, comment, callback (a satisfaction call). `direction`: outbound, inbound.
    `automatic` is "true" for what a robot or a mass mailing sent. `talk_seconds` is a call-back's talk.
    `surface`: pc, phone, web, mini_program.
    """

    touch_id: Reference
    channel: str
    touched_at: str
    direction: str = "outbound"
    automatic: str = "false"
    surface: str | None = None
    talk_seconds: str | None = None


class Block(CustomerRecord, kw_only=True):
    """A customer who deleted or blocked a consultant; `unblocked_at` if they came back."""

    block_id: Reference
    blocked_at: str
    updated_at: str
    unblocked_at: str | None = None


SOURCES = (
    Source(
        name="care.touch",
        topic="care",
        contracts={1: Touch},
        key=("touch_id",),
        account="store_id",
        occurred_at=At("local", ("touched_at",)),
        fact="fct_touches",
        example="care.touch.csv",
        mapping="care.touch.yaml",
    ),
    Source(
        name="care.block",
        topic="care",
        contracts={1: Block},
        key=("block_id",),
        account="store_id",
        occurred_at=At("local", ("blocked_at",)),
        version_clock="updated_at",
        fact="dim_customer",
        example="care.block.csv",
        mapping="care.block.yaml",
    ),
)
