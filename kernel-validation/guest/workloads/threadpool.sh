# A server's pool of threads, wider than the machine.
exec threadpool "$P_workers" "$DURATION_MS" "$P_hogs" "$P_minUs" "$P_maxUs" "$P_idleUs" "$P_hogMs"
