# Oversubscription: two fork-joins wider than the machine, hogs, and requests with responses.
hogs "$P_n" "$DURATION_MS" &
forkjoin "$P_t1" "$DURATION_MS" 320 40 60 &
forkjoin "$P_t2" "$DURATION_MS" 90 15 40 &
reqresp "$P_c" 6 "$DURATION_MS" &
wait
