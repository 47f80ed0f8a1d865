"""What of a person stands in the log: every token of theirs under every secret, and who else uses it.

A customer is found by telephone numbers: the names beside them, the car they offer, the masked records that carry the
same name, the other versions of the same records and, where a CRM keeps a file on them, the records of that file. A
member of staff is found by their number in `hr.employee`: their accounts, phones and names there, and the devices they
used. What also belongs to somebody else (a work phone that changed hands, a shared device) stays, and is counted.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import duckdb
import msgspec

from ingestion.contract import CustomerRecord
from ingestion.erasure.pseudonyms import CONTENT, VERSION, Kind, Pseudonyms, held, is_personal, names_beside, pseudonym
from ingestion.personal.names import person_name
from ingestion.personal.phones import number
from ingestion.personal.secrets import Secrets
from ingestion.personal.tokens import Tokens, plain
from ingestion.personal.vault import Vault
from ingestion.sources import sources

_OF_FILES = [source.name for source in sources().values() if issubclass(source.contract, CustomerRecord)]
_IS_OF_FILE = f"regexp_matches(type, '^({'|'.join(_OF_FILES)}).v[0-9]')"
"""Records that name the file a store's CRM keeps on a customer: by `store_id` and `customer_id`, as models read it."""


class Value(msgspec.Struct, frozen=True):
    """One value of the person: its normal form (None where the vault no longer knows it), its tokens, its pseudonym."""

    kind: Kind
    normal: str | None
    tokens: tuple[str, ...]
    pseudonym: str


class Person(msgspec.Struct):
    """A person to forget. `records` are (source, subject) of records that are theirs as a whole, `files` (store, the
    CRM's number); `shared` counts values that stay because they are somebody else's too.
    """

    values: list[Value] = []
    records: list[tuple[str, str]] = []
    files: list[tuple[str, str]] = []
    shared: int = 0

    def pseudonyms(self, alone: Collection[str] = ()) -> Pseudonyms:
        """`alone` are tokens of names and masked ends that nobody else has: replaced wherever they stand."""
        values = ((value.kind, token, value.pseudonym) for value in self.values for token in value.tokens)
        found = Pseudonyms.of(values, is_staff=any(value.kind == "employee" for value in self.values))
        own = {token: instead for token, instead in {**found.together, **found.ends}.items() if token in alone}
        return replace(found, everywhere={**found.everywhere, **own})

    def tokens(self, *kinds: Kind) -> list[str]:
        """The tokens of these kinds, of all without any."""
        return [token for value in self.values if not kinds or value.kind in kinds for token in value.tokens]


@dataclass
class Finder:
    """Looks through one open log with one tenant's secrets."""

    log: duckdb.DuckDBPyConnection
    secrets: Secrets
    vault: Vault
    _makers: dict[int, Tokens] = field(init=False)

    def __post_init__(self) -> None:
        self._makers = {version: Tokens(self.secrets.of_version(version)) for version in self.secrets.token_secrets}

    def customer(self, phones: Iterable[str]) -> Person:
        """The person behind these numbers, as somebody typed them.

        Raises:
            ValueError: one is no telephone number.
        """
        person = Person()
        for text in phones:
            read = number(text)
            if read is None or read.normal is None or read.class_ == "invalid":
                raise ValueError("no telephone number")
            person.values.append(self._value("phone", read.normal))
            if read.ends is not None:
                person.values.append(self._value("ends", read.ends))
            person.values += self._keys({text.strip(), *_written(read.normal)})
        self._names_beside(person, self._events(person.tokens("phone", "key")))
        self._names_beside(person, self._masked(person))
        person.files = self._merged(person.files)
        self._names_of_their_records(person)
        return person

    def employee(self, employee_id: str) -> Person:
        """The member of staff of that number."""
        person = Person()
        own: dict[str, Kind] = {}
        others: set[str] = set()
        records: set[tuple[str, str]] = set()
        for type_, source, subject, data in self._staff():
            is_theirs = type_.startswith("hr.employee.") and data.get("employee_id") == employee_id
            if is_theirs:
                records.add((source, subject))
            for kind, token in _tokens(data, self.vault):
                if is_theirs:
                    own[token] = kind
                else:
                    others.add(token)
        person.records = sorted(records)
        given = self._values({token: kind for token, kind in own.items() if kind in ("phone", "account")})
        person.values = [value for value in given if others.isdisjoint(value.tokens)]
        person.shared = len(given) - len(person.values)
        names = {token for token, kind in own.items() if kind == "name"}
        devices: set[str] = set()
        instead = person.pseudonyms()
        for type_, _, _, data in self._events(person.tokens("phone", "account")):
            for one in _objects(data):
                if instead.holds_theirs(one, type_):
                    called = names_beside(one, type_, of_staff=True)
                    if len(called) == 1:  # of two names one is a colleague's, unless the staff file has it too
                        names = names.union(*called.values())
                    devices |= {token for kind, token in _own_tokens(one, self.vault) if kind == "device"}
        self._add_alone(person, "device", devices)
        person.values += self._values(dict.fromkeys(names, "name"))
        person.values.append(Value("employee", employee_id, (employee_id,), pseudonym("employee")))
        for value in [one for one in person.values if one.kind in ("account", "phone", "device")]:
            written = {original for token in value.tokens if (original := self.vault.original(token))}
            if value.normal:
                written |= _written(value.normal) if value.kind == "phone" else {value.normal}
            person.values += self._keys(written)
        return person

    def mentions(self, employee_id: str) -> bool:
        """Whether the log knows that number of staff."""
        (row,) = self.log.execute(
            "select count(*) from raw.events where topic <> 'control' and contains(data, ?)",
            [f'employee_id":"{employee_id}"'],
        ).fetchall()
        return bool(row[0])

    def _value(self, kind: Kind, normal: str | None, *met: str) -> Value:
        """`met`: a token found in the log, of a value nobody knows any more or of an earlier release's normal form."""
        made = () if normal is None else (maker.token(kind, normal) for maker in self._makers.values())
        tokens = dict.fromkeys((*made, *met))
        return Value(kind, normal, tuple(tokens), pseudonym(kind))

    def _keys(self, written: Iterable[str]) -> list[Value]:
        """What adapters and the door put into identifiers in the place of a value."""
        hexes = dict.fromkeys(self.secrets.keyed_hex(text) for text in written)
        return [Value("key", one, (one,), pseudonym("key")) for one in hexes]

    def _values(self, tokens: Mapping[str, Kind]) -> list[Value]:
        """The values behind tokens met in the log, each once and with its tokens under the other secrets: it may have
        landed under those for somebody else. Pseudonyms of an earlier erasure are none.
        """
        found: dict[tuple[str, ...], Value] = {}
        for token, kind in sorted(tokens.items()):
            if not token.startswith(f"{VERSION}."):
                original = self.vault.original(token)
                normal = None if original is None else _normal(kind, original)
                value = self._value(kind, normal, token)
                found.setdefault(value.tokens, value)
        return list(found.values())

    def _add_names(self, person: Person, tokens: Iterable[str]) -> None:
        known = set(person.tokens("name"))
        person.values += self._values({token: "name" for token in tokens if token not in known})

    def _names_beside(self, person: Person, events: Iterable[tuple[str, str, str, dict[str, Any]]]) -> None:
        instead = person.pseudonyms()
        names: set[str] = set()
        accounts: set[str] = set()
        cars: set[str] = set()
        records, files = set(person.records), set(person.files)
        for type_, source, subject, data in events:
            for one in _objects(data):
                if instead.holds_theirs(one, type_):
                    names = names.union(*names_beside(one, type_, of_staff=False).values())
                    accounts |= {token for kind, token in _own_tokens(one, self.vault) if kind == "account"}
            if _is_inquiry_of(instead, data, type_):
                cars |= {token for kind, token in _tokens(data, self.vault) if kind == "device"}
            if instead.holds_theirs(data, type_) and subject:
                records.add((source, subject))
                if type_.rpartition(".v")[0] in _OF_FILES:
                    files |= _files(data, "customer_id")
        person.records, person.files = sorted(records), sorted(files)
        self._add_names(person, names)
        self._add_alone(person, "account", accounts)
        self._add_alone(person, "device", cars)

    def _merged(self, files: Collection[tuple[str, str]]) -> list[tuple[str, str]]:
        """These files, and what was merged with one of them and not taken back."""
        newest: dict[tuple[str, str], dict[str, Any]] = {}
        for _, source, subject, data in self._read("type like 'crm.merge.v%'", []) if files else ():
            before = newest.setdefault((source, subject), data)
            if data["updated_at"] >= before["updated_at"]:
                newest[source, subject] = data
        pairs = [
            _files(merge, "customer_id") | _files(merge, "merged_customer_id")
            for merge in newest.values()
            if not merge.get("taken_back_at")
        ]
        found, reached = set(files), set[tuple[str, str]]()
        while found != reached:
            reached = found
            found = found.union(*(pair for pair in pairs if pair & found))
        return sorted(found)

    def _names_of_their_records(self, person: Person) -> None:
        names: set[str] = set()
        for type_, _, _, data in self._theirs(person):
            names = names.union(*names_beside(data, type_, of_staff=False).values())
        self._add_names(person, names)

    def _events(self, tokens: Collection[str]) -> Iterator[tuple[str, str, str, dict[str, Any]]]:
        return self._read(_holds(tokens), list(tokens)) if tokens else iter(())

    def _masked(self, person: Person) -> Iterator[tuple[str, str, str, dict[str, Any]]]:
        ends, names = person.tokens("ends"), person.tokens("name")
        if not ends or not names:
            return iter(())
        return self._read(f"({_holds(ends)}) and ({_holds(names)})", [*ends, *names])

    def _theirs(self, person: Person) -> Iterator[tuple[str, str, str, dict[str, Any]]]:
        if not person.records:
            return iter(())
        return self._read(theirs(person), [])

    def _staff(self) -> Iterator[tuple[str, str, str, dict[str, Any]]]:
        return self._read("type like 'hr.employee.%' or type like 'hr.store.%'", [])

    def _add_alone(self, person: Person, kind: Kind, tokens: Collection[str]) -> None:
        """Accounts or devices met beside the person's values, unless somebody else uses them too."""
        known = set(person.tokens(kind))
        used = self._values({token: kind for token in tokens if token not in known})
        alone = [value for value in used if not self._others_use(value, person)]
        person.shared += len(used) - len(alone)
        person.values += alone

    def _others_use(self, value: Value, person: Person) -> bool:
        instead = person.pseudonyms()
        return any(
            any(token in value.tokens for _, token in _own_tokens(one, self.vault))
            for type_, _, _, data in self._events(value.tokens)
            for one in _objects(data)
            if not (
                instead.holds_theirs(one, type_) or (value.kind == "device" and _is_inquiry_of(instead, data, type_))
            )
        )

    def _read(self, where: str, values: list[str]) -> Iterator[tuple[str, str, str, dict[str, Any]]]:
        cursor = self.log.cursor()
        asked = cursor.execute(
            f"select type, source, subject, data from raw.events where topic <> 'control' and ({where})", values
        )
        while rows := asked.fetchmany(2_000):
            for type_, source, subject, data in rows:
                yield type_, source, subject or "", msgspec.json.decode(data)


def _is_inquiry_of(instead: Pseudonyms, data: Mapping[str, Any], type_: str) -> bool:
    """Whether this is an ADF lead of the person; the cars it names stand apart from whom it calls the customer."""
    return any(instead.holds_theirs(one, type_) for one in _objects(data.get("customer")))


def theirs(person: Person) -> str:
    """SQL that picks the records that are the person's as a whole."""
    pairs = ", ".join(f"({_text(source)}, {_text(subject)})" for source, subject in person.records) or "(null, null)"
    files = ", ".join(f"({_text(store)}, {_text(one)})" for store, one in person.files)
    of_file = f" or ({_IS_OF_FILE} and (data ->> '$.store_id', data ->> '$.customer_id') in ({files}))" if files else ""
    return f"(source, subject) in ({pairs}){of_file}"


def _files(data: Mapping[str, Any], field: str) -> set[tuple[str, str]]:
    """The file of a store's CRM that a field names; an empty text and 0 are none."""
    number = data.get(field)
    return {(data["store_id"], number)} if number and number != "0" else set()


def _holds(tokens: Collection[str]) -> str:
    return " or ".join("contains(data, ?)" for _ in tokens)


def _text(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"


def _written(normal: str) -> set[str]:
    """How a number may have been written where it became a keyed hash in an identifier."""
    digits = normal.removeprefix("+")
    national = digits.removeprefix("86")
    return {normal, digits, national, f"0{national}", f"0086{national}", f"+86{national}"}


def _normal(kind: Kind, original: str) -> str | None:
    if kind == "name":
        read = person_name(original)
        return read.normal if read else None
    if kind in ("phone", "ends"):
        found = number(original)
        return None if found is None else found.ends if kind == "ends" else found.normal
    return plain(original) or None


def _objects(value: Any) -> Iterator[dict[str, Any]]:
    """Every object in a payload that may hold personal values, the outermost first; what an element of XML holds is its
    parent's.
    """
    if isinstance(value, dict):
        if not is_personal(value.get(CONTENT)):
            yield value
        for inner in value.values():
            yield from _objects(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _objects(inner)


def _tokens(value: Any, vault: Vault) -> Iterator[tuple[Kind, str]]:
    for one in _objects(value):
        if "token" in one:
            yield _kind(one, vault), one["token"]


def _own_tokens(found: dict[str, Any], vault: Vault) -> list[tuple[Kind, str]]:
    """Kind and token of the personal values that stand directly in one object."""
    return [(_kind(value, vault), value["token"]) for _, value in held(found) if value.get("token")]


def _kind(value: dict[str, Any], vault: Vault) -> Kind:
    if "form" in value:
        return "name"
    if "class" in value:
        return "phone"
    return "device" if vault.kind(value["token"]) == "device" else "account"
