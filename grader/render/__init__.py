"""A Report in, text out: one module a format."""
