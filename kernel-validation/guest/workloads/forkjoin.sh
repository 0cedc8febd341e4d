# Fork-join kernels of a numeric library.
forkjoin "$P_threads" "$DURATION_MS" "$P_workUs" "$P_serialUs" "$P_skewPct"
