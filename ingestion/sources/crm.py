"""The dealer's own CRM or DMS (assumed): appointments, visits, orders. Times are local text of Asia/Shanghai.

`lead_id` is the CRM's lead (WAV's `LeadId`), where the record names one.
"""

from __future__ import annotations

from ingestion.contract import At, FreeText, Id, Name, Phone, Record, Source


class Appointment(Record):
    """One version of an appointment; a re-schedule keeps the id. `status`: set, cancelled."""

    appointment_id: str
    store_id: str
    set_at: str
    for_at: str
    updated_at: str
    status: str = "set"
    employee_id: str | None = None
    lead_id: Id | None = None
    customer_id: str | None = None
    customer_phone: Phone | None = None
    customer_name: Name | None = None
    remark: FreeText | None = None


class Visit(Record):
    """One reception in the showroom, with its test drive."""

    visit_id: str
    store_id: str
    arrived_at: str
    updated_at: str
    left_at: str | None = None
    test_drive_started_at: str | None = None
    test_drive_ended_at: str | None = None
    employee_id: str | None = None
    lead_id: Id | None = None
    customer_id: str | None = None
    customer_phone: Phone | None = None
    customer_name: Name | None = None
    remark: FreeText | None = None


class Order(Record):
    """One version of an order, with its cancellation or delivery; `amount` in CNY as text."""

    order_id: str
    store_id: str
    ordered_at: str
    updated_at: str
    cancelled_at: str | None = None
    invoiced_at: str | None = None
    delivered_at: str | None = None
    employee_id: str | None = None
    lead_id: Id | None = None
    customer_id: str | None = None
    customer_phone: Phone | None = None
    customer_name: Name | None = None
    series_id: str | None = None
    brand: str | None = None
    series_name: str | None = None
    energy_type: str | None = None
    amount: str | None = None


def _source(record: str, contract: type[Record], clock: str, fact: str, example: str) -> Source:
    return Source(
        name=f"crm.{record}",
        topic="crm",
        contracts={1: contract},
        key=(f"{record}_id",),
        account="store_id",
        occurred_at=At("local", (clock,)),
        version_clock="updated_at",
        fact=fact,
        example=example,
        mapping=f"crm.{record}.yaml",
    )


SOURCES = (
    _source("appointment", Appointment, "set_at", "fct_appointments", "crm.appointment.csv"),
    _source("visit", Visit, "arrived_at", "fct_visits", "crm.visit.xlsx"),
    _source("order", Order, "ordered_at", "fct_orders", "crm.order.csv"),
)
