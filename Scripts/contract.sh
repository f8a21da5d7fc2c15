#!/usr/bin/env bash
# Asks the running server what its own OpenAPI description allows, and checks every answer against it (schemathesis).
set -euo pipefail
cd "$(dirname "$0")/.."
schemathesis=$PWD/.build-python/bin/schemathesis
. Scripts/server.sh
folder=$(mktemp -d /tmp/kalamna-contract.XXXXXX)
trap 'kill $pid 2>/dev/null || true; rm -rf "$folder"' EXIT
pid=
start_server "$folder"
cookies=$folder/cookies
curl -fs -c "$cookies" -H 'Content-Type: application/json' "$url/v1/auth/login" \
    -d '{"email":"owner@shop.example","password":"a long password"}' >/dev/null
admin=$(awk '/kalamna_session/ {print $7}' "$cookies")
server_key=$(curl -fs -b "$cookies" -H 'Content-Type: application/json' "$url/v1/keys" -d '{"kind":"server","name":"contract"}' |
    sed -n 's/.*"secret":"\([^"]*\)".*/\1/p')
token=$(curl -fs -H "Authorization: Bearer $key" -H 'Content-Type: application/json' -d '{}' "$url/v1/widget/sessions" |
    sed -n 's/.*"token":"\([^"]*\)".*/\1/p')

run() { # CREDENTIAL-HEADER, then schemathesis' filters
    local header=$1
    shift
    # In the folder: it leaves a cache where it runs.
    (cd "$folder" && "$schemathesis" run "$url/openapi.json" --url "$url" -H "$header" \
        --checks not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance,response_headers_conformance \
        --max-examples "${EXAMPLES:-100}" --phases examples,coverage,fuzzing --workers 1 --request-timeout 30 --no-color \
        --exclude-operation-id streamOwnEvents --exclude-operation-id streamEvents "$@")
}
# Those that end the credentials of this run come last, in their own.
session='startSession|getCurrentSession|listOwnMessages|sendMessage|askForHuman|rateSession|thumbMessage'
run "Authorization: Bearer $token" --include-operation-id-regex "^($session)$" --exclude-operation-id startSession
run "Authorization: Bearer $key" --include-operation-id startSession
run "Authorization: Bearer $server_key" --include-path-regex '^/v1/(sessions|knowledge|search|end-users|feedback|content-gaps|insights)'
run "Cookie: kalamna_session=$admin" --include-path-regex '^/v1/(me$|business|settings|team|invitations|keys|audit-log|businesses|models|experiments)' \
    --exclude-operation-id changePassword
