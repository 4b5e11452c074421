"""One module a step; the function's name is the node's name."""
