"""The class report: what a whole class has not understood, and what somebody should look at."""
