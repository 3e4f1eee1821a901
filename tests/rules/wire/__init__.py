"""Captures the rules are tested on, written at test time: a module a theme, whose `captures()` gives packets by name."""
