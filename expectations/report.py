"""The gate's findings as one static page, readable without network: no script, no font, no link outwards.

It lies beside the published files.
"""

from __future__ import annotations

import html
import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path

from expectations.engine import Finding
from expectations.gate import SUITES, Verdict

_STYLE = """
body { font: 15px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 70rem; padding: 0 1rem; color: #1c2430; }
table { border-collapse: collapse; width: 100%; margin: .5rem 0 2rem; }
th, td { text-align: left; vertical-align: top; padding: .35rem .6rem; border-bottom: 1px solid #d5dbe3; }
td:first-child, td:last-child { white-space: nowrap; } td:nth-child(2) { width: 16rem; }
td.passed { color: #1a6b3a; } td.warning { color: #8a5a00; } td.critical { color: #a11526; font-weight: 600; }
code { font-size: 13px; } td + td + td code { color: #5b6675; margin-left: .4rem; } small { color: #5b6675; }
"""


def write(verdict: Verdict, folder: Path) -> Path:
    """`index.html` and `findings.json` in `folder`; the page's path."""
    folder.mkdir(parents=True, exist_ok=True)
    page = folder / "index.html"
    page.write_text("\n".join(_page(verdict)) + "\n", encoding="utf-8")
    (folder / "findings.json").write_text(json.dumps(as_json(verdict), ensure_ascii=False, indent=1), encoding="utf-8")
    return page


def as_json(verdict: Verdict) -> dict[str, object]:
    """The verdict as plain values."""
    return {
        "build_id": verdict.build_id,
        "judged_at": verdict.judged_at.isoformat(),
        "outcome": verdict.outcome,
        "findings": [{**asdict(one), "sample": [dict(row) for row in one.sample]} for one in verdict.findings],
    }


def _page(verdict: Verdict) -> Iterator[str]:
    title = f"Build {verdict.build_id}: gate {verdict.outcome}"
    yield '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
    yield f"<title>{html.escape(title)}</title><style>{_STYLE}</style></head><body>"
    yield f"<h1>{html.escape(title)}</h1>"
    yield f"<p>Judged at {verdict.judged_at:%Y-%m-%d %H:%M:%S} UTC. {len(verdict.findings)} rules, "
    yield f"{len(verdict.failures)} critical ones failed, {len(verdict.warnings)} warnings.</p>"
    yield from _table("What to look at", [*verdict.failures, *verdict.warnings])
    titles = {suite.name: suite.title for suite in SUITES}
    for name in dict.fromkeys(one.suite for one in verdict.findings):
        held = [one for one in verdict.findings if one.suite == name and one.passed]
        yield from _table(f"{titles.get(name, name)}: what holds", held)
    yield "</body></html>"


def _table(title: str, findings: Sequence[Finding]) -> Iterator[str]:
    if findings:
        yield f"<h2>{html.escape(title)}</h2>"
        yield "<table><tr><th>result</th><th>table</th><th>must hold</th><th>rows failed</th></tr>"
        yield from map(_row, findings)
        yield "</table>"


def _row(one: Finding) -> str:
    result = "passed" if one.passed else one.severity
    rows = "".join(f"<br><small>{html.escape(_line(row))}</small>" for row in one.sample)
    return (
        f'<tr><td class="{result}">{result}</td><td><code>{html.escape(one.table)}</code></td>'
        f"<td>{html.escape(one.says)} <code>{html.escape(one.rule)}</code>{rows}</td>"
        f"<td>{one.failed_rows} of {one.rows}</td></tr>"
    )


def _line(row: object) -> str:
    return ", ".join(f"{key}={value}" for key, value in dict(row).items()) if isinstance(row, dict) else str(row)
