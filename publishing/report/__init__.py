"""The group's report: one page over a week or a month, from published/marts.duckdb and nothing else.

questions (SQL over the marts) → figures (numbers and comparisons) → pictures (SVG) → report.html.j2 → writing (scanned,
then whole). What each number is: docs/report.md.
"""

from publishing.report.writing import Report, write_over, write_report

__all__ = ["Report", "write_over", "write_report"]
