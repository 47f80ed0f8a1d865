"""Personal data at the door: what is personal becomes a token before the log sees it.

No log with a readable phone number ever exists; the originals are sealed in the vault, one key per token.
"""
