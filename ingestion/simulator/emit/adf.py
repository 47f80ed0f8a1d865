"""Leads of the manufacturers' websites, as ADF/XML: a document a store and night, the last hours before it again."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from ingestion.simulator.feed import by_store, index_by_day, nightly, page, series_of, typed_phone
from ingestion.simulator.files import Delivery
from ingestion.simulator.instants import HOUR, moment, text
from ingestion.simulator.objects import Submission
from ingestion.simulator.staff import Store
from ingestion.simulator.world import Group

_PROLOG = b'<?xml version="1.0" encoding="UTF-8"?>\n<?adf version="1.0"?>\n'
_INTERESTS = ("buy", "buy", "test-drive", "lease")


class OemProspects:
    """What the manufacturers send each store; leads of the last six hours come the next night too."""

    def __init__(self, group: Group) -> None:
        self.stores = group.stores
        leads = [lead for lead in group.journal.submissions if lead.via == "adf"]
        self.leads = index_by_day(group, leads, lambda lead: (lead.submitted_at, lead.submitted_at + 6 * HOUR))

    def pages(self, day: date) -> Iterator[Delivery]:
        pulled = nightly(day, 12)
        for store, own in by_store(self.stores, self.leads.get(day, ()), lambda lead: lead.store_id):
            content = _document(store, own)
            yield page("adf.prospect", None, f"adf-{store.accounts['adf']}-{day}.xml", content, pulled)


def _document(store: Store, leads: Sequence[Submission]) -> bytes:
    root = Element("adf")
    for lead in leads:
        _prospect(root, store, lead)
    indent(root)
    return _PROLOG + tostring(root, encoding="unicode").encode() + b"\n"


def _prospect(root: Element, store: Store, lead: Submission) -> None:
    """A name may be missing, a phone too; the contact's email is the customer's account with the manufacturer."""
    number = lead.customer.number
    prospect = SubElement(root, "prospect", status="new")
    _leaf(prospect, "id", lead.platform_lead_id, sequence="1", source=store.oem)
    _leaf(prospect, "requestdate", _written(lead.submitted_at, number))
    vehicle = SubElement(prospect, "vehicle", interest=_INTERESTS[number % 4], status="new")
    _leaf(vehicle, "year", text(lead.submitted_at)[:4])
    _leaf(vehicle, "make", store.brand)
    _leaf(vehicle, "model", series_of(store, lead.series)[1])
    contact = SubElement(SubElement(prospect, "customer"), "contact")
    if lead.name:
        _leaf(contact, "name", lead.name, part="full")
    if number % 3 == 0:
        _leaf(contact, "email", f"c{number}@example.com")
    phone = typed_phone(lead.customer)
    if phone is not None:
        _leaf(contact, "phone", phone, type="voice" if number % 2 else "cellphone")
    vendor = SubElement(prospect, "vendor")
    _leaf(vendor, "id", store.accounts["adf"], source=store.oem)
    _leaf(vendor, "vendorname", store.name)
    provider = SubElement(prospect, "provider")
    _leaf(provider, "name", f"{store.brand}主机厂官网", part="full")
    _leaf(provider, "service", "官网留资")


def _leaf(parent: Element, name: str, value: str, **attributes: str) -> None:
    SubElement(parent, name, attributes).text = value


def _written(instant: int, number: int) -> str:
    """ISO 8601 as senders write it: local without an offset, with it, or in UTC."""
    local = text(instant).replace(" ", "T")
    return (local, f"{local}+08:00", f"{moment(instant):%Y-%m-%dT%H:%M:%S}Z")[number % 3]
