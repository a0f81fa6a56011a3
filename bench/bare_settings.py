"""Settings of the bare view: the product's database and nothing else."""

from pathlib import Path

import environ

from hospital import engine

DEBUG = False
SECRET_KEY = "not used by anything here"
ALLOWED_HOSTS = ["127.0.0.1"]
ROOT_URLCONF = "bench.bare"
MIDDLEWARE: list[str] = []
INSTALLED_APPS: list[str] = []
USE_TZ = True
DATABASES = {"default": engine.database(environ.Env(), Path(__file__).parent)}
