DATABASES = {"default": {"NAME": "x"}}
HELPED = helper()
