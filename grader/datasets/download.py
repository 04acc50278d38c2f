"""Run as a program by fetch.py: the one place that imports TensorFlow, and downloads MNIST.

A process of its own, so that TensorFlow's memory, threads and chatter end with it. Whatever
happens, the last line of standard output is a JSON object: {"stage": "import", "download" or
"done", "error": the exception's text, "kind": its type, "errno": its number or null}.
"""

import json
import socket

STALLED_S = 60.0


def main() -> dict[str, object]:
    """Download into $KERAS_HOME and say how it went."""
    socket.setdefaulttimeout(STALLED_S)  # Keras itself would wait for ever
    stage = "import"
    try:
        import tensorflow as tf  # noqa: PLC0415  to report what its import raises

        stage = "download"
        tf.keras.datasets.mnist.load_data()
    except Exception as error:  # noqa: BLE001  Keras raises bare Exception for a failed download
        number = getattr(error, "errno", None)
        return {
            "stage": stage,
            "error": str(error)[:500],
            "kind": type(error).__name__,
            "errno": number if isinstance(number, int) else None,
        }
    return {"stage": "done", "error": "", "kind": "", "errno": None}


if __name__ == "__main__":
    print("\n" + json.dumps(main()), flush=True)  # noqa: T201  its one answer
