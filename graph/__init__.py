"""The state machine: what travels, what is injected, what comes next, and the wiring."""
