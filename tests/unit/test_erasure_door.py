"""The door after an erasure: the older lands under the pseudonym, the later is a new person's."""

from __future__ import annotations

import json
from typing import Any

from ingestion.erasure.door import Grave
from ingestion.lander.chunks import ChunkMaker, Keys
from ingestion.lander.decode import Decoder
from ingestion.personal.secrets import Secrets, new_secrets
from ingestion.personal.tokens import Tokens
from tests.lander_events import KAFKA_MS, Record, keys, lead

SECRETS = new_secrets()
ERASED_US = 1_790_900_000_000_000  # 2026-10-02
BEFORE, AFTER = "2026-10-01T00:00:00Z", "2026-10-03T00:00:00Z"
PHONE = "13800000001"


def grave(secrets: Secrets = SECRETS, **values: tuple[str, str]) -> Grave:
    made = {secrets.erasure_hash(kind, normal): (kind, instead) for instead, (kind, normal) in values.items()}
    return Grave(ERASED_US, {h: f"0.{i}" for h, (_, i) in made.items()}, {h: kind for h, (kind, _) in made.items()})


PERSON = grave(phone=("phone", f"+86{PHONE}"), ends=("ends", "1380001"), name=("name", "王"))


def landed(value: bytes, *graves: Grave, secrets: Secrets = SECRETS) -> dict[str, Any]:
    row = Decoder(secrets, graves).row(value, KAFKA_MS * 1000)
    return {"data": json.loads(row.data), "hash": row.content_hash, "id": row.event_id, "subject": row.subject}


def test_door_lands_an_old_record_of_the_forgotten_under_the_pseudonym() -> None:
    found = landed(lead(1, time=BEFORE), PERSON)

    assert found["data"]["customer_phone"] == {"token": "0.phone", "class": "mobile", "masked": "0.ends"}
    assert found["data"]["customer_name"]["token"] == "0.name"
    assert found["hash"] is None


def test_door_takes_a_later_record_as_of_a_new_person() -> None:
    assert landed(lead(1, time=AFTER), PERSON) == landed(lead(1, time=AFTER))


def test_door_leaves_somebody_else_of_the_same_name_alone() -> None:
    assert landed(lead(2, time=BEFORE), PERSON) == landed(lead(2, time=BEFORE))


def test_door_knows_the_forgotten_after_a_rotation() -> None:
    found = landed(lead(1, time=BEFORE), PERSON, secrets=SECRETS.rotated())
    assert found["data"]["customer_phone"]["token"] == "0.phone"


def test_door_of_one_forgotten_twice_takes_the_pseudonym_of_then() -> None:
    again = Grave(ERASED_US + 2 * 86_400_000_000, dict.fromkeys(PERSON.kinds, "0.again"), PERSON.kinds)
    assert landed(lead(1, time=BEFORE), PERSON, again)["data"]["customer_phone"]["token"] == "0.phone"
    assert landed(lead(1, time=AFTER), PERSON, again)["data"]["customer_phone"]["token"] == "0.again"


def test_door_hides_a_masked_number_only_beside_the_name() -> None:
    masked = lead(1, time=BEFORE).replace(PHONE.encode(), b"138****0001")
    other = masked.replace("王先生".encode(), "李先生".encode())

    assert landed(masked, PERSON)["data"]["customer_phone"] == {"class": "masked", "masked": "0.ends"}
    assert landed(other, PERSON) == landed(other)


def test_door_seals_nothing_of_the_forgotten_and_everything_of_the_new_person() -> None:
    phone = Tokens(SECRETS).of("phone", PHONE)["token"]

    def sealed(*times: str) -> set[str]:
        of = Keys(SECRETS, keys().generations, keys().day, keys().day_key, (PERSON,))
        values = [lead(1, version=str(place), time=time) for place, time in enumerate(times)]
        chunk = ChunkMaker(of).chunk([Record(place, value) for place, value in enumerate(values)])
        return {token for token, *_ in chunk.originals}

    assert phone not in sealed(BEFORE)
    assert phone in sealed(AFTER)
    assert phone in sealed(BEFORE, AFTER)


def roster(employee: str, time: str = BEFORE) -> bytes:
    data = {"employee_id": employee, "day": "2026-10-01", "store_id": "S1", "is_rest_day": True, "updated_at": "x"}
    event = {"specversion": "1.0", "id": f"{employee}:2026-10-01~0123456789abcdef", "source": "/hr/default"}
    event |= {"type": "hr.roster.v1", "subject": f"{employee}:2026-10-01", "time": time, "data": data}
    return json.dumps(event).encode()


def test_door_puts_a_pseudonym_for_a_staff_number_into_ids_and_data() -> None:
    gone = Grave(
        ERASED_US,
        {SECRETS.erasure_hash("employee", "E17"): "xabc"},
        {SECRETS.erasure_hash("employee", "E17"): "employee"},
    )

    found = landed(roster("E17"), gone)

    assert (found["id"], found["subject"]) == ("xabc:2026-10-01~0123456789abcdef", "xabc:2026-10-01")
    assert found["data"]["employee_id"] == "xabc"
    assert landed(roster("E170"), gone) == landed(roster("E170"))
    assert landed(roster("E17", AFTER), gone) == landed(roster("E17", AFTER))
