# Processes that burn CPU, each started with its own nice value.
for nice in $P_nices; do nice -n "$nice" hogs 1 "$DURATION_MS" & done
wait
