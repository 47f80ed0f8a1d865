"""What is known of persons and days beside the shift: courses, pay, WeCom statistics, steps, screen time."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, timedelta

from ingestion.simulator.emit.staff import accounts_of
from ingestion.simulator.feed import index_by_day, nightly, page
from ingestion.simulator.files import Cell, Delivery, csv_file, json_answer, xlsx_file
from ingestion.simulator.instants import midnight, text
from ingestion.simulator.office_objects import ChatDay, Deduction, Exam, ScreenDay, Sitting, StepDay
from ingestion.simulator.world import Group

_COURSE = ["学习记录号", "登录账号", "课程编号", "课程名称", "主办方", "开始时间", "结束时间", "学习时长(分钟)"]
_EXAM = ["成绩编号", "登录账号", "课程编号", "主办方", "开考时间", "交卷时间", "得分", "满分", "是否通过", "评语"]
_DEDUCTION = ["扣款单号", "工号", "月份", "考核项", "扣款金额", "事由", "更新时间"]
_PAYSLIP = ["工号", "月份", "应发工资", "扣款合计", "实发工资", "更新时间"]
_SCREEN = ["工号", "日期", "应用", "类别", "分钟", "登记时间"]
_CATEGORIES = {"work": "工作", "leisure": "休闲"}
_STATS_PULLED_ON = (0, 3)
_STEPS_PULLED_ON = 6
_STEPS_WINDOW = 31


class PeoplePages:
    """Nightly exports; WeCom statistics twice a week and steps once, one person an answer."""

    def __init__(self, group: Group) -> None:
        office = group.office
        self.courses = index_by_day(group, office.sittings, _sitting_clocks)
        self.exams = index_by_day(group, office.exams, lambda exam: (exam.ends,))
        self.deductions = index_by_day(group, office.deductions, _deduction_clocks)
        self.payslips = index_by_day(group, office.payslips, lambda slip: (slip.at,))
        self.screens = index_by_day(group, office.screens, _screen_clocks)
        self.chats: dict[str, list[ChatDay]] = defaultdict(list)
        for chat in office.chats:
            self.chats[chat.person.employee_id].append(chat)
        self.steps: dict[str, list[StepDay]] = defaultdict(list)
        for steps in office.steps:
            self.steps[steps.person.employee_id].append(steps)
        self.last = group.start + timedelta(days=group.days)

    def pages(self, day: date) -> Iterator[Delivery]:
        pulled = nightly(day, 10)
        yield from self._training(day, pulled)
        yield from self._pay(day, pulled)
        if day in self.screens:
            rows = [_screen(screen, pulled) for screen in self.screens[day]]
            yield page("screentime.day", "group", f"screens-{day}.csv", csv_file(_SCREEN, rows, "gb18030"), pulled)
        if day.weekday() in _STATS_PULLED_ON or day == self.last:
            yield from self._stats(day, pulled)
        if day.weekday() == _STEPS_PULLED_ON or day == self.last:
            yield from self._steps(day, pulled)

    def _training(self, day: date, pulled: int) -> Iterator[Delivery]:
        if day in self.courses:
            rows = [_sitting(sitting, pulled) for sitting in self.courses[day]]
            content = xlsx_file([*_COURSE, "更新时间"], rows)
            yield page("training.course", None, f"courses-{day}.xlsx", content, pulled + 60)
        if day in self.exams:
            content = csv_file(_EXAM, [_exam(exam) for exam in self.exams[day]], "gb18030")
            yield page("training.exam", None, f"exams-{day}.csv", content, pulled + 120)

    def _pay(self, day: date, pulled: int) -> Iterator[Delivery]:
        if day in self.deductions:
            rows = [_deduction(line, pulled) for line in self.deductions[day]]
            content = csv_file(_DEDUCTION, rows, "gb18030")
            yield page("hr.deduction", "group", f"deductions-{day}.csv", content, pulled + 180)
        if day in self.payslips:
            slips: list[list[Cell]] = [
                [
                    slip.person.employee_id,
                    f"{slip.month:%Y-%m}",
                    f"{slip.gross:,}.00",
                    f"{slip.deductions:,}.00",
                    f"{slip.gross - slip.deductions}.00",
                    text(slip.at),
                ]
                for slip in self.payslips[day]
            ]
            content = xlsx_file(_PAYSLIP, slips, "工资条")
            yield page("hr.payslip", "group", f"payslips-{day}.xlsx", content, pulled + 240)

    def _stats(self, day: date, pulled: int) -> Iterator[Delivery]:
        """The last five days of each person; the newest is all zeros, ten minutes after its midnight."""
        for number, chats in sorted(self.chats.items()):
            window = [chat for chat in chats if day - timedelta(days=5) < chat.day <= day]
            if window:
                rows = [_chat(chat, is_too_early=chat.day == day) for chat in window]
                answer = json_answer({"errcode": 0, "errmsg": "ok", "behavior_data": rows})
                account = accounts_of(window[0].person)["wecom"]
                yield page("wecom.customer_stats", account, f"stats-{number}-{day}.json", answer, pulled + 300)

    def _steps(self, day: date, pulled: int) -> Iterator[Delivery]:
        """A window of 31 days; a pull in the evening shows two thirds of the day, the next one all of it."""
        for number, steps in sorted(self.steps.items()):
            window = [one for one in steps if day - timedelta(days=_STEPS_WINDOW) < one.day <= day]
            if window:
                shown = [(one.day, one.steps * 2 // 3 if one.day == day else one.steps) for one in window]
                rows = [{"timestamp": midnight(when), "step": count} for when, count in shown]
                account = accounts_of(window[0].person)["werun"]
                answer = json_answer({"stepInfoList": rows})
                yield page("werun.steps", account, f"steps-{number}-{day}.json", answer, pulled - 3 * 3600)


def _sitting_clocks(sitting: Sitting) -> list[int]:
    return [sitting.ends, *([sitting.halfway] if sitting.halfway is not None else [])]


def _sitting(sitting: Sitting, pulled: int) -> list[Cell]:
    """As the portal shows it at the pull: half of it, or all of it."""
    over = sitting.ends <= pulled
    return [
        f"XX{sitting.number}",
        accounts_of(sitting.person)["training"],
        sitting.course_id,
        sitting.course,
        sitting.organiser,
        text(sitting.starts),
        text(sitting.ends) if over else None,
        sitting.minutes if over else sitting.minutes // 2,
        text(sitting.ends if over or sitting.halfway is None else sitting.halfway),
    ]


def _exam(exam: Exam) -> list[Cell]:
    return [
        f"CJ{exam.number}",
        accounts_of(exam.person)["training"],
        exam.course_id,
        exam.organiser,
        text(exam.starts),
        text(exam.ends),
        exam.score,
        100,
        "是" if exam.passed else "否",
        None,
    ]


def _deduction_clocks(line: Deduction) -> list[int]:
    return [line.at, *([line.corrected_at] if line.corrected_at is not None else [])]


def _deduction(line: Deduction, pulled: int) -> list[Cell]:
    corrected = line.corrected_at is not None and line.corrected_at <= pulled
    return [
        f"KK{line.number}",
        line.person.employee_id,
        f"{line.month:%Y年%m月}",
        line.kpi,
        f"{line.final if corrected else line.amount}.00",
        "申诉后调整" if corrected else None,
        text(line.corrected_at if corrected and line.corrected_at is not None else line.at),
    ]


def _screen_clocks(screen: ScreenDay) -> list[int]:
    at = midnight(screen.day) + 22 * 3600
    return [at, *([at + 86_400] if screen.corrected is not None else [])]


def _screen(screen: ScreenDay, pulled: int) -> list[Cell]:
    first, *later = _screen_clocks(screen)
    corrected = bool(later) and later[0] <= pulled
    minutes = screen.corrected if corrected and screen.corrected is not None else screen.minutes
    return [
        screen.person.employee_id,
        screen.day,
        screen.app,
        _CATEGORIES[screen.category],
        minutes,
        text(later[0] if corrected else first),
    ]


def _chat(chat: ChatDay, *, is_too_early: bool) -> dict[str, int | float]:
    if is_too_early:
        return {
            "stat_time": midnight(chat.day),
            "chat_cnt": 0,
            "message_cnt": 0,
            "reply_percentage": 0.0,
            "avg_reply_time": 0,
            "negative_feedback_cnt": 0,
            "new_apply_cnt": 0,
            "new_contact_cnt": 0,
        }
    return {
        "stat_time": midnight(chat.day),
        "chat_cnt": chat.chats,
        "message_cnt": chat.messages,
        "reply_percentage": 88.5,
        "avg_reply_time": chat.reply_minutes,
        "negative_feedback_cnt": chat.lost,
        "new_apply_cnt": chat.new + 1,
        "new_contact_cnt": chat.new,
    }
