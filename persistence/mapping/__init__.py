"""What counts as business, declared: the shipped `mapping.yaml` and the user's additions to it."""
