"""The group's check-in app 打卡小程序 (assumed: no public specification, CSV with Chinese headers)."""

from __future__ import annotations

from typing import Literal

from ingestion.contract import Account, At, Device, FreeText, Record, Source

Kind = Literal[
    "attendance",
    "morning_roll_call",
    "evening_roll_call",
    "showroom_duty",
    "moments_repost",
    "douyin_like",
    "group_relay",
    "oem_training",
    "lead_system",
]


class Task(Record):
    """One task of one person; `due_at`, `done_at` and `updated_at` are local text of Asia/Shanghai.

    `status`: `done`, `missed`, or `excused` (a manager took it back later, also after it had been done).
    `surface`: `phone`, `pc`, `web`, `mini_program`.
    """

    task_id: str
    login: Account
    kind: Kind
    due_at: str
    status: Literal["done", "missed", "excused"]
    updated_at: str
    done_at: str | None = None
    surface: str | None = None
    device: Device | None = None
    remark: FreeText | None = None


SOURCES = (
    Source(
        name="checkin_app.task",
        topic="checkins",
        contracts={1: Task},
        key=("task_id",),
        occurred_at=At("local", ("done_at", "due_at")),
        version_clock="updated_at",
        fact="fct_checkins",
        example="checkin_app.task.csv",
        mapping="checkin_app.task.yaml",
    ),
)
