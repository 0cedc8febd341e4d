# A server under closed-loop clients.
exec reqresp "$P_clients" "$P_workers" "$DURATION_MS"
