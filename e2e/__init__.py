"""Whole stories, told by a real browser to the real server."""
