"""How well an export resists being joined with the served file: attacks, each beside a control, counted.

An attack knows what anybody knows who holds both files: the public schema, and nothing of a key. What it says of an
export can be said again by everybody: `python -m build_db attack SERVED EXPORT`.
"""
