"""docs/questions.md: each of the director's questions is answered by its one query on the published file it names."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.e2e.way import WholeWay

PAGE = (Path(__file__).parents[2] / "docs" / "questions.md").read_text(encoding="utf-8")
QUESTIONS = re.findall(r"^## \d+\. (.+?)\n.*?```sql\n-- (\w+)\n(.*?)```", PAGE, re.DOTALL | re.MULTILINE)


def test_page_holds_ten_questions() -> None:
    assert len(QUESTIONS) == 10


@pytest.mark.parametrize(("file", "sql"), [(file, sql) for _, file, sql in QUESTIONS], ids=[q for q, _, _ in QUESTIONS])
def test_question_is_answered_by_one_query_on_a_published_file(whole_way: WholeWay, file: str, sql: str) -> None:
    rows = whole_way.published(file, sql)
    assert rows
    assert all(any(value is not None for value in row.values()) for row in rows)


def test_answers_add_up_to_the_truth(whole_way: WholeWay) -> None:
    answers = {name: whole_way.published(file, sql) for name, file, sql in QUESTIONS}
    by_start = {name.split()[0]: rows for name, rows in answers.items()}
    funnel, defeats = whole_way.truth["funnel"], whole_way.truth["defeat_reasons"]
    assert sum(row["valid_leads"] for row in by_start["Which"]) == sum(row["valid_leads"] for row in funnel)
    assert sum(row["ordered"] for row in by_start["Which"]) == sum(row["ordered_leads"] for row in funnel)
    (avoidable,) = [rows for name, rows in answers.items() if "avoidable" in name]
    assert sum(row["defeats"] for row in avoidable) == sum(row["defeats"] for row in defeats)
    assert sum(row["overdue"] for row in avoidable) == sum(row["overdue"] for row in defeats)
    (left,) = [rows for name, rows in answers.items() if "those who left" in name]
    pipeline = whole_way.truth["lead_pipeline"]
    last = max(row["week_start_date"] for row in pipeline)
    assert sum(row["open_leads"] for row in left) == sum(
        row["open_leads"] for row in pipeline if row["week_start_date"] == last
    )
