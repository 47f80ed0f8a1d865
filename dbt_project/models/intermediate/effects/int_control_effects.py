"""How results move with control time, estimated by dbt_project/statistics/effects.py."""


def model(dbt, session):
    import pyarrow as pa

    from dbt_project.statistics.effects import MEASURES, control_effects

    panel = dbt.ref("int_effect_panel").df()
    return pa.Table.from_pylist(
        control_effects(panel, MEASURES),
        pa.schema(
            {
                "measure": pa.string(),
                "stores": pa.int64(),
                "weeks": pa.int64(),
                "estimate": pa.float64(),
                "low": pa.float64(),
                "high": pa.float64(),
                "verdict": pa.string(),
            }
        ),
    )
