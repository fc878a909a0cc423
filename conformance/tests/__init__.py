"""The driver's own tests. They need no suite: `mock` plays it."""
