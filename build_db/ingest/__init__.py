"""From a folder to parsed documents: which file is what, and its content whatever state it is in."""
