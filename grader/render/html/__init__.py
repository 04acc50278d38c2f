"""The result as a page to look at: one file that asks for nothing else."""
