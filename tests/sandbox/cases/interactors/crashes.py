raise RuntimeError("of its own")
