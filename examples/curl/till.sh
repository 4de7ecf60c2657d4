#!/bin/sh
# A till with curl: sh examples/curl/till.sh http://127.0.0.1:4700 BCDF-GHJK 2340
# The server takes no unsigned request of a till, and curl cannot sign: sign.mjs beside this file does.
set -eu
base=$1 code=$2 amount=$3
here=$(dirname "$0")
keys=${TILL_KEYS:-.till}
mkdir -p "$keys"

field() { node -e 'console.log(JSON.parse(require("fs").readFileSync(0, "utf8"))[process.argv[1]] ?? "")' "$1"; }
get() { node "$here/sign.mjs" "$keys/till.pem" "$device" GET "$1" | curl -sS --config - "$base$1"; }
post() { # path, body, idempotency key
  node "$here/sign.mjs" "$keys/till.pem" "$device" POST "$1" "$2" |
    curl -sS --config - -H "idempotency-key: $3" --data-binary "$2" "$base$1"
}

if [ ! -f "$keys/device" ]; then
  jwk=$(node "$here/sign.mjs" key "$keys/till.pem")
  curl -sS -H 'content-type: application/json' "$base/v1/pairings/redeem" \
    -d "{\"code\":\"$code\",\"kind\":\"register\",\"publicKey\":$jwk}" | field id > "$keys/device"
fi
device=$(cat "$keys/device")
terminal=$(get /v1/devices/self | field terminalId)

# A reply that is lost is asked for again with the same key, newly signed: it never makes a second payment.
key="sale-$$-$(date +%s)"
body="{\"amountMinor\":$amount,\"currency\":\"USD\",\"reference\":\"$key\"}"
until payment=$(post "/v1/terminals/$terminal/payments" "$body" "$key"); do sleep 1; done
id=$(echo "$payment" | field id)
[ -n "$id" ] || { echo "refused: $(echo "$payment" | field code)"; exit 1; }

state= version=0
while :; do
  payment=$(get "/v1/payments/$id?wait=25&after=$version") || { sleep 1; continue; }
  version=$(echo "$payment" | field version)
  state=$(echo "$payment" | field state)
  echo "$state"
  case $state in approved | declined | cancelled | expired) break ;; esac
done
if [ "$state" = approved ]; then
  get "/v1/payments/$id/receipt" | node -e 'console.log(JSON.parse(require("fs").readFileSync(0, "utf8")).lines.join("\n"))'
else
  echo "not paid: $(echo "$payment" | field reason)"
fi
