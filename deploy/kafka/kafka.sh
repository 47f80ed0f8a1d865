#!/bin/sh
# Apache Kafka from its Maven artifacts: one KRaft node on this machine, data under $UPLOG_HOME/kafka.
#   deploy/kafka/kafka.sh start|stop|status        needs Java 17 and Maven; KAFKA_PORT (default 9092)
# Then: export UPLOG_KAFKA_BOOTSTRAP=127.0.0.1:9092
set -eu

here=$(cd "$(dirname "$0")" && pwd)
home=${UPLOG_HOME:-var}
mkdir -p "$home/kafka"
home=$(cd "$home/kafka" && pwd)
port=${KAFKA_PORT:-9092}
pid_file=$home/kafka.pid

say() { echo "kafka: $*" >&2; }

# a pid is given to other processes later: the command line tells ours
running() {
    [ -f "$pid_file" ] && ps -o args= -p "$(cat "$pid_file")" 2>/dev/null | grep -q "$home/server.properties"
}

# /dev/tcp is bash's; Java is here anyway
listens() {
    python3 -c 'import socket, sys; socket.create_connection(("127.0.0.1", int(sys.argv[1])), 1).close()' "$port" 2>/dev/null
}

start() {
    if running; then
        say "runs already (pid $(cat "$pid_file"))"
        return
    fi
    for tool in java mvn python3; do
        command -v "$tool" >/dev/null || { say "needs $tool; use compose.yaml, or the embedded broker (uplog broker)"; exit 1; }
    done
    if listens; then
        say "port $port is taken; set KAFKA_PORT"
        exit 1
    fi
    if [ ! -f "$home/classpath" ] || [ "$here/pom.xml" -nt "$home/classpath" ]; then
        say "fetching Apache Kafka"
        mvn -B -q -f "$here/pom.xml" dependency:build-classpath -Dmdep.outputFile="$home/classpath" >&2
    fi
    cat >"$home/server.properties" <<EOF
process.roles=broker,controller
node.id=1
controller.quorum.voters=1@127.0.0.1:$((port + 1))
listeners=PLAINTEXT://127.0.0.1:$port,CONTROLLER://127.0.0.1:$((port + 1))
advertised.listeners=PLAINTEXT://127.0.0.1:$port
controller.listener.names=CONTROLLER
log.dirs=$home/data
auto.create.topics.enable=false
offsets.topic.replication.factor=1
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
group.initial.rebalance.delay.ms=0
EOF
    java=$(command -v java)
    options="-Xmx512m -Dorg.slf4j.simpleLogger.defaultLogLevel=warn -cp $(cat "$home/classpath")"
    if [ ! -f "$home/data/meta.properties" ]; then
        # shellcheck disable=SC2086  # options are words
        id=$("$java" $options kafka.tools.StorageTool random-uuid 2>>"$home/kafka.log" | tail -1)
        # shellcheck disable=SC2086
        "$java" $options kafka.tools.StorageTool format -t "$id" -c "$home/server.properties" >>"$home/kafka.log" 2>&1
    fi
    # shellcheck disable=SC2086
    nohup "$java" $options kafka.Kafka "$home/server.properties" >>"$home/kafka.log" 2>&1 </dev/null &
    echo $! >"$pid_file"
    tries=0
    until listens; do
        tries=$((tries + 1))
        if [ "$tries" -gt 120 ] || ! running; then
            say "did not come up; see $home/kafka.log"
            exit 1
        fi
        sleep 0.5
    done
    say "runs at 127.0.0.1:$port (pid $(cat "$pid_file"))"
    echo "export UPLOG_KAFKA_BOOTSTRAP=127.0.0.1:$port"
}

stop() {
    if running; then
        pid=$(cat "$pid_file")
        kill "$pid"
        tries=0
        while running; do
            tries=$((tries + 1))
            [ "$tries" -lt 60 ] || kill -9 "$pid"
            sleep 0.5
        done
        say "stopped"
    fi
    rm -f "$pid_file"
}

case ${1:-} in
    start) start ;;
    stop) stop ;;
    status) if running; then say "runs (pid $(cat "$pid_file"))"; else say "does not run"; exit 1; fi ;;
    *) say "usage: kafka.sh start|stop|status"; exit 2 ;;
esac
