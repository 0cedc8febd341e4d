# Groups of senders and receivers over pipes or sockets.
case $P_transport in socket) over= ;; *) over=-p ;; esac
case $P_mode in thread) tasks=-T ;; *) tasks=-P ;; esac
exec timed messages $((P_groups * P_fds * P_fds * P_loops)) \
  hackbench $tasks $over -g "$P_groups" -f "$P_fds" -l "$P_loops" -s "$P_datasize"
