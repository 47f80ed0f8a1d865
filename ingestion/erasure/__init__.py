"""Forgetting a person: what is theirs (finding), pseudonyms in its place (pseudonyms, rewriting), and the door that
keeps old records from bringing them back (door). `docs/privacy.md` says it in plain words.
"""
