"""The group's own accounts: what platforms cost (assumed: no public specification, CSV with Chinese headers)."""

from __future__ import annotations

from ingestion.contract import At, FreeText, Record, Source


class PlatformCost(Record):
    """One cost line; `month` is the first day of its month, `amount` is with tax, `tax` the deductible part.

    `allocation` is `direct` (the store's own invoice) or `allocated` (its share of the group's). A line without a store
    is the whole group's invoice, not yet shared out.
    """

    cost_id: str
    month: str
    platform: str
    amount: str
    booked_at: str
    store_id: str | None = None
    tax: str | None = None
    allocation: str | None = None
    remark: FreeText | None = None
    updated_at: str | None = None


SOURCES = (
    Source(
        name="finance.platform_cost",
        topic="crm",
        contracts={1: PlatformCost},
        key=("cost_id",),
        occurred_at=At("local", ("booked_at",)),
        version_clock="updated_at",
        fact="fct_platform_costs",
        example="finance.platform_cost.csv",
        mapping="finance.platform_cost.yaml",
    ),
)
