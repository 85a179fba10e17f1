"""What moves is SVG: pure functions from a record to SVG text. Nothing here computes what it draws."""
