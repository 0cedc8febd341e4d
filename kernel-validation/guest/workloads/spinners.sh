# Tasks that run all the time.
hogs "$P_tasks" "$DURATION_MS"
