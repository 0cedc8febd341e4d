/** What is the same for every tool: refusals, putting back, and the files of facts. */

/** Arguments, where things are, and how what is changed is put back. */
export const FRAME = String.raw`
set -u
say() { echo "cfslab: $*" >&2; }
die() { say "$*"; exit 3; }

# A tree of one's own (for tests) needs no root.
PROC=\${CFSLAB_PROC:-/proc}
SYS=\${CFSLAB_SYS:-/sys}
[ -n "\${CFSLAB_TRACEFS:-}" ] || [ "$(id -u)" = 0 ] || die "only root may trace the scheduler: run it with sudo"
TRACEFS=\${CFSLAB_TRACEFS:-}
for dir in "$SYS/kernel/tracing" "$SYS/kernel/debug/tracing"; do
  [ -n "$TRACEFS" ] || [ ! -e "$dir/trace_clock" ] || TRACEFS=$dir
done
[ -e "$TRACEFS/trace_clock" ] || die "there is no tracefs: mount -t tracefs nodev /sys/kernel/tracing"
[ "$TOOL" = tracefs ] || command -v "$TOOL" > /dev/null 2>&1 || die "there is no $TOOL on this machine"
[ $# -gt 0 ] || die "expected a directory to write to: sh SCRIPT DIRECTORY [COMMAND...]"
OUT=$1
shift
[ ! -e "$OUT" ] || die "$OUT is there already"
mkdir -p "$OUT" || die "$OUT cannot be made"

# Files that were changed and what stood in them, the last one first: "FILE|VALUE" lines.
changed=
busy=
settled=
# The value that a file of settings shows: the one in brackets, or the first word.
value_of() { sed -n '1{s/.*\[\([^]]*\)\].*/\1/;s/ .*//;s/[*]$//;p;}' "$1" 2>/dev/null; }
remember() {
  changed="$1|$(value_of "$1")
$changed"
}
# set_value FILE VALUE: does nothing where there is no such file.
set_value() {
  [ -e "$1" ] || return 0
  [ "$(value_of "$1")" != "$2" ] || return 0
  remember "$1"
  echo "$2" > "$1" || say "$1 cannot be set to $2"
}
put_back() {
  printf '%s' "$changed" | while IFS='|' read -r file value; do
    [ -z "$file" ] || echo "$value" > "$file" || say "$file could not be set back to $value"
  done
  changed=
}
# shellcheck disable=SC2317
stop_recording() { :; }
finish() {
  code=$?
  trap '' INT TERM HUP
  # What runs in the background, if the signal has not come before that; no command after it needs to have kept its number.
  [ -z "$busy" ] || (kill "$!") 2>/dev/null
  stop_recording
  put_back
  [ -n "$settled" ] || say "stopped early: $OUT is not complete"
  exit "$code"
}
trap finish EXIT
trap 'exit 129' HUP
trap 'exit 130' INT
trap 'exit 143' TERM

# In the background, so that a signal is heard at once.
run_for() {
  busy=1
  if [ $# -gt 0 ]; then "$@" > "$OUT/workload.log" 2>&1 & else sleep "$SECONDS_TO_RECORD" & fi
  wait "$!"
  status=$?
  busy=
  [ $# -eq 0 ] || [ "$status" -eq 0 ] || say "$1 ended with code $status"
}
`.replaceAll('\\${', '${');

/** Static facts and what is read before and after. The forms are those of the project's own captures. */
export const FACTS = String.raw`
facts() {
  uname -a > "$OUT/uname"
  cat "$PROC/cmdline" > "$OUT/cmdline" 2>/dev/null
  cat "$PROC/cpuinfo" > "$OUT/cpuinfo" 2>/dev/null
  cat "$SYS/devices/system/clocksource/clocksource0/current_clocksource" > "$OUT/clocksource" 2>/dev/null
  if [ -r "$PROC/config.gz" ]; then gzip -dc "$PROC/config.gz" > "$OUT/kconfig"
  elif [ -r "/boot/config-$(uname -r)" ]; then cat "/boot/config-$(uname -r)" > "$OUT/kconfig"; fi
  for file in "$PROC"/sys/kernel/sched_* "$PROC"/sys/kernel/numa_*; do
    [ -f "$file" ] || continue
    value=$(head -n 1 "$file" 2>/dev/null)
    case $value in ''|-|*[!0-9-]*) continue ;; esac
    echo "/proc/sys/kernel/$(basename "$file"):$value"
  done > "$OUT/sysctl"
  cpu=0
  while [ -d "$SYS/devices/system/cpu/cpu$cpu" ]; do
    dir=$SYS/devices/system/cpu/cpu$cpu
    [ ! -e "$dir/topology/core_id" ] ||
      echo "cpu$cpu core=$(cat "$dir/topology/core_id") pkg=$(cat "$dir/topology/physical_package_id")" \
        "sib=$(cat "$dir/topology/thread_siblings_list") corecpus=$(cat "$dir/topology/core_siblings_list")" \
        "L3=$(cat "$dir/cache/index3/shared_cpu_list" 2>/dev/null) capacity=$(cat "$dir/cpu_capacity" 2>/dev/null)"
    cpu=$((cpu + 1))
  done > "$OUT/topology"
  for dir in "$SYS"/devices/system/node/node[0-9]*; do
    [ ! -d "$dir" ] ||
      echo "/sys/devices/system/node/$(basename "$dir") cpus=$(cat "$dir/cpulist") dist=$(cat "$dir/distance")"
  done >> "$OUT/topology"
  sched=$SYS/kernel/debug/sched
  if [ ! -d "$sched" ]; then
    say "there is no debugfs: mount -t debugfs nodev /sys/kernel/debug (domains stay unknown)"
  else
    {
      for file in "$sched"/*; do
        [ ! -f "$file" ] || [ "$file" = "$sched/debug" ] || echo "$(basename "$file"): $(head -n 1 "$file" 2>/dev/null)"
      done
      cpu=0
      while [ -d "$sched/domains/cpu$cpu" ]; do
        for file in "$sched/domains/cpu$cpu"/domain*/*; do
          [ ! -f "$file" ] || echo "\${file#"$sched/"}: $(head -n 1 "$file" 2>/dev/null)"
        done
        cpu=$((cpu + 1))
      done
    } > "$OUT/sched_debugfs"
  fi
  # Counts of the domains are kept only where they are switched on.
  set_value "$PROC/sys/kernel/sched_schedstats" 1
  [ -r "$PROC/schedstat" ] || say "there is no /proc/schedstat (CONFIG_SCHEDSTATS): totals of balancing stay unknown"
}

uptime_now() { cut -d ' ' -f 1 "$PROC/uptime"; }

# The CPUs that each thread may run on, a line for each. There may be more of them than a command can be given as arguments.
affinities() {
  printf '%s\n' "$PROC"/[0-9]*/task/[0-9]*/status | xargs cat 2>/dev/null |
    awk '/^Pid:/ { pid = $2 } /^Cpus_allowed_list:/ { print pid, $2 }'
}

# Policy, nice value, real-time priority and cgroup of each thread, a line for each: fields 41, 19 and 40 of its stat, which come after a
# name that may hold anything.
threads() {
  printf '%s\n' "$PROC"/[0-9]*/task/[0-9]*/stat | awk '{
    file = $0
    got = (getline line < file) > 0
    close(file)
    if (!got) next
    pid = line
    sub(/ .*/, "", pid)
    sub(/.*\) /, "", line)
    if (split(line, field, " ") < 39) next
    sub(/stat$/, "cgroup", file)
    group = "/"
    while ((getline line < file) > 0) if (line ~ /^0::\//) group = substr(line, 4)
    close(file)
    print pid, field[39], field[17], field[38], group
  }' 2>/dev/null
}

# The CPU knobs of the groups of the unified hierarchy, those that are in others after them.
groups() {
  find "$SYS/fs/cgroup" -type d 2>/dev/null | sort | while IFS= read -r dir; do
    for knob in cpu.weight cpu.max cpu.max.burst cpu.idle; do
      [ ! -r "$dir/$knob" ] || [ "$dir" = "$SYS/fs/cgroup" ] ||
        echo "/sys/fs/cgroup\${dir#"$SYS/fs/cgroup"}/$knob:$(head -n 1 "$dir/$knob" 2>/dev/null)"
    done
  done
}

# snapshot before|after
snapshot() {
  for name in schedstat stat; do
    [ ! -r "$PROC/$name" ] || cat "$PROC/$name" > "$OUT/$name.$1"
  done
  [ ! -r "$SYS/kernel/debug/sched/debug" ] || cat "$SYS/kernel/debug/sched/debug" > "$OUT/sched_debug_$1"
  if [ "$1" = before ]; then
    groups > "$OUT/cgroups"
    affinities > "$OUT/affinities"
    threads > "$OUT/threads"
  fi
  if [ "$1" = before ]; then started=$(uptime_now); else ended=$(uptime_now); fi
}

manifest() {
  echo "$started $ended" > "$OUT/uptime"
  cat "$SYS"/kernel/debug/sched/domains/cpu*/domain*/max_newidle_lb_cost > /dev/null 2>&1 &&
    for file in "$SYS"/kernel/debug/sched/domains/cpu*/domain*/max_newidle_lb_cost; do
      echo "/sys/\${file#"$SYS/"} $(cat "$file")"
    done > "$OUT/newidle_cost.after"
  {
    echo "mode=unpatched"
    echo "run: cfslab: wl=$workload dur=$SECONDS_TO_RECORD tool=$TOOL clock=mono kprobes=$KPROBES"
    echo "events: $EVENTS"
    if command -v md5sum > /dev/null 2>&1 && [ -e "$OUT/trace.txt.gz" ]; then
      echo "trace.txt md5: $(gzip -dc "$OUT/trace.txt.gz" | md5sum | cut -d ' ' -f 1)"
    fi
  } > "$OUT/manifest"
}
workload=system
[ $# -eq 0 ] || workload=$(basename "$1" | tr -c 'A-Za-z0-9_.\n-' _)
`.replaceAll('\\${', '${');
