"""HTTP only: LangServe at /milhena and the state of things at /health."""
