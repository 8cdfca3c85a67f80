# What somebody writes who wants to know whether the backup comes back: restore, replay, start, and look.
set -euo pipefail
config=$1 data=$2 programs=$3
port=27090
cores=$(nproc)

pgbackrest --config="$config" --stanza=bench --pg1-path="$data" --process-max="$cores" --archive-mode=off \
    --type=default restore
cat >> "$data/postgresql.auto.conf" <<SETTINGS
listen_addresses = ''
unix_socket_directories = '$data'
port = $port
hba_file = '$data/by-hand.conf'
SETTINGS
echo 'local all all trust' > "$data/by-hand.conf"
"$programs/pg_ctl" --pgdata="$data" --log="$data/by-hand.log" --wait --timeout=600 start >/dev/null
trap '"$programs/pg_ctl" --pgdata="$data" --mode=immediate stop >/dev/null 2>&1 || true' EXIT

export PGHOST=$data PGPORT=$port PGUSER=postgres
ask() { "$programs/psql" --no-psqlrc --tuples-only --no-align --set=ON_ERROR_STOP=1 --dbname="$1" --command="$2"; }
until [ "$(ask postgres 'select pg_is_in_recovery()')" = f ]; do sleep 0.1; done

ask postgres 'select system_identifier from pg_control_system()'
"$programs/pg_amcheck" --install-missing --heapallindexed --jobs=2 --all
for database in $(ask postgres 'select datname from pg_database where datallowconn and not datistemplate'); do
    ask "$database" 'select count(*) from pg_class'
    ask "$database" "select format('select count(*) from %s', oid::regclass) from pg_class
        where relkind = 'r' and relnamespace::regnamespace::text = 'public'" |
        while read -r count; do ask "$database" "$count"; done
done
[ "$(ask large 'select count(*) from payments p left join orders o using (order_id, ordered_at)
    where o.order_id is null')" = 0 ]

trap - EXIT
"$programs/pg_ctl" --pgdata="$data" --mode=fast --wait --timeout=600 stop >/dev/null
"$programs/pg_checksums" --check --pgdata="$data"
