/** How each tool records: a function `record` that leaves trace.txt.gz in $OUT, and `stop_recording` for an early end. */

/**
 * Its own instance of the trace buffers, where the kernel has them: what others trace goes on as it was, and with the
 * instance all its settings are gone. Without instances, the settings of the one buffer are put back.
 */
export const TRACEFS = String.raw`
buffer=$TRACEFS
instance=
probes=
stop_recording() {
  # Without an instance, what was put aside is put back, tracing_on first.
  if [ -n "$instance" ]; then
    echo 0 > "$buffer/tracing_on"
    for event in $EVENTS; do
      [ ! -e "$buffer/events/$event/enable" ] || echo 0 > "$buffer/events/$event/enable"
    done
    [ -z "$probes" ] || [ ! -e "$buffer/events/cfslab/enable" ] || echo 0 > "$buffer/events/cfslab/enable"
    rmdir "$instance" 2>/dev/null || say "$instance could not be removed"
    instance=
    buffer=$TRACEFS
  fi
  for probe in $probes; do
    [ ! -e "$TRACEFS/events/cfslab/$probe/enable" ] || echo 0 > "$TRACEFS/events/cfslab/$probe/enable"
    echo "-:cfslab/$probe" >> "$TRACEFS/kprobe_events" || say "the probe $probe could not be removed"
  done
  probes=
}
# probe FUNCTION: its return value, where the kernel still has it as a function.
probe() {
  symbol=$(sed -n "s/^[0-9a-f]* [tT] \\($1\\(\\.[a-z0-9.]*\\)*\\)\$/\\1/p" "$PROC/kallsyms" 2>/dev/null | head -n 1)
  if [ -z "$symbol" ] || ! echo "r:cfslab/$1 $symbol ret=\$retval:s32" >> "$TRACEFS/kprobe_events" 2>/dev/null; then
    say "no probe on $1: this kernel has it not as a function, or has no kprobes"
    return 0
  fi
  probes="$probes $1"
}
# probe_call FUNCTION ARGUMENT...: its arguments on entry, where the compiler has left the function as it was written; a suffix
# to its name says that it has not. Registers are those of x86-64.
probe_call() {
  function=$1
  event=$1_call
  shift
  [ "$(uname -m)" = x86_64 ] && grep -q "^[0-9a-f]* [tT] $function\$" "$PROC/kallsyms" 2>/dev/null || return 0
  echo "p:cfslab/$event $function $*" >> "$TRACEFS/kprobe_events" 2>/dev/null || return 0
  probes="$probes $event"
}
record() {
  if [ -d "$TRACEFS/instances" ] && mkdir "$TRACEFS/instances/cfslab.$$" 2>/dev/null; then
    instance=$TRACEFS/instances/cfslab.$$
    buffer=$instance
  fi
  set_value "$TRACEFS/saved_cmdlines_size" 16384
  if [ "$KPROBES" = 1 ]; then
    probe can_migrate_task
    probe load_balance
    # The CPUs stand in struct lb_env behind two pointers: so in every Linux 6.1.
    probe_call can_migrate_task 'task=%di:x64 src=+16(%si):s32 dst=+20(%si):s32'
    probe_call load_balance 'dst=%di:s32 domain=%dx:x64 idle=%cx:u32'
  fi
  if [ -z "$instance" ]; then
    [ "$(value_of "$TRACEFS/tracing_on")" != 1 ] || [ "$(value_of "$TRACEFS/current_tracer")" = nop ] ||
      die "a tracer is on already ($(value_of "$TRACEFS/current_tracer")), and this kernel has only one buffer"
    set_value "$TRACEFS/current_tracer" nop
  fi
  if [ -n "$instance" ]; then
    # Nothing of an instance needs to be put back.
    echo 0 > "$buffer/tracing_on"
    echo mono > "$buffer/trace_clock"
    echo "$BUFFER_KB" > "$buffer/buffer_size_kb"
    [ ! -e "$buffer/options/overwrite" ] || echo 0 > "$buffer/options/overwrite"
  else
    set_value "$buffer/tracing_on" 0
    set_value "$buffer/trace_clock" mono
    set_value "$buffer/buffer_size_kb" "$BUFFER_KB"
    # What comes first is kept: a recording that stops early beats one whose beginning is gone.
    set_value "$buffer/options/overwrite" 0
    : > "$buffer/trace"
  fi
  for event in $EVENTS; do
    if [ ! -e "$TRACEFS/events/$event/enable" ]; then
      say "there is no event $event"
    elif [ -n "$instance" ]; then echo 1 > "$buffer/events/$event/enable"
    else set_value "$buffer/events/$event/enable" 1; fi
  done
  for name in $probes; do
    if [ -n "$instance" ]; then echo 1 > "$buffer/events/cfslab/$name/enable"
    else set_value "$buffer/events/cfslab/$name/enable" 1; fi
  done
  if [ -n "$instance" ]; then echo 1 > "$buffer/tracing_on"; else set_value "$buffer/tracing_on" 1; fi
  echo cfslab_start > "$buffer/trace_marker"
  run_for "$@"
  echo cfslab_end > "$buffer/trace_marker"
  echo 0 > "$buffer/tracing_on"
  for dir in "$buffer"/per_cpu/cpu[0-9]*; do
    [ ! -e "$dir/stats" ] || echo "$(basename "$dir") $(tr '\n' ' ' < "$dir/stats")"
  done > "$OUT/trace_stats"
  grep -q 'dropped events: [1-9]' "$OUT/trace_stats" && say "the buffers were too small: the end of the trace is missing"
  gzip -c < "$buffer/trace" > "$OUT/trace.txt.gz" || die "the trace could not be written"
  stop_recording
}
`;

/** trace-cmd streams to a file and keeps ns; what it leaves changed is put back. */
export const TRACE_CMD = String.raw`
record() {
  for name in tracing_on trace_clock buffer_size_kb current_tracer; do
    [ ! -e "$TRACEFS/$name" ] || remember "$TRACEFS/$name"
  done
  arguments=
  for event in $EVENTS; do arguments="$arguments -e $event"; done
  if [ $# -eq 0 ]; then set -- sleep "$SECONDS_TO_RECORD"; fi
  busy=1
  # Event names hold nothing that a shell would take apart wrongly.
  # shellcheck disable=SC2086
  trace-cmd record -q -C mono -b "$BUFFER_KB" $arguments -o "$OUT/trace.dat" "$@" > "$OUT/workload.log" 2>&1 &
  wait "$!" || say "trace-cmd ended with code $? (see $OUT/workload.log)"
  busy=
  trace-cmd report -t -i "$OUT/trace.dat" | gzip -c > "$OUT/trace.txt.gz" || die "the trace could not be read back"
}
`;

/** perf has buffers of its own and changes no setting of tracefs. */
export const PERF = String.raw`
record() {
  arguments=
  for event in $EVENTS; do arguments="$arguments -e $event"; done
  if [ $# -eq 0 ]; then set -- sleep "$SECONDS_TO_RECORD"; fi
  pages=1
  # perf takes powers of two; 4 KiB pages.
  while [ $((pages * 8)) -le "$BUFFER_KB" ]; do pages=$((pages * 2)); done
  busy=1
  # Event names hold nothing that a shell would take apart wrongly.
  # shellcheck disable=SC2086
  perf record -q -a -k CLOCK_MONOTONIC -m "$pages" $arguments -o "$OUT/perf.data" -- "$@" > "$OUT/workload.log" 2>&1 &
  wait "$!" || say "perf ended with code $? (see $OUT/workload.log)"
  busy=
  perf script --ns -i "$OUT/perf.data" 2>/dev/null | gzip -c > "$OUT/trace.txt.gz" || die "the trace could not be read back"
}
`;
