import asyncio
import threading
from concurrent.futures import ThreadPoolExecutor


async def later(number):
    await asyncio.sleep(0.01)
    return number


async def gather():
    return sum(await asyncio.gather(*(later(number) for number in range(10))))


with ThreadPoolExecutor(8) as pool:
    print(sum(pool.map(abs, range(-5, 5))))
thread = threading.Thread(target=print, args=(asyncio.run(gather()),))
thread.start()
thread.join()
