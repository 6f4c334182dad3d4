import select

print(5, flush=True)
select.select([], [], [])
