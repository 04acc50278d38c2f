"""The parts of grader.data: one source of images a module, and the reader of .npz files."""
