# A server under closed-loop clients.
reqresp "$P_clients" "$P_workers" "$DURATION_MS"
