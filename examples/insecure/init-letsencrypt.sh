#!/bin/sh
domains="yourdomain.com www.yourdomain.com"
email=""
staging=1

args=""
for domain in $domains; do args="$args -d $domain"; done
if [ "$staging" != 0 ]; then args="$args --staging"; fi
if [ -z "$email" ]; then args="$args --register-unsafely-without-email"; else args="$args --email $email"; fi

docker-compose run --rm --entrypoint "certbot certonly --webroot -w /var/www/certbot $args --agree-tos" certbot
