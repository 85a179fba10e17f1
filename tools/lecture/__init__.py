"""The lessons and explorers as full-screen pages, live, one after the other."""
