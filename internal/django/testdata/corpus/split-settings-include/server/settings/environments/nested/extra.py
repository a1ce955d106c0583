EXTRA = "extra"
COUNT = COUNT + 100
