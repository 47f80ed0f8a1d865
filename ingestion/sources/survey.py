"""Satisfaction surveys after a delivery, by the store or by the manufacturer (assumed)."""

from __future__ import annotations

from ingestion.contract import At, CustomerRecord, FreeText, Reference, Source


class Result(CustomerRecord, kw_only=True):
    """One survey, asked and perhaps answered; times are local text of Asia/Shanghai.

    `asked_by`: store, oem. `score` is out of `score_max`; scales differ between manufacturers.
    """

    survey_id: Reference
    asked_by: str
    asked_at: str
    updated_at: str
    order_id: Reference | None = None
    answered_at: str | None = None
    score: str | None = None
    score_max: str | None = None
    comment: FreeText | None = None


SOURCES = (
    Source(
        name="survey.result",
        topic="care",
        contracts={1: Result},
        key=("survey_id",),
        account="store_id",
        occurred_at=At("local", ("asked_at",)),
        version_clock="updated_at",
        fact="fct_surveys",
        example="survey.result.xlsx",
        mapping="survey.result.yaml",
    ),
)
