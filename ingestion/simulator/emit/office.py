"""What the check-in app, the report desk, the chat groups and DingTalk's sign-ins hand over."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import date

from ingestion.simulator.emit.staff import accounts_of
from ingestion.simulator.feed import index_by_day, nightly, page
from ingestion.simulator.files import Cell, Delivery, csv_file, json_answer, json_lines, xlsx_file
from ingestion.simulator.instants import HOUR, text
from ingestion.simulator.office_objects import Notice, Report, Signin, Task
from ingestion.simulator.world import Group

_TASK = ["任务编号", "账号", "任务类型", "要求时间", "完成时间", "结果", "终端", "设备号", "说明", "更新时间"]
_KINDS = {
    "attendance": "考勤打卡",
    "morning_roll_call": "早点名",
    "evening_roll_call": "晚点名",
    "showroom_duty": "展厅值班",
    "moments_repost": "朋友圈转发",
    "douyin_like": "抖音点赞",
    "group_relay": "群接龙",
    "oem_training": "厂家培训打卡",
    "lead_system": "线索系统登录",
}
_SURFACES = {"phone": "手机", "pc": "电脑", "web": "网页", "mini_program": "小程序"}
_REPORT = ["报告编号", "账号", "类型", "提交时间", "字数", "终端"]
_PERIODS = {"daily": "日报", "weekly": "周报", "monthly": "月报"}


class OfficePages:
    """Nightly exports of the day; a task that was excused later comes again on that day."""

    def __init__(self, group: Group) -> None:
        office = group.office
        self.tasks = index_by_day(group, office.tasks, lambda task: [_written(task), *_excuses(task)])
        self.reports = index_by_day(group, office.reports, lambda report: (report.at,))
        self.notices = index_by_day(group, office.notices, lambda notice: (notice.posted,))
        self.answers = index_by_day(
            group,
            [(notice, *answer) for notice in office.notices for answer in notice.answers],
            lambda answer: (answer[2], answer[2] + HOUR),
        )
        self.signins = index_by_day(group, office.signins, lambda signin: (signin.at, signin.at + 12 * HOUR))

    def pages(self, day: date) -> Iterator[Delivery]:
        pulled = nightly(day, 40)
        if day in self.tasks:
            rows = [_task(task, pulled) for task in self.tasks[day]]
            yield page("checkin_app.task", "group", f"tasks-{day}.csv", csv_file(_TASK, rows, "gb18030"), pulled)
        if day in self.reports:
            handed_in = [_report(report) for report in self.reports[day]]
            content = xlsx_file(_REPORT, handed_in, "汇报台账")
            yield page("report.submitted", "group", f"reports-{day}.xlsx", content, pulled + 60)
        if day in self.notices:
            posted = json_lines(_posted(notice) for notice in self.notices[day])
            yield page("notice.posted", "bot", f"notices-{day}.jsonl", posted, pulled + 120)
        answers = [answer for answer in self.answers.get(day, ()) if answer[2] <= pulled]
        if answers:
            lines = json_lines(
                {
                    "notice_id": f"N{notice.number}",
                    "app": notice.app,
                    "userid": accounts_of(person)[notice.app],
                    "acknowledged_at": moment * 1000,
                }
                for notice, person, moment in answers
            )
            yield page("notice.acknowledged", "bot", f"answers-{day}.jsonl", lines, pulled + 180)
        yield from self._signins(day, pulled)

    def _signins(self, day: date, pulled: int) -> Iterator[Delivery]:
        by_person: dict[str, list[Signin]] = defaultdict(list)
        for signin in self.signins.get(day, ()):
            if signin.at <= pulled:
                by_person[signin.person.employee_id].append(signin)
        found = [_signin(signin) for person in sorted(by_person) for signin in by_person[person]]
        if found:
            answer = {"errcode": 0, "errmsg": "ok", "result": {"next_cursor": None, "page_list": found}}
            yield page("dingtalk.signin", None, f"signins-{day}.json", json_answer(answer), pulled + 240)


def _written(task: Task) -> int:
    return task.at if task.at is not None else task.due


def _excuses(task: Task) -> list[int]:
    return [task.excused_at] if task.excused_at is not None else []


def _task(task: Task, pulled: int) -> list[Cell]:
    """As the app shows it at the pull; an excused task has lost its time."""
    excused = task.excused_at is not None and task.excused_at <= pulled
    done = task.at is not None and not excused
    return [
        f"RW{task.number}",
        accounts_of(task.person)["checkin_app"],
        _KINDS[task.kind],
        text(task.due),
        text(task.at) if done and task.at is not None else None,
        "已豁免" if excused else "已完成" if done else "未完成",
        _SURFACES[task.surface] if done else None,
        task.device if done else None,
        "店长补签" if excused else None,
        text(task.excused_at if excused and task.excused_at is not None else _written(task)),
    ]


def _report(report: Report) -> list[Cell]:
    return [
        f"BG{report.number}",
        accounts_of(report.person)["report"],
        _PERIODS[report.period],
        text(report.at),
        report.characters,
        "电脑" if report.number % 2 else "手机",
    ]


def _posted(notice: Notice) -> dict[str, object]:
    return {
        "notice_id": f"N{notice.number}",
        "app": notice.app,
        "posted_at": notice.posted * 1000,
        "sender": accounts_of(notice.sender)[notice.app],
        "recipients": [accounts_of(person)[notice.app] for person in notice.recipients],
    }


def _signin(signin: Signin) -> dict[str, object]:
    return {
        "userid": accounts_of(signin.person)["dingtalk"],
        "checkin_time": signin.at * 1000,
        "place": "客户小区",
        "detail_place": "客户小区东门",
        "latitude": f"{signin.latitude:.6f}",
        "longitude": f"{signin.longitude:.6f}",
        "remark": "",
        "image_list": [],
        "visit_user": "王先生",
    }
