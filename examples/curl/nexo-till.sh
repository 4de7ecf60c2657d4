#!/bin/sh
# The shortest way with curl alone: one nexo message, answered when the payment is over. No signature, but a key of the till.
#   sh examples/curl/nexo-till.sh http://127.0.0.1:4700 nexo_… dev_… USD 23.40
# base URL, key (POST /v1/nexo-keys, docs/guide/nexo.md), terminal, currency, amount in whole units.
set -eu
base=$1 key=$2 terminal=$3 currency=$4 amount=$5
service=$(date +%s | tail -c 10)
message="{\"SaleToPOIRequest\":{
  \"MessageHeader\":{\"ProtocolVersion\":\"3.0\",\"MessageClass\":\"Service\",\"MessageCategory\":\"Payment\",\"MessageType\":\"Request\",
    \"SaleID\":\"curl\",\"ServiceID\":\"$service\",\"POIID\":\"$terminal\"},
  \"PaymentRequest\":{
    \"SaleData\":{\"SaleTransactionID\":{\"TransactionID\":\"curl-$service\",\"TimeStamp\":\"$(date -u +%Y-%m-%dT%H:%M:%SZ)\"}},
    \"PaymentTransaction\":{\"AmountsReq\":{\"Currency\":\"$currency\",\"RequestedAmount\":$amount}}}}}"
# The same message again, under the same ServiceID, is answered with the same end: so a lost reply may be asked for as often as needed.
curl -sS --retry 5 --retry-all-errors "$base/sync" -H "x-api-key: $key" -H 'content-type: application/json' -d "$message"
