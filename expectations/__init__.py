"""The gate: suites for landed batches and for marts, judged by Great Expectations."""
