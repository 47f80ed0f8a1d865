"""Aliyun 阿里云语音服务: call records as pushed by VoiceReport, a JSON array of calls.

Every value is text, times are local. A click-to-dial call has two legs: the consultant's phone rings first (`a` leg:
`ring_time`, `start_time`), then the customer's (`b_ring_time`, `b_start_time`); `duration` is the first leg's.
"""

from __future__ import annotations

from ingestion.contract import At, Phone, Record, Reference, Source


class Call(Record):
    """One call; times are `YYYY-MM-DD HH:MM:SS` in Asia/Shanghai, empty where it never got so far.

    `status_code` 200000 is answered. `dialog_id` names the script of an outbound robot. `out_id` is the caller's
    reference (a CRM lead's id). `duration` is seconds, on some accounts with their unit (`10秒`).
    """

    call_id: Reference
    caller: Phone
    callee: Phone
    originate_time: str
    ring_time: str | None = None
    start_time: str | None = None
    b_ring_time: str | None = None
    b_start_time: str | None = None
    end_time: str | None = None
    duration: str | None = None
    status_code: str | None = None
    hangup_direction: str | None = None
    voice_type: str | None = None
    dialog_id: str | None = None
    out_id: Reference | None = None


SOURCES = (
    Source(
        name="aliyun.call",
        topic="calls",
        contracts={1: Call},
        key=("call_id",),
        occurred_at=At("local", ("originate_time",)),
        vendor_page="help.aliyun.com/zh/vms/voicereport-7",
        fact="fct_touches",
        example="aliyun.call.json",
    ),
)
