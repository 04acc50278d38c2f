"""The texts that tests start from."""

from pathlib import Path

ROOT = Path(__file__).parents[2]
REFERENCE = (ROOT / "reference" / "nn.py").read_text("utf-8")
SKELETON = (ROOT / "student" / "nn.py").read_text("utf-8")
