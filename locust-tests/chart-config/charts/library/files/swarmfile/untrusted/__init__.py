"""What others may have written: read within limits, checked field by field, and shown as plain text."""
