"""What changed where something was cut, estimated by dbt_project/statistics/effects.py."""


def model(dbt, session):
    import pyarrow as pa

    from dbt_project.statistics.effects import MEASURES, intervention_effects

    panel, interventions = dbt.ref("int_effect_panel").df(), dbt.ref("interventions").df()
    return pa.Table.from_pylist(
        intervention_effects(panel, interventions, MEASURES),
        pa.schema(
            {
                "intervention_id": pa.string(),
                "what": pa.string(),
                "started_on": pa.date32(),
                "measure": pa.string(),
                "treated_stores": pa.int64(),
                "control_stores": pa.int64(),
                "estimate": pa.float64(),
                "low": pa.float64(),
                "high": pa.float64(),
                "verdict": pa.string(),
            }
        ),
    )
