PRESENT = True
ALLOWED_HOSTS = ["present.example"]
