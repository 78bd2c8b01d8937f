#!/bin/sh
# Makes the database on the first start, then runs the server in the foreground. Runs as the user postgres.
set -eu
PATH=$(echo /usr/lib/postgresql/*/bin):$PATH
export PGDATA=/var/lib/postgresql/data
user=${POSTGRES_USER:-postgres}
if [ ! -s "$PGDATA/PG_VERSION" ]; then
  initdb --username="$user" --pwfile="$POSTGRES_PASSWORD_FILE" --auth-local=trust --auth-host=scram-sha-256 \
    --encoding=UTF8 --locale=C.UTF-8 --no-sync >/dev/null
  echo "host all all all scram-sha-256" >>"$PGDATA/pg_hba.conf"
  # The half-made database listens to nobody, so it is healthy only when it is whole.
  pg_ctl --silent --wait -o "-c listen_addresses='' -c unix_socket_directories=/tmp" start >/dev/null
  [ "${POSTGRES_DB:-postgres}" = postgres ] || createdb -h /tmp -U "$user" "$POSTGRES_DB"
  pg_ctl --silent --wait --mode=fast stop >/dev/null
fi
exec postgres -c listen_addresses='*' -c unix_socket_directories=/tmp
