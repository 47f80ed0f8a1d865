"""What a working day holds beside customers: tasks, reports, notices, sittings, pay. Plain objects, epoch seconds."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from ingestion.simulator.staff import Person


@dataclass(slots=True)
class Task:
    """A task of the check-in app; `at` None: missed. `excused_at`: a manager took it back then, done or not."""

    number: int
    person: Person
    kind: str
    due: int
    at: int | None
    device: str
    surface: str
    excused_at: int | None = None

    @property
    def counts(self) -> bool:
        return self.at is not None and self.excused_at is None


@dataclass(slots=True)
class Report:
    number: int
    person: Person
    at: int
    period: str
    characters: int


@dataclass(slots=True)
class Notice:
    """A notice of a chat group; `answers` are all "收到", a second one of the same person included."""

    number: int
    app: str
    posted: int
    sender: Person
    recipients: list[Person]
    answers: list[tuple[Person, int]] = field(default_factory=list)


@dataclass(slots=True)
class Signin:
    """An outdoor sign-in in DingTalk, at a place in degrees."""

    person: Person
    at: int
    latitude: float
    longitude: float


@dataclass(slots=True)
class Sitting:
    """One sitting at an online course; `halfway` is when the portal first wrote it down, with half the minutes."""

    number: int
    person: Person
    course_id: str
    course: str
    organiser: str
    starts: int
    minutes: int
    halfway: int | None = None

    @property
    def ends(self) -> int:
        return self.starts + self.minutes * 60


@dataclass(slots=True)
class Exam:
    number: int
    person: Person
    course_id: str
    organiser: str
    starts: int
    ends: int
    score: int
    passed: bool


@dataclass(slots=True)
class Deduction:
    """A line taken from pay; `corrected` is the amount after an objection, at `corrected_at`."""

    number: int
    person: Person
    month: date
    kpi: str
    amount: int
    at: int
    corrected: int | None = None
    corrected_at: int | None = None

    @property
    def final(self) -> int:
        return self.amount if self.corrected is None else self.corrected


@dataclass(slots=True)
class Payslip:
    person: Person
    month: date
    gross: int
    deductions: int
    at: int


@dataclass(slots=True)
class ChatDay:
    """One person's day in WeCom: chats, messages, minutes to a reply, customers lost, new contacts."""

    person: Person
    day: date
    chats: int
    messages: int
    reply_minutes: int
    lost: int
    new: int


@dataclass(slots=True)
class StepDay:
    person: Person
    day: date
    steps: int


@dataclass(slots=True)
class ScreenDay:
    person: Person
    day: date
    app: str
    category: str
    minutes: int
    corrected: int | None = None


@dataclass
class Office:
    """All of it, by kind."""

    tasks: list[Task] = field(default_factory=list)
    reports: list[Report] = field(default_factory=list)
    notices: list[Notice] = field(default_factory=list)
    signins: list[Signin] = field(default_factory=list)
    sittings: list[Sitting] = field(default_factory=list)
    exams: list[Exam] = field(default_factory=list)
    deductions: list[Deduction] = field(default_factory=list)
    payslips: list[Payslip] = field(default_factory=list)
    chats: list[ChatDay] = field(default_factory=list)
    steps: list[StepDay] = field(default_factory=list)
    screens: list[ScreenDay] = field(default_factory=list)
