{{ label_round(ref('int_customer_keys')) }}
