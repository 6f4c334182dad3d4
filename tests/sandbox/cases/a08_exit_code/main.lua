print(5)
os.exit(1)
