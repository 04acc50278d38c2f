"""What a page shows beside words: the file, the course of the training, digits, gradients."""
