# What the scripts of the servers share. Source it: it changes to the root of the repository.
cd "$(dirname "$0")/../.."
here="$PWD/tests/servers"

# Sets the folders of a server.
name_folders() {
    server="$PWD/target/servers/$1"
    environment="$server/environment"
}

# Runs a command that installs a server, unless its list of versions is installed. Others that install it at the same time wait.
install_once() {
    local name="$1" list="$here/$1.txt"
    shift
    name_folders "$name"
    mkdir -p "$PWD/target/servers"
    exec 9>"$server.lock"
    flock 9
    if ! cmp -s "$list" "$server/installed.txt"; then
        rm -rf "$server"
        mkdir "$server"
        "$@" "$list"
        cp "$list" "$server/installed.txt"
    fi
}

# Installs the Python packages of a list.
install_packages() {
    python3 -m venv "$environment"
    "$environment/bin/pip" install --quiet --disable-pip-version-check --requirement "$1"
}

# Fails unless the server is installed.
require_installed() {
    name_folders "$1"
    if ! cmp -s "$here/$1.txt" "$server/installed.txt"; then
        echo "$1 is not installed for the tests: run tests/servers/$1.sh install, or ./test.sh, which does" >&2
        exit 1
    fi
}

# Returns whether something listens at a port of loopback.
listens() {
    (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null
}

# Sets `port` to a port of loopback at which nothing listens, and reserves it until this process ends. It is below the range from
# which the system takes the ports of clients, and of servers that ask for any port.
reserve_port() {
    while :; do
        port=$((30000 + RANDOM % 2700))
        exec 8>"${server%/*}/port-$port.lock"
        if flock -n 8 && ! listens "$port"; then
            return
        fi
    done
}

# Starts a server on a free port of loopback, prints its origin, and ends it when stdin is closed: its test is over, or was killed.
# The command gets the port as its last argument. Its messages go to FOLDER/log.
serve() {
    local folder="$1" attempt port process=
    shift
    trap '' PIPE
    trap 'kill -9 $process 2>/dev/null || true' EXIT
    # Another process may take the port before the server does.
    for attempt in 1 2 3; do
        reserve_port
        "$@" "$port" </dev/null >"$folder/log" 2>&1 &
        process=$!
        while kill -0 "$process" 2>/dev/null; do
            if listens "$port"; then
                echo "http://127.0.0.1:$port"
                exec >/dev/null
                cat
                exit
            fi
            sleep 0.05
        done
    done
    cat "$folder/log" >&2
    exit 1
}
