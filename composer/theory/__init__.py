"""Opinions about music, as data: rules, rulebooks, profiles, styles, tables, and the check."""
