# Fork-join kernels of a numeric library.
exec forkjoin "$P_threads" "$DURATION_MS" "$P_workUs" "$P_serialUs" "$P_skewPct"
