# shellcheck shell=bash
# A PostgreSQL cluster of our own: made, started, shared by all scripts that need it, stopped by the last of them.
# It listens on 127.0.0.1 only, on a port of its own, behind a random password.
#
#   $pg_home/cluster    the data        $pg_home/log        the server's log
#   $pg_home/password   0600            $pg_home/port       the port, chosen once
#   $pg_home/users      every script that uses the cluster holds a shared lock on it, as long as it lives
#   $pg_home/change     who starts or stops the cluster holds this one

pg_home='' pg_bin='' pg_port='' pg_settings='' users_fd='' change_fd=''

# Starts the cluster of the data folder, or joins it, and sets DATABASE_URL.
use_private_cluster() {
    choose_home
    pg_settings=$(cat <<END
shared_buffers = 256MB
work_mem = 16MB
maintenance_work_mem = 256MB
max_wal_size = 2GB
max_connections = 60
END
    )
    join_cluster
    ensure_database
    DATABASE_URL=$(cluster_url drchaffee)
    export DATABASE_URL
}

# Starts a cluster that lives as long as this script, built for speed, and sets TEST_DATABASE_URL.
use_test_cluster() {
    remove_abandoned_test_clusters
    chmod 711 "$scratch"
    use_home "$scratch/postgres" || fail "The server cannot use the temporary folder $scratch; set TMPDIR to one that everybody may enter."
    pg_settings=$(cat <<END
shared_buffers = 128MB
max_connections = 200
fsync = off
full_page_writes = off
synchronous_commit = off
END
    )
    join_cluster
    TEST_DATABASE_URL=$(cluster_url postgres)
    export TEST_DATABASE_URL
}

# A test run that was killed outright left its server behind; nobody holds a lock on its users file any more.
remove_abandoned_test_clusters() {
    local folder
    for folder in "$(dirname "$scratch")"/drchaffee.??????; do
        [[ -O $folder && -f $folder/postgres/users ]] && flock --exclusive --nonblock "$folder/postgres/users" true || continue
        pg_home=$folder/postgres
        ! cluster_is_alive || as_server "/usr/lib/postgresql/$(<"$pg_home/cluster/PG_VERSION")/bin/pg_ctl" stop -s -D cluster -m immediate || continue
        rm -rf "$folder"
    done
}

cluster_url() { printf 'postgresql://drchaffee:%s@127.0.0.1:%s/%s' "$(<"$pg_home/password")" "$pg_port" "$1"; }

# --- Where it lives, and as whom --------------------------------------------------------------------

# The server refuses to run as root; then it runs as Debian's user for it.
as_server() {
    if ((EUID == 0)); then
        (cd "$pg_home" && exec runuser -u postgres -- "$@")
    else
        (cd "$pg_home" && exec "$@")
    fi
}

choose_home() {
    local elsewhere
    use_home "$DATA_DIR/postgres" && return
    elsewhere=${XDG_DATA_HOME:-${HOME:-/nonexistent}/.local/share}/drchaffee
    ((EUID != 0)) || elsewhere=/var/lib/drchaffee
    elsewhere+=/$(printf '%s' "$DATA_DIR" | sha256sum | cut -c1-12)/postgres
    use_home "$elsewhere" || fail "The database can live neither in $DATA_DIR nor in $elsewhere; set DATA_DIR to a folder that every user may enter."
    say "The database lives in $elsewhere, because the server cannot use $DATA_DIR."
}

# Makes the folder private to the server's user; false where that cannot be done (a closed parent, a foreign file system).
use_home() {
    local made=
    [[ -d $1 ]] || made=$1
    pg_home=$1
    mkdir -p "$1" 2>/dev/null || return 1
    if { ((EUID != 0)) || chown postgres: "$1"; } && chmod 700 "$1" &&
        [[ $(stat -c %a "$1") == 700 ]] && as_server test -w "$1"; then
        return 0
    fi 2>/dev/null
    [[ -z $made ]] || rmdir "$made"
    return 1
}

# --- Joining and leaving ----------------------------------------------------------------------------

join_cluster() {
    find_binaries
    lock_change || fail "Another script has been starting or stopping the database for three minutes; see what it does, and start again."
    exec {users_fd}>"$pg_home/users"
    flock --shared "$users_fd"
    [[ -d $pg_home/cluster ]] || make_cluster
    cluster_is_alive || start_cluster
    pg_port=$(sed -n 4p "$pg_home/cluster/postmaster.pid")
    unlock_change
    wait_until_ready
}

# Whoever leaves last stops the cluster: only then can nobody else hold a lock on the users file.
leave_cluster() {
    [[ -n $users_fd ]] || return 0
    [[ -n $change_fd ]] || lock_change || return 0
    if flock --exclusive --nonblock "$users_fd" && cluster_is_alive; then
        as_server "$pg_bin/pg_ctl" stop -s -D cluster -m fast -t 60 >/dev/null 2>&1 ||
            as_server "$pg_bin/pg_ctl" stop -s -D cluster -m immediate >/dev/null 2>&1 ||
            printf '%s\n' "The database server in $pg_home did not stop; its log is $pg_home/log." >&2
    fi
    exec {users_fd}>&-
    users_fd=
    unlock_change
}

lock_change() {
    exec {change_fd}>"$pg_home/change"
    flock --exclusive --wait 180 "$change_fd"
}

unlock_change() {
    exec {change_fd}>&-
    change_fd=
}

# --- The server -------------------------------------------------------------------------------------

# An existing cluster needs the very version that made it.
find_binaries() {
    local version
    version=$(cat "$pg_home/cluster/PG_VERSION" 2>/dev/null || postgres_version)
    pg_bin=/usr/lib/postgresql/$version/bin
    [[ -x $pg_bin/postgres ]] || fail "The database in $pg_home was made by PostgreSQL $version, which is gone; install postgresql-$version and postgresql-$version-pgvector."
}

# Made under another name first, so that a cluster is there whole or not at all.
make_cluster() {
    say "Making a database server of our own in $pg_home."
    rm -rf "$pg_home/cluster.new"
    (umask 077 && od -An -N16 -tx1 /dev/urandom | tr -d ' \n' >"$pg_home/password")
    ((EUID != 0)) || chown postgres: "$pg_home/password"
    as_server "$pg_bin/initdb" -D cluster.new -U drchaffee --pwfile=password -A scram-sha-256 \
        --locale=C.UTF-8 --encoding=UTF8 --data-checksums >"$scratch/initdb" 2>&1 || {
        tail -n 5 "$scratch/initdb" >&2
        fail "The database server could not be made; the lines above say why."
    }
    printf '%s\n' "include_if_exists = 'drchaffee.conf' # written by DrChaffee at every start; later lines win" >>"$pg_home/cluster.new/postgresql.conf"
    mv "$pg_home/cluster.new" "$pg_home/cluster"
}

# Is the process of the pid file there, and is it the server of this very folder? (After a reboot the number may be another's.)
cluster_is_alive() {
    local pid
    pid=$(head -n 1 "$pg_home/cluster/postmaster.pid" 2>/dev/null) || return 1
    [[ -n $pid && $(readlink "/proc/$pid/cwd") == "$(realpath "$pg_home/cluster")" ]]
}

start_cluster() {
    local tries
    say "Starting the database server."
    write_settings
    for tries in 1 2 3 4 5; do
        choose_port
        # The server must not inherit our locks: they would outlive us.
        as_server "$pg_bin/pg_ctl" start -s -D cluster -l log -t 120 -o "-p $pg_port -c listen_addresses=127.0.0.1 -c unix_socket_directories=''" \
            {users_fd}>&- {change_fd}>&- >/dev/null 2>&1 </dev/null && return
        ((tries < 5)) || break
        sleep 1 # another took the port just now, or processes of a killed server are still going
    done
    tail -n 5 "$pg_home/log" >&2
    fail "The database server did not start; the lines above are the end of $pg_home/log."
}

write_settings() {
    printf '%s\n' "$pg_settings" "wal_level = replica" "jit = off" "timezone = 'UTC'" "log_timezone = 'UTC'" "$(shared_memory_setting)" \
        >"$pg_home/cluster/drchaffee.conf"
    if [[ $(stat -c %s "$pg_home/log" 2>/dev/null || echo 0) -gt 10000000 ]]; then
        mv "$pg_home/log" "$pg_home/log.old"
    fi
}

# Building a vector index in parallel shares maintenance_work_mem; containers often have less of /dev/shm than that.
shared_memory_setting() {
    local free
    free=$(df --output=avail -k /dev/shm 2>/dev/null | tail -n 1)
    ((${free:-0} > 600000)) || echo "dynamic_shared_memory_type = mmap"
}

# The remembered port, unless another program has taken it meanwhile.
choose_port() {
    pg_port=$(cat "$pg_home/port" 2>/dev/null || true)
    while [[ -z $pg_port ]] || port_is_taken "$pg_port"; do
        pg_port=$(shuf -i 20000-32000 -n 1)
    done
    echo "$pg_port" >"$pg_home/port"
}

wait_until_ready() {
    local tries
    for ((tries = 0; tries < 240; tries++)); do
        "$pg_bin/pg_isready" -q -h 127.0.0.1 -p "$pg_port" && return
        sleep 0.5
    done
    fail "The database server does not answer on 127.0.0.1:$pg_port; its log is $pg_home/log."
}

ensure_database() {
    local sql="SELECT 1 FROM pg_database WHERE datname = 'drchaffee'"
    if [[ $("$pg_bin/psql" -XAtq "$(cluster_url postgres)" -c "$sql") != 1 ]]; then
        "$pg_bin/psql" -Xq "$(cluster_url postgres)" -c "CREATE DATABASE drchaffee" >/dev/null
    fi
}

# --- The program's tables ---------------------------------------------------------------------------

migrate() {
    say "Bringing the database up to date."
    quietly dotnet "$program" migrate || fail "The database could not be brought up to date; the lines above say why."
}

# Once for each build; a run mode that forbids it does not mean the cluster that is all ours.
migrate_private_cluster() {
    [[ $program -nt $pg_home/migrated ]] || return 0
    say "Bringing the database up to date."
    quietly env API_ONLY_MODE=false ENABLE_INGESTION=true dotnet "$program" migrate ||
        fail "The database could not be brought up to date; the lines above say why."
    touch "$pg_home/migrated"
}

is_api_only() { is_true "${API_ONLY_MODE:-false}" || [[ ${ENABLE_INGESTION:-true} =~ ^(false|0|no|off)$ ]]; }
