"""From a vendor's record to the log: contracts, sources, Kafka, the lander, personal data, the simulator.

Nothing in this package imports dbt, Dagster or Great Expectations.
"""
