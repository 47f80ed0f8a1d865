"""Writes holidays.csv from chinesecalendar: the days on which workday and weekend part, and the holidays by name.

Years the State Council has not announced are absent; models fall back to weekends for them.
Run from this folder when a new year is announced: `python holidays.py`.
"""

from __future__ import annotations

import csv
from datetime import date, timedelta
from pathlib import Path

import chinese_calendar

FIRST_YEAR, LAST_YEAR = 2024, 2026


def main() -> None:
    day = date(FIRST_YEAR, 1, 1)
    with Path(__file__).with_name("holidays.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["date_day", "is_workday", "holiday_name"])
        while day.year <= LAST_YEAR:
            is_holiday, name = chinese_calendar.get_holiday_detail(day)
            is_workday = chinese_calendar.is_workday(day)
            if name is not None or is_workday != (day.isoweekday() <= 5):
                writer.writerow([day, str(is_workday).lower(), name if is_holiday and name else ""])
            day += timedelta(days=1)


if __name__ == "__main__":
    main()
