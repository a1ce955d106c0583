import secrets


class RandomText(str):
    is_random = True


def get_random_secret_key():
    return RandomText(secrets.token_hex(25))
