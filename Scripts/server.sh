# Sourced by scripts that need a running server: start_server FOLDER sets $url, $key and $pid; it ends with the script.
start_server() {
    local folder=$1 configuration=${CONFIGURATION:-debug} port
    kalamna=.build/$configuration/kalamna
    port=$((20000 + RANDOM % 20000))
    url=http://127.0.0.1:$port
    export KALAMNA_DATA_DIR=$folder/data KALAMNA_RATE_LIMIT_SCALE=0 KALAMNA_LOG_LEVEL=error
    key=$($kalamna business create --name "Test shop" --email owner@shop.example --password "a long password" --format json |
        sed -n 's/.*"widget_key":"\([^"]*\)".*/\1/p')
    $kalamna import Sources/CAssets/demo/knowledge.json --business owner@shop.example >/dev/null
    $kalamna serve --port "$port" &
    pid=$!
    for _ in $(seq 200); do
        if curl -fs "$url/readyz" >/dev/null; then return; fi
        sleep 0.05
    done
    echo "the server did not start" >&2
    return 1
}
