"""Mistakes called by their names: what a failing method's answers have in common with known ones.

A method that failed is run on a handful of probes (probes.py, observe.py). What it answers is
compared with every variant of the catalogue (match.py), then looked at for plain relations to the
right answers (relations.py), for what it depends on (behaviour.py), or for what it raised
(exceptions.py). Nothing here changes a verdict or a point.
"""
