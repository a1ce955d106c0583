FOUR = 4
_FIVE = 5
__SIX = 6
