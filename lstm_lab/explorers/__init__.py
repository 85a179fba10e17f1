"""What a learner can move: one file per explorer, the wiring in ``base``."""
