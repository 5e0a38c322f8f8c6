"""Faults planted in clean music by textbook recipes; nothing here knows how the rulebook judges."""
