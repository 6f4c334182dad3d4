def find():
    return 42
