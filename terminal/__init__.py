"""How the command line talks: streams, progress, asking, conversation, diagnosis."""
