# What the benchmarks share. They set root, bench, work and option[jar] before they use it.

# Here one address asks for everything.
export UTROP_COST_BUDGET=2147483647 UTROP_SERVER_PERADDRESS=1000000

# What docs/operate.md has the JVM take.
java_options=(-XX:+UseCompactObjectHeaders -Dio.netty.noUnsafe=false --sun-misc-unsafe-memory-access=allow)

die() {
    echo "$*" >&2
    exit 1
}

# Sets option from arguments of the form --name=value.
read_options() {
    local argument
    for argument; do
        [[ $argument =~ ^--([a-z]+)=(.*)$ && -v option[${BASH_REMATCH[1]}] ]] || usage
        option[${BASH_REMATCH[1]}]=${BASH_REMATCH[2]}
    done
    option[jar]=$(realpath -m "${option[jar]}")
}

java_home() {
    local home
    for home in "${JAVA_HOME:-}" "$(dirname "$(dirname "$(readlink -f "$(command -v java || true)")")")" /usr/lib/jvm/*; do
        if [[ -x $home/bin/javac ]] && "$home/bin/javac" -version 2>&1 | grep -q '^javac 25'; then
            echo "$home"
            return
        fi
    done
    die "No JDK 25 found: install one, or set JAVA_HOME"
}

install_package() {
    [[ $EUID == 0 ]] || die "$1 is missing: apt-get install $2"
    apt-get update -qq
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$2" >/dev/null
}

prepare_java() {
    export JAVA_HOME
    JAVA_HOME=$(java_home)
    [[ -f ${option[jar]} ]] || (cd "$root" && ./mvnw -q -DskipTests package)
    # Its time is that of the release: what it holds tells one build from another.
    local sum
    sum=$(sha256sum <"${option[jar]}")
    if [[ ! -d $work/utrop || $sum != "$(cat "$work/utrop.sha256" 2>/dev/null)" ]]; then
        rm -rf "$work/utrop" "$work/postgres"
        "$JAVA_HOME/bin/java" -Djarmode=tools -jar "${option[jar]}" extract --destination "$work/utrop" >/dev/null
        echo "$sum" >"$work/utrop.sha256"
    fi
    app=$work/utrop/$(basename "${option[jar]}")
    class_path="$work/classes:$work/utrop/lib/*"
    "$JAVA_HOME/bin/javac" -proc:none -cp "$class_path" -d "$work/classes" "$bench"/src/se/utrop/bench/*.java
}

bench_java() {
    "$JAVA_HOME/bin/java" -cp "$class_path" "$@"
}

# Sets node to a Node.js of at least this version.
prepare_node() {
    command -v npm >/dev/null || install_package npm npm
    node=$(command -v node)
    if (($("$node" -p 'process.versions.node.split(".")[0]') < $1)); then
        npm install --silent --no-fund --prefix "$work/node" node@22 >/dev/null
        node=$work/node/node_modules/node/bin/node
    fi
}

# Installs the server of a directory, which is copied to a directory of its name.
prepare_node_server() {
    local server=$work/${1##*/}
    mkdir -p "$server"
    cp "$1"/* "$server/"
    npm install --silent --no-fund --no-audit --prefix "$server" >/dev/null
}

prepare_postgres() {
    [[ -d $work/postgres ]] && return
    command -v xz >/dev/null || install_package xz xz-utils
    local machine=amd64
    [[ $(uname -m) != aarch64 ]] || machine=arm64v8
    mkdir -p "$work/postgres.partial"
    cd "$work/postgres.partial"
    "$JAVA_HOME/bin/jar" xf "$work"/utrop/lib/embedded-postgres-binaries-linux-$machine-[0-9]*.jar
    tar xJf postgres-linux-*.txz
    mv "$work/postgres.partial" "$work/postgres"
}

# PostgreSQL refuses to run as root, but not as a root that is nobody in a user namespace of its own, or as one who may
# do only what root may do with files.
unprivileged() {
    if [[ $EUID != 0 ]]; then
        "$@"
    elif unshare -U true 2>/dev/null; then
        unshare -U "$@"
    else
        setpriv --reuid=65534 --regid=65534 --clear-groups --inh-caps=+dac_override --ambient-caps=+dac_override "$@"
    fi
}

free_port() {
    local port=$1
    while (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; do
        port=$((port + 1))
    done
    echo "$port"
}

new_cluster() {
    rm -rf "$work/data"
    unprivileged "$work/postgres/bin/initdb" --pgdata="$work/data" --username=postgres --auth=trust --encoding=UTF8 \
        --locale-provider=builtin --builtin-locale=C.UTF-8 --locale=C --lc-ctype=C.UTF-8 \
        --set=listen_addresses=127.0.0.1 --set=unix_socket_directories= \
        --set=shared_preload_libraries=pg_stat_statements >"$work/postgres.log" 2>&1 || die "See $work/postgres.log"
}

start_postgres() {
    postgres_port=$(free_port 25432)
    unprivileged "$work/postgres/bin/pg_ctl" start -w -D "$work/data" -o "-p $postgres_port" -l "$work/postgres.log" >/dev/null
}

# How: fast or immediate.
stop_postgres() {
    [[ ! -f $work/data/postmaster.pid ]] || unprivileged "$work/postgres/bin/pg_ctl" stop -m "$1" -D "$work/data" >/dev/null
}

# Like sleep, but not a process, which would take from those that are measured.
exec {silence}<> <(:)
pause() {
    read -r -t "$1" -u "$silence" || true
}

wait_for_port() {
    until (exec 3<>"/dev/tcp/127.0.0.1/$2") 2>/dev/null; do
        kill -0 "$server_pid" 2>/dev/null || die "$1 does not start: see $work/$1.log"
        pause 0.02
    done
}

stop_server() {
    [[ -z ${server_pid:-} ]] || { kill "$server_pid" && wait "$server_pid"; } 2>/dev/null || true
    server_pid=
}

stop_all() {
    stop_server
    stop_postgres immediate
}

# Points Utrop to this database.
utrop_settings() {
    export SPRING_R2DBC_URL=r2dbc:postgresql://127.0.0.1:$postgres_port/${1:-utrop}
    export SPRING_R2DBC_USERNAME=utrop SPRING_R2DBC_PASSWORD=utrop
}

# Starts Utrop: what the JVM takes, up to the jar.
start_utrop() {
    port=$(free_port 28080)
    "$JAVA_HOME/bin/java" "$@" --server.port="$port" >"$work/utrop.log" 2>&1 &
    server_pid=$!
    wait_for_port utrop "$port"
}

# Starts Utrop out of the jar that was taken apart, with these options of the JVM, and waits until it has answered curl.
start_answering() {
    # asking before the port is open would take processor time from the start
    start_utrop "${java_options[@]}" "$@" -jar "$app"
    until curl -sf --max-time 60 "http://127.0.0.1:$port/graphql" -H 'Content-Type: application/json' -o /dev/null -d \
        '{"query": "{ news(first: 2) { nodes { title topics { name } } pageInfo { endCursor } } topics { name } }"}'; do
        kill -0 $server_pid || die "Utrop does not start: see $work/utrop.log"
        pause 0.02
    done
}

# Makes the file that a JVM keeps of a start, for others to begin with, out of a start with these options and an answer.
make_aot_cache() {
    rm -f "$1"
    start_answering "-XX:AOTCacheOutput=$1" "${@:2}"
    stop_server
    [[ -s $1 ]] || die "The JVM has made no AOT cache: see $work/utrop.log"
}
