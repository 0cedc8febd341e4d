# Tasks that run all the time.
exec hogs "$P_tasks" "$DURATION_MS"
