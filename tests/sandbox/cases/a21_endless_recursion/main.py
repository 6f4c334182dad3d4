def descend():
    return 1 + descend()


descend()
