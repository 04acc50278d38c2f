"""The handout: what a class receives, as a zip that holds nothing more than it needs."""
