"""How each vendor signs and wraps its calls: one module a scheme, `open(call)` gives the records or refuses."""
