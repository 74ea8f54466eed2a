"""How what a daemon keeps looks to a reader: its words, its days, its kinds of record, its colours.

The pages show records in this way, and so does the file to read that the builder writes: this is what the two share. It
knows no database and no request.
"""
