"""Daily, weekly and monthly reports 日报周报 handed in by staff (assumed: XLSX with Chinese headers)."""

from __future__ import annotations

from ingestion.contract import Account, At, Record, Source


class Submitted(Record):
    """One report handed in; its text is not taken, only its length. Times are local text of Asia/Shanghai.

    `period`: `daily`, `weekly`, `monthly`. `surface`: `phone`, `pc`, `web`, `mini_program`.
    """

    report_id: str
    author: Account
    submitted_at: str
    period: str | None = None
    characters: int | None = None
    surface: str | None = None


SOURCES = (
    Source(
        name="report.submitted",
        topic="checkins",
        contracts={1: Submitted},
        key=("report_id",),
        occurred_at=At("local", ("submitted_at",)),
        fact="fct_checkins",
        example="report.submitted.xlsx",
        mapping="report.submitted.yaml",
    ),
)
