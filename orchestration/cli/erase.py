"""`uplog erase`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from cyclopts import App, Parameter

from orchestration.cli.output import DryRun, Json, say, say_json, steps

if TYPE_CHECKING:
    from ingestion.erasure.erasing import Erasure


def register(app: App) -> None:
    app.command(erase)


def erase(
    *,
    phone: str | None = None,
    customer: str | None = None,
    employee: str | None = None,
    resume: Annotated[bool, Parameter(negative="")] = False,
    dry_run: DryRun = False,
    json: Json = False,
) -> int:
    """Forget a person: log, vault, dead letters, archives, warehouse and kept builds are written anew without them.

    Counts in marts stay: a random pseudonym stands where the person stood. A receipt says what was done and until when
    Kafka may still hold what producers sent. Stop `uplog land --follow` first. Killed half-way, the next call goes on.

    Parameters
    ----------
    phone
        A customer's telephone number, in any writing.
    customer
        A customer's id, as in dim_customer.
    employee
        A staff number, as in hr.employee.
    resume
        Only finish what was killed.
    """
    import msgspec

    from ingestion.errors import UsageError
    from ingestion.settings import settings
    from orchestration import erasing

    chosen = [one for one in (phone, customer, employee) if one is not None]
    if len(chosen) + resume != 1:
        raise UsageError("say whom to erase", "one of --phone, --customer, --employee; or --resume")
    with steps("erase", quiet=json) as progress:
        if resume:
            receipts = erasing.finish(settings(), progress=progress.say)
            if json:
                say_json([msgspec.to_builtins(one) for one in receipts])
            else:
                say(f"{len(receipts)} erasures finished" if receipts else "nothing to finish")
            return 0
        if phone is not None:
            done = erasing.erase_phone(settings(), phone, dry_run=dry_run, progress=progress.say)
        elif customer is not None:
            done = erasing.erase_customer(settings(), customer, dry_run=dry_run, progress=progress.say)
        else:
            done = erasing.erase_employee(settings(), employee or "", dry_run=dry_run, progress=progress.say)
    if json:
        say_json(
            {
                "receipt": msgspec.to_builtins(done.receipt),
                "counts": done.counts,
                "already": done.already,
                "dry_run": dry_run,
            }
        )
    else:
        _say(done)
    return 0


def _say(done: Erasure) -> None:
    from ingestion.settings import settings

    counts = ", ".join(f"{count} {name.replace('_', ' ')}" for name, count in sorted(done.counts.items()))
    if done.dry_run:
        say(f"would erase: {counts}" + (f"; erased before by {done.already}" if done.already else ""))
        return
    if done.already:
        say(f"nothing is left of that person: erased by {done.already}")
        return
    receipt = done.receipt
    if receipt is None:
        return
    say(f"erased ({receipt.erasure_id}): {counts}")
    for one in receipt.removed:
        say(f"removed, because it was damaged and had been set aside: {one}")
    for one in receipt.left:
        say(f"left: {one}")
    say(f"Kafka may hold what producers sent until {receipt.kafka_until}; source files are where you keep them")
    say(f"receipt: {settings().home / 'erasures' / receipt.erasure_id}.json; publish again with `uplog publish`")
