"""The world of the story: its pictures, and the shows they are broadcast in."""
