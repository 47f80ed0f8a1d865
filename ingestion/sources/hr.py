"""The dealer group's own staff system (assumed): stores, people, rosters, deductions, pay slips.

`hr.employee` carries a person's account in every vendor's system, so that all other records find them.
"""

from __future__ import annotations

from msgspec import Struct

from ingestion.contract import Account, At, FreeText, Name, Phone, Record, Reference, Source, Word


class StoreAccount(Struct):
    """A store's dealer or shop id in a vendor's system, from `valid_from` to before `valid_to` (stores hand it over).

    `system`: `autohome`, `wav`, `feiyu`, `douyin`, …
    """

    system: str
    account: Reference
    valid_from: str | None = None
    valid_to: str | None = None


class StoreLine(Struct):
    """A telephone line of the store, in time like its accounts: a platform's hotline, or its own desk (`other`)."""

    platform: str
    number: Phone
    valid_from: str | None = None
    valid_to: str | None = None


class Store(Record):
    """One version of a store; opening hours are times of day in Asia/Shanghai, dates are business days."""

    store_id: str
    store_name: str
    group_id: str
    brand: str
    valid_from: str
    updated_at: str
    oem: str | None = None
    region: str | None = None
    province: str | None = None
    city: str | None = None
    store_type: str | None = None
    opens: str = "09:00"
    closes: str = "18:00"
    valid_to: str | None = None
    accounts: list[StoreAccount] = []
    lines: list[StoreLine] = []


class StaffAccount(Struct):
    """A person's id in a vendor's system from `valid_from` to before `valid_to` (a work phone changes hands).

    `system`: `wecom`, `dingtalk`, `tencent_meeting`, `douyin`, …
    """

    system: str
    account: Account
    valid_from: str | None = None
    valid_to: str | None = None


class WorkPhone(Struct):
    """A number this person calls from, from `valid_from` to before `valid_to`."""

    number: Phone
    valid_from: str | None = None
    valid_to: str | None = None


class Employment(Struct):
    """Where and as what a person works, from `valid_from` to before `valid_to` (null: still)."""

    store_id: str
    role: str
    valid_from: str
    team: str | None = None
    valid_to: str | None = None


class ShiftPeriod(Struct):
    """The usual shift in a period; `rest_weekdays` are ISO weekdays (1 Monday). The roster overrides it by day."""

    valid_from: str
    starts: str
    ends: str
    rest_weekdays: list[int] = []
    valid_to: str | None = None


class Employee(Record):
    """One version of a person: all their employments, accounts, work phones and usual shifts."""

    employee_id: str
    name: Name
    updated_at: str
    phone: Phone | None = None
    accounts: list[StaffAccount] = []
    work_phones: list[WorkPhone] = []
    employments: list[Employment] = []
    shifts: list[ShiftPeriod] = []


class Roster(Record):
    """One person's day: shift in Asia/Shanghai (an end before the start is on the next day) or rest."""

    employee_id: str
    day: str
    store_id: str
    is_rest_day: bool
    updated_at: str
    shift_start: str | None = None
    shift_end: str | None = None


class Deduction(Record):
    """One line taken from a person's pay for a KPI: `amount` in CNY, positive when taken; `month` is its first day.

    `kpi` is a code or a name of dim_kind (domain kpi), in the group's words.
    """

    deduction_id: str
    employee_id: str
    month: str
    kpi: Word
    amount: str
    updated_at: str
    remark: FreeText | None = None


class Payslip(Record):
    """One person's pay of a month (its first day), in CNY; `net` is below zero where deductions exceed the gross."""

    employee_id: str
    month: str
    gross: str
    net: str
    updated_at: str
    deductions: str | None = None


SOURCES = (
    Source(
        name="hr.store",
        topic="hr",
        contracts={1: Store},
        key=("store_id", "valid_from"),
        occurred_at=At("local", ("updated_at",)),
        version_clock="updated_at",
        fact="dim_store",
        example="hr.store.json",
    ),
    Source(
        name="hr.employee",
        topic="hr",
        contracts={1: Employee},
        key=("employee_id",),
        occurred_at=At("local", ("updated_at",)),
        version_clock="updated_at",
        fact="dim_consultant",
        example="hr.employee.json",
    ),
    Source(
        name="hr.roster",
        topic="hr",
        contracts={1: Roster},
        key=("employee_id", "day"),
        occurred_at=At("local", ("updated_at",)),
        version_clock="updated_at",
        fact="fct_shifts",
        example="hr.roster.xlsx",
        mapping="hr.roster.yaml",
    ),
    Source(
        name="hr.deduction",
        topic="hr",
        contracts={1: Deduction},
        key=("deduction_id",),
        occurred_at=At("local", ("updated_at",)),
        version_clock="updated_at",
        fact="fct_kpi_deductions",
        example="hr.deduction.csv",
        mapping="hr.deduction.yaml",
    ),
    Source(
        name="hr.payslip",
        topic="hr",
        contracts={1: Payslip},
        key=("employee_id", "month"),
        occurred_at=At("local", ("updated_at",)),
        version_clock="updated_at",
        fact="fct_payslips",
        example="hr.payslip.xlsx",
        mapping="hr.payslip.yaml",
    ),
)
