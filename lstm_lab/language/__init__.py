"""A small language whose chances are all known: its grammar, texts drawn from it, and networks that read them."""
