"""How well questions are understood: labelled questions, asked of the real graph and marked."""
