"""Helpers shared by the scripts that make the captures of this folder."""
