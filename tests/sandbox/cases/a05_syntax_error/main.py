print("started")
def f(:
    pass
