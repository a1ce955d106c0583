NAME = "common"
FLAGS = {"a": 1}
