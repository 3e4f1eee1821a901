"""A small, made-up water works and a day of its traffic. See make_plant.py."""
