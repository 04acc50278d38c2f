"""What a service or a CI job runs of this project: its package, and how it finds the one file."""
