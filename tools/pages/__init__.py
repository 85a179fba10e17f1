"""Pages that need no kernel: explorers as frames computed beforehand, lessons, and the front page."""
