"""Networks that read pictures: convolutions, recurrent sweeps over their features, and what a place then sees.

``convolution`` looks at neighbours, ``directions`` runs a cell along rows and columns, ``network`` joins both,
``field`` asks which pixels a place can see, ``digits`` and ``marks`` hold the two tasks.
"""
