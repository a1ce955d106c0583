ONE = 1
TWO = [1, 2]
