"""A book of one daemon, made from a finished file: one page that opens by double click, or an EPUB."""
