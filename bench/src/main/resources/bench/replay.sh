# What somebody does who replays WAL by hand: from a folder that has it, or with pgBackRest's archive-get.
set -euo pipefail
config=$1 data=$2 programs=$3 wal=$4 until=$5 memory=$6
port=27090

pgbackrest --config="$config" --stanza=bench --pg1-path="$data" --process-max="$(nproc)" --archive-mode=off \
    --type=standby restore
if [ "$wal" = archive-get ]; then
    spool=$data/by-hand-spool
    mkdir "$spool"
    fetch="pgbackrest --config=$config --stanza=bench --pg1-path=$data --archive-async --spool-path=$spool --process-max=2 archive-get %f %p"
else
    fetch="cp $wal/%f %p"
fi
# The same server as in a sandbox: what is compared is where its WAL comes from.
cat >> "$data/postgresql.auto.conf" <<SETTINGS
listen_addresses = ''
unix_socket_directories = '$data'
port = $port
hba_file = '$data/by-hand.conf'
restore_command = '$fetch'
shared_buffers = '$memory'
max_wal_size = '4GB'
checkpoint_timeout = '30min'
autovacuum = off
wal_retrieve_retry_interval = '200ms'
update_process_title = off
SETTINGS
echo 'local all all trust' > "$data/by-hand.conf"
began=$(date +%s.%N)
"$programs/postgres" -D "$data" > "$data/by-hand.log" 2>&1 &
server=$!
trap 'kill -QUIT $server 2>/dev/null || true; wait $server || true' EXIT
replayed() {
    "$programs/psql" --no-psqlrc --tuples-only --no-align --host="$data" --port=$port --username=postgres --dbname=postgres \
        --command="select pg_last_wal_replay_lsn() >= '$until'" 2>/dev/null || true
}
until [ "$(replayed)" = t ]; do
    kill -0 $server 2>/dev/null || { cat "$data/by-hand.log" >&2; exit 1; }
    sleep 0.1
done
echo "took $(echo "$(date +%s.%N) $began" | awk '{ print $1 - $2 }')"
