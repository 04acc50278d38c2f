"""Sheets that platforms take: an instructor's own, filled in, or one made anew."""
