from lib import answer

print(answer.find())
