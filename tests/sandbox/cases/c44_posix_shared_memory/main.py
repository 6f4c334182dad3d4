from multiprocessing import shared_memory

blocks = [shared_memory.SharedMemory(create=True, size=32 << 20) for _ in range(64)]
print(len(blocks))
