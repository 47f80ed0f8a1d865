"""Screen time 屏幕使用时间, as staff copy it from a screenshot of their own phone (assumed: CSV, Chinese headers)."""

from __future__ import annotations

from typing import Literal

from ingestion.contract import At, Record, Source, Word


class Day(Record):
    """Minutes one person spent in one app on one day, self-reported; `day` is a business day.

    `category`: `work` or `leisure`, by the form.
    """

    employee_id: str
    day: str
    app: Word
    minutes: int
    category: Literal["work", "leisure"]
    updated_at: str | None = None


SOURCES = (
    Source(
        name="screentime.day",
        topic="checkins",
        contracts={1: Day},
        key=("employee_id", "day", "app"),
        occurred_at=At("day", ("day",)),
        version_clock="updated_at",
        fact="fct_screen_time",
        example="screentime.day.csv",
        mapping="screentime.day.yaml",
    ),
)
