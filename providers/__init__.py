"""The language models that may read a question: one small interface, two clients."""
