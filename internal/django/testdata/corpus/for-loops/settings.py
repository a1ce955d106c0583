import os

SERVICES = {}
for name in "ABC":
    url = os.environ.get("SERVICE_" + name)
    if not url:
        continue
    SERVICES[name.lower()] = {"url": url, "timeout": 5}
TOTAL = 0
for i, service in enumerate(SERVICES):
    TOTAL += i + 1
else:
    FINISHED = True
for key, value in {"X": 1, "Y": 2}.items():
    if key == "Y":
        FOUND = value
        break
else:
    FOUND = None
MATRIX = []
for row in range(2):
    line = []
    for col in range(3):
        if col == 2:
            break
        line.append(row * 10 + col)
    MATRIX.append(line)
queue = [3, 2, 1]
DONE = []
while queue:
    DONE.append(queue.pop())
i = 10
while True:
    i -= 3
    if i < 0:
        break
I = i
