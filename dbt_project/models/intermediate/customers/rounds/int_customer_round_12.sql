{{ label_round(ref('int_customer_round_11')) }}
