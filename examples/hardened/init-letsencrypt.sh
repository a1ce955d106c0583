#!/bin/sh
# Asks Let's Encrypt for the first certificate, before nginx starts, into the volume that docker-compose.yml mounts.
set -e
domains="filmclub.info www.filmclub.info"
email="operations@filmclub.info"
staging=0

args=""
for domain in $domains; do args="$args -d $domain"; done
if [ "$staging" != 0 ]; then args="$args --staging"; fi

docker compose run --rm -p 80:80 --entrypoint "certbot certonly --standalone $args \
  --email $email --agree-tos --no-eff-email --non-interactive" certbot
docker compose up -d --build
