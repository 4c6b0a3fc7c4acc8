"""One page per operation: a form, and a POST that calls the operation. Also shown as a dialog."""
