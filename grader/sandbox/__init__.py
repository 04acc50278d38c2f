"""Running a stranger's nn.py in a process of its own."""
