"""An autograder for one homework: a two-layer NumPy network for MNIST."""

__version__ = "0.1.0"
