"""Many trees: each its own build and exports, all exports one dataset; on one machine or on a cluster."""
