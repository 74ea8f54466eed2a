"""One anonymized download per daemon, made from a finished redacted database and nothing else."""
