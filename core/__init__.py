"""What every part may use and what uses none of ours: settings, errors, the clock."""
