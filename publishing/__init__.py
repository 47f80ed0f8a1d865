"""Publishing: the swap, group safety, what readers are given."""
