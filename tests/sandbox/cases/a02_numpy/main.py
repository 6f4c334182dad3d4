import numpy as np

matrix = np.arange(90_000).reshape(300, 300) % 7
print(int(np.trace(matrix @ matrix)), np.linalg.matrix_rank(np.eye(200)))
