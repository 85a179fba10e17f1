"""Series of numbers: two made tasks whose lag a network has to bridge or to measure, and one that the sun makes."""
