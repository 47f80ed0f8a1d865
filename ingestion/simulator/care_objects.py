"""What customer care and the CRM's judgement leave behind: touches, blocks, surveys, levels, key customers, merges."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from ingestion.simulator.objects import Customer, Order
from ingestion.simulator.staff import Person

TouchChannel = Literal["sms", "message", "like", "comment", "callback"]


@dataclass(slots=True)
class Touch:
    """A contact that is no call of the call platform; `person` None where a robot sent it."""

    touch_id: str
    store_id: str
    customer: Customer
    person: Person | None
    channel: TouchChannel
    began: int
    inbound: bool = False
    lead_id: str | None = None
    talk: int = 0

    @property
    def answered(self) -> int | None:
        return self.began if self.is_connected else None

    @property
    def is_attempt(self) -> bool:
        return not self.inbound and self.person is not None and self.channel in ("sms", "message")

    @property
    def is_connected(self) -> bool:
        if self.channel == "callback":
            return self.talk >= 10
        return self.inbound and self.channel in ("sms", "message")


@dataclass(slots=True)
class Block:
    block_id: str
    store_id: str
    customer: Customer
    person: Person
    at: int
    lifted_at: int | None = None


@dataclass(slots=True)
class Survey:
    """A survey about a delivery; `score` out of `score_max` once answered."""

    survey_id: str
    order: Order
    asked_by: Literal["store", "oem"]
    asked_at: int
    answered_at: int | None
    score: int | None
    score_max: int
    names_order: bool


@dataclass(slots=True)
class LevelSet:
    """A level set in the dealer's CRM, perhaps with a reminder."""

    level_id: str
    store_id: str
    customer: Customer
    lead_id: str | None
    person: Person | None
    level: str
    at: int
    set_by: Literal["employee", "system", "vendor"] = "employee"
    suggested: str | None = None
    next_at: int | None = None


@dataclass(slots=True)
class KeyStay:
    """A customer's stay on the list of key customers."""

    key_id: str
    store_id: str
    customer: Customer
    person: Person | None
    at: int
    lifted_at: int | None = None


@dataclass(slots=True)
class FileMerge:
    """Two files of the CRM made one: `kept` and `merged` are the CRM's numbers; a mistake is taken back."""

    merge_id: str
    store_id: str
    kept: str
    merged: str
    at: int
    taken_back_at: int | None = None


@dataclass(slots=True)
class HandOver:
    """The handing over of a car; `names_order`: its record says of which order."""

    delivery_id: str
    order: Order
    person: Person
    started_at: int
    delivered_at: int
    taken_back_at: int | None = None
    names_order: bool = True

    @property
    def store_id(self) -> str:
        return self.order.store_id

    @property
    def customer(self) -> Customer:
        return self.order.customer

    @property
    def lead_id(self) -> str | None:
        return self.order.lead_id

    @property
    def recorded_at(self) -> int:
        return self.delivered_at + 120
