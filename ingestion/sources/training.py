"""Online training 在线培训 (assumed: no public specification, exports with Chinese headers)."""

from __future__ import annotations

from ingestion.contract import Account, At, FreeText, Record, Source, Word


class Course(Record):
    """One sitting at a course; times are local text of Asia/Shanghai, `studied_minutes` what the portal counted.

    `organiser` is who gave the course, in the portal's words: 厂家, 集团, 平台, 门店, or a name.
    """

    sitting_id: str
    login: Account
    course_id: str
    started_at: str
    updated_at: str
    studied_minutes: str | None = None
    ended_at: str | None = None
    course_name: Word | None = None
    organiser: Word | None = None


class Exam(Record):
    """One exam result; times are local text of Asia/Shanghai, `score` out of `score_max` points."""

    exam_id: str
    login: Account
    course_id: str
    finished_at: str
    started_at: str | None = None
    score: str | None = None
    score_max: str | None = None
    passed: str | None = None
    organiser: Word | None = None
    comment: FreeText | None = None


SOURCES = (
    Source(
        name="training.course",
        topic="training",
        contracts={1: Course},
        key=("sitting_id",),
        occurred_at=At("local", ("started_at",)),
        version_clock="updated_at",
        fact="fct_training",
        example="training.course.xlsx",
        mapping="training.course.yaml",
    ),
    Source(
        name="training.exam",
        topic="training",
        contracts={1: Exam},
        key=("exam_id",),
        occurred_at=At("local", ("finished_at",)),
        fact="fct_training",
        example="training.exam.csv",
        mapping="training.exam.yaml",
    ),
)
