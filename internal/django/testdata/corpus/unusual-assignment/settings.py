class Holder:
    pass


holder = Holder()
holder.debug = False
setattr(holder, "hosts", ["x"])
DEBUG = holder.debug
HOSTS = getattr(holder, "hosts")
NOTHING = getattr(holder, "nothing", "default")
HAS = hasattr(holder, "debug"), hasattr(holder, "nope")
Holder.shared = "class attribute"
SHARED = holder.shared
matrix = [[0] * 2 for _ in range(2)]
matrix[0][1] = 5
MATRIX = matrix
(A, (B, [C, *D])) = (1, (2, [3, 4, 5]))
x = y = z = []
x.append(1)
SAME = y
y = y + [2]
DIFFERENT = (x, y)
alias = {"k": []}
other = alias["k"]
other += ["v"]
ALIAS = alias
def mutate(lst, extra=[]):
    lst.append(len(lst))
    extra.append(1)
    return extra
target = []
mutate(target); EXTRA = mutate(target)
TARGET = target
del other
E = "other" in globals()
F = G = H = 7
G += 1
I = [H, F, G]
_ = 5
J = _
global_list = ["a"]
def change():
    global global_list
    global_list = global_list + ["b"]
change()
K = global_list
