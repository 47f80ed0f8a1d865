"""The dealer's own CRM or DMS (assumed): appointments, visits, orders, deliveries, levels, key customers, merged files.

Times are local text of Asia/Shanghai; `updated_at` is the system's clock of changes.
"""

from __future__ import annotations

from ingestion.contract import At, CustomerRecord, FreeText, Record, Reference, Source, Word


class Appointment(CustomerRecord, kw_only=True):
    """One version of an appointment; a re-schedule keeps the id. `status`: set, cancelled."""

    appointment_id: Reference
    set_at: str
    for_at: str
    updated_at: str
    status: str = "set"
    remark: FreeText | None = None


class Visit(CustomerRecord, kw_only=True):
    """One reception in the showroom, with its test drive."""

    visit_id: Reference
    arrived_at: str
    updated_at: str
    left_at: str | None = None
    test_drive_started_at: str | None = None
    test_drive_ended_at: str | None = None
    remark: FreeText | None = None


class Order(CustomerRecord, kw_only=True):
    """One version of an order, with its cancellation or delivery; `amount` in CNY as text.

    `delivered_at` is what the order's clerk noted: where a `Delivery` speaks of the order, that is believed.
    """

    order_id: Reference
    ordered_at: str
    updated_at: str
    cancelled_at: str | None = None
    invoiced_at: str | None = None
    delivered_at: str | None = None
    series_id: str | None = None
    brand: Word | None = None
    series_name: Word | None = None
    energy_type: str | None = None
    amount: str | None = None


class Delivery(CustomerRecord, kw_only=True):
    """One handing over of a car; `taken_back_at` once it did not happen after all (the car went back, a wrong entry).

    `order_id` is the order's, `started_at` when the hand-over began, `delivered_at` when the customer had the car.
    """

    delivery_id: Reference
    delivered_at: str
    updated_at: str
    order_id: Reference | None = None
    started_at: str | None = None
    taken_back_at: str | None = None
    remark: FreeText | None = None


class Level(CustomerRecord, kw_only=True):
    """One setting of a customer's level: H, A, B, C, N not judged, O ordered, D delivered, T defeated.

    `set_by`: employee, system, vendor. `next_follow_at` is the reminder set with it, `suggested_level` what the
    system would have said.
    """

    level_id: Reference
    level: str
    set_at: str
    updated_at: str
    set_by: str = "employee"
    suggested_level: str | None = None
    next_follow_at: str | None = None
    remark: FreeText | None = None


class KeyCustomer(CustomerRecord, kw_only=True):
    """A customer's stay on the list of key customers 重点客户; `lifted_at` once they are off it."""

    key_customer_id: Reference
    flagged_at: str
    updated_at: str
    lifted_at: str | None = None
    reason: Word | None = None


class Merge(Record):
    """Two customer files of a store found to be one person; `taken_back_at` when that was a mistake.

    `customer_id` is the file that was kept, `merged_customer_id` the one that went into it.
    """

    merge_id: Reference
    store_id: str
    customer_id: Reference
    merged_customer_id: Reference
    merged_at: str
    updated_at: str
    taken_back_at: str | None = None


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
    _source("delivery", Delivery, "delivered_at", "fct_orders", "crm.delivery.csv"),
    _source("level", Level, "set_at", "fct_customer_levels", "crm.level.csv"),
    _source("key_customer", KeyCustomer, "flagged_at", "fct_customer_levels", "crm.key_customer.csv"),
    _source("merge", Merge, "merged_at", "dim_customer", "crm.merge.csv"),
)
