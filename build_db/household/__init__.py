"""One household: who is in its trees, what its owner wishes, and the redactor that follows from both."""
