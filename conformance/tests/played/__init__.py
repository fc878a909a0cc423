"""A suite that is none: modules written after their descriptions, played against a Hosho that really runs.

It answers the driver as the official suite's API does, and meets Hosho as a client: over TLS, with keys and
certificates of its own, in a browser that the driver leads. It is no substitute for the official suite: its modules
look at what each of them is about, and not at everything else on the way.
"""
