"""Independent ways to know what the answer must be; none of them uses the code that they judge."""
