"""ADF, the auto lead data format 1.0: leads as XML, from manufacturers, portals and websites.

In the payload, elements that may come several times are lists of objects, whose text is `value` and whose attributes
stand beside it: `<phone type="voice">…</phone>` is `{"type": "voice", "value": "…"}`; an element of text alone is text.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from xml.etree.ElementTree import Element

from msgspec import Struct

from ingestion.contract import Account, At, Device, Dropped, FreeText, Name, Phone, Record, Reference, Source, values_at
from ingestion.errors import UplogError
from ingestion.personal.phones import number

_MANY = {"id", "vehicle", "contact", "name", "email", "phone", "street"}


class Identifier(Struct):
    """A record's id in the system `source`."""

    value: Reference
    source: str | None = None
    sequence: str | None = None


class NamePart(Struct):
    """`part`: full, first, middle, last, suffix."""

    value: Name | None = None
    part: str | None = None
    type: str | None = None


class PhoneNumber(Struct):
    value: Phone | None = None
    type: str | None = None


class Email(Struct):
    value: Account | None = None


class Street(Struct):
    value: Dropped | None = None


class Address(Struct):
    street: list[Street] = []
    city: str | None = None
    regioncode: str | None = None
    country: str | None = None


class Contact(Struct):
    """A customer's ways to be reached, or the vendor's and provider's own."""

    name: list[NamePart] = []
    email: list[Email] = []
    phone: list[PhoneNumber] = []
    address: Address | None = None


class Customer(Struct):
    contact: list[Contact] = []
    comments: FreeText | None = None


class Vehicle(Struct):
    """A car asked for or traded in. `interest`: buy, lease, sell, trade-in, test-drive; `status`: new, used."""

    interest: str | None = None
    status: str | None = None
    year: str | None = None
    make: str | None = None
    model: str | None = None
    trim: str | None = None
    vin: Device | None = None
    comments: FreeText | None = None


class Vendor(Struct):
    """The dealer the lead is for."""

    id: list[Identifier] = []
    vendorname: str | None = None
    contact: list[Contact] = []


class CompanyName(Struct):
    value: str | None = None


class Provider(Struct):
    """Who sends the lead."""

    id: list[Identifier] = []
    name: list[CompanyName] = []
    service: str | None = None
    contact: list[Contact] = []


class Prospect(Record):
    """One lead; `requestdate` is ISO 8601 as senders write it, without an offset local to Asia/Shanghai."""

    id: list[Identifier]
    requestdate: str
    status: str | None = None
    vehicle: list[Vehicle] = []
    customer: Customer | None = None
    vendor: Vendor | None = None
    provider: Provider | None = None


def prospects(document: Any) -> Iterator[Any]:
    """The payloads of one document; what is no XML (a payload already) passes.

    Raises:
        UplogError: it is XML of another kind.
    """
    if not isinstance(document, Element):
        yield document
    elif document.tag.lower() == "prospect":
        yield _identified(_object(document))
    elif document.tag.lower() != "adf":
        raise UplogError("its root is neither adf nor prospect", "give the lead as the sender's ADF document")
    else:
        yield from (_identified(_object(child)) for child in document if child.tag.lower() == "prospect")


def _identified(prospect: dict[str, Any]) -> dict[str, Any]:
    """A prospect without an id, which the standard does not ask for, is known by its time and the customer's mobile
    number, for which a keyed hash stands in the event's id and in the log as in any reference. Without one it stays."""
    if any(values_at(prospect, "id[].value")):
        return prospect
    written = (number(text) for text in values_at(prospect, "customer.contact[].phone[].value"))
    mobile = next((one.normal for one in written if one and one.class_ == "mobile"), None)
    if not mobile:
        return prospect
    return prospect | {"id": [{"value": f"{prospect.get('requestdate')}/{mobile.removeprefix('+86')}"}]}


def _object(element: Element) -> dict[str, Any]:
    found: dict[str, Any] = {name.lower(): text.strip() for name, text in element.attrib.items()}
    for child in element:
        name = child.tag.lower()
        if name in _MANY:
            found[name] = [*found.get(name, ()), _object(child)]
        else:  # of what the standard knows once, the first counts
            found.setdefault(name, _object(child) if len(child) else _text(child))
    if (text := _text(element)) is not None:
        found.setdefault("value", text)
    return found


def _text(element: Element) -> str | None:
    return (element.text or "").strip() or None


SOURCES = (
    Source(
        name="adf.prospect",
        topic="leads.other",
        contracts={1: Prospect},
        key=("id[].value",),
        account="vendor.id[].value",
        occurred_at=At("loose", ("requestdate",)),
        records=prospects,
        file_format="xml",
        vendor_page="adfxml.info/adf_spec.pdf",
        fact="fct_lead_submissions",
        example="adf.prospect.xml",
    ),
)
