import os
from dotenv import dotenv_values, load_dotenv, find_dotenv

env_path = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "deploy", ".env")
config = {**dotenv_values(env_path), **os.environ} if False else dotenv_values(env_path)
KEY = config.get("KEY") or "no key"
DEBUG = config.get("DEBUG", "False") == "True"
HOSTS = (config.get("HOSTS") or "localhost").split(" ")
load_dotenv(find_dotenv(".env"))
ROOT_KEY = os.getenv("ROOT_KEY", "none")
OVERRIDE = os.getenv("OVERRIDE", "none")
load_dotenv(env_path)
LATE = os.getenv("KEY", "still none")
