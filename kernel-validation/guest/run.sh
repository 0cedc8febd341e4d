#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# run.sh RUN OUT WORK: one measured run, in a guest of ours or on a user's own machine, as root. RUN is a directory with run.conf
# (settings, as sh), mode, and model.page, standby.page, pages/, malformed/, rtapp.json, workload.sh (in the workload's place) where
# they are wanted; the capture's files go into OUT, temporary ones into WORK. The last line printed is `cfslab: run is whole`.
# Whatever is changed is put back.
set -u
RUN=$1 OUT=$2 WORK=$3
HERE=$(dirname "$0")
set -a
. "$RUN/run.conf"
set +a
export RUN OUT WORK
# For tests, a directory that stands in for the root of the kernel's file systems.
SYS=${CFSLAB_SYS:-}
T=$SYS/sys/kernel/tracing
I=$T/instances/cfslab
D=$SYS/sys/kernel/debug
P=$D/cfslab
UNDO=${CFSLAB_UNDO:-$WORK/undo}

say() { echo "cfslab: $*"; }
give_up() { say "failed: $*"; exit 1; }
# NAME VALUE: sets a knob, and notes how to put it back.
set_knob() {
  [ -e "$1" ] || return 0
  old=$(cat "$1")
  [ "$old" = "$2" ] && return 0
  echo "$2" > "$1" || give_up "$1 cannot be set to $2"
  printf 'echo %s > %s\n' "$old" "$1" >> "$UNDO"
}
put_back() {
  [ -s "$UNDO" ] && sh "$UNDO"
  rm -f "$UNDO"
  if [ -d "$I" ]; then echo 0 > "$I/tracing_on"; rmdir "$I" 2>/dev/null; fi
}
# Sleeps so many microseconds.
nap() { sleep "$(($1 / 1000000)).$(printf %06d $(($1 % 1000000)))"; }

mkdir -p "$OUT" "$WORK"
# What a run that was killed has left changed.
put_back
trap 'put_back' EXIT
trap 'exit 130' INT TERM HUP

[ -d "$T/events" ] || give_up "there is no tracefs at $T"

# What does not change while it runs.
uname -a > "$OUT/uname"
cat /proc/cmdline > "$OUT/cmdline"
cat /proc/cpuinfo > "$OUT/cpuinfo"
if [ -r /proc/config.gz ]; then gzip -dc /proc/config.gz > "$OUT/kconfig"
elif [ -r "/boot/config-$(uname -r)" ]; then cat "/boot/config-$(uname -r)" > "$OUT/kconfig"; fi
# Without a process for each file, where the shell can read it itself: every one of them is time of the laboratory.
first() { value=; [ -r "$1" ] && IFS= read -r value < "$1" 2>/dev/null; }
for c in /sys/devices/system/cpu/cpu[0-9]*; do
  [ -d "$c/topology" ] || continue
  first "$c/topology/core_id"; line="${c##*/} core=$value"
  first "$c/topology/physical_package_id"; line="$line pkg=$value"
  line="$line sib=$(cat "$c/topology/thread_siblings_list")"
  line="$line corecpus=$(cat "$c/topology/core_siblings_list")"
  line="$line L3=$(cat "$c/cache/index3/shared_cpu_list" 2>/dev/null)"
  first "$c/cpu_capacity"; echo "$line capacity=$value"
done > "$OUT/topology"
for n in /sys/devices/system/node/node[0-9]*; do
  [ -d "$n" ] || continue
  line="$n cpus=$(cat "$n/cpulist")"
  first "$n/distance"; echo "$line dist=$value"
done >> "$OUT/topology"
cat /sys/devices/system/clocksource/clocksource0/current_clocksource > "$OUT/clocksource"
[ -f "$RUN/rtapp.json" ] && cp "$RUN/rtapp.json" "$OUT/rtapp.json"

# Knobs of the scheduler.
set_knob "$SYS/proc/sys/kernel/sched_schedstats" 1
[ -n "$MIGRATION_COST_NS" ] && set_knob "$D/sched/migration_cost_ns" "$MIGRATION_COST_NS"
(
  cd "$D/sched" || exit
  for f in *; do [ -f "$f" ] && [ "$f" != debug ] && { first "$f"; echo "$f: $value"; }; done
  find domains -type f | sort -V | while read -r f; do first "$f"; echo "$f: $value"; done
) > "$OUT/sched_debugfs"
grep -H . /proc/sys/kernel/sched_* /proc/sys/kernel/numa_* > "$OUT/sysctl" 2>/dev/null

# The policy.
if [ -d "$P" ]; then
  cat "$P/source" > "$OUT/policy.source"
  if [ -f "$RUN/model.page" ]; then
    push 1 "$P/model" "$RUN/model.page" > "$OUT/push.first" || give_up 'the model cannot be pushed'
    grep -q 'accepted 1 ' "$OUT/push.first" || give_up 'the kernel refuses the model'
    if [ -f "$RUN/standby.page" ]; then
      push 1 "$P/model" "$RUN/standby.page" > "$OUT/push.standby" || give_up 'the model that stands by cannot be pushed'
      grep -q 'accepted 1 ' "$OUT/push.standby" || give_up 'the kernel refuses the model that stands by'
    fi
  fi
  echo "echo off > $P/mode" >> "$UNDO"
  push 1 "$P/mode" "$RUN/mode" > "$OUT/push.mode" || give_up 'the mode cannot be set'
  grep -q 'accepted 1 ' "$OUT/push.mode" || give_up "the kernel refuses the mode $(cat "$RUN/mode")"
  cat "$P/active" > "$OUT/policy.active"
elif ! grep -q off "$RUN/mode"; then
  give_up "the kernel has no policy: $P is not there"
fi

# Tracing, in an instance of its own.
mkdir -p "$I" || give_up 'no instance of tracefs can be made'
echo 0 > "$I/tracing_on"
echo 0 > "$I/options/overwrite"
echo "$BUFFER_KIB" > "$I/buffer_size_kb"
echo x86-tsc > "$I/trace_clock"
for e in $EVENTS; do [ -d "$I/events/sched/$e" ] && echo 1 > "$I/events/sched/$e/enable"; done
for e in $EVENTS; do [ -d "$I/events/sched/$e" ] && echo "$e"; done > "$OUT/events"

if [ "$PLACE" != lab ]; then
  spinrate > "$OUT/spinrate"
  . "$OUT/spinrate"
fi
export LOOPS_PER_US=${LOOPS_PER_US:-500}
SCRIPT=$HERE/workloads/$WORKLOAD.sh
[ -f "$RUN/workload.sh" ] && SCRIPT=$RUN/workload.sh
[ -f "$SCRIPT" ] || give_up "there is no workload $WORKLOAD"
[ -f "$HERE/workloads/$WORKLOAD.prep" ] && . "$HERE/workloads/$WORKLOAD.prep"
say "ready for $WORKLOAD"

tscrate > "$OUT/tsc.before"
nap $((300000 + DELAY_US))
for f in schedstat stat meminfo vmstat; do [ -e /proc/$f ] && cat /proc/$f > "$OUT/$f.before"; done
cat "$D/sched/debug" > "$OUT/sched_debug_before"
[ -d "$P" ] && echo 1 > "$P/reset"
[ -e "$P/latency" ] && echo 1 > "$P/latency"
U0=$(cut -d' ' -f1 /proc/uptime)
say "start $U0"
# From here on nothing runs but the workload: what this shell does itself starts no process.
echo 1 > "$I/tracing_on"
echo cfslab_start > "$I/trace_marker"
if [ -n "$PUSHES" ]; then push "$PUSHES" "$P/model" "$RUN"/pages/* > "$OUT/push.log" 2>&1 & fi
if [ -n "$SWITCH_MS" ]; then
  tscrate > "$OUT/tsc.start"
  (
    nap $((SWITCH_MS * 1000))
    cat "$P/stats" > "$OUT/policy.stats.switch"
    push 1 "$P/mode" "$RUN/switch-mode" > "$OUT/push.switch"
    tscrate > "$OUT/tsc.switch"
  ) &
fi
sh "$SCRIPT" > "$OUT/workload.log" 2>&1
STATUS=$?
echo cfslab_end > "$I/trace_marker"
echo 0 > "$I/tracing_on"
U1=$(cut -d' ' -f1 /proc/uptime)
wait
[ -z "$SWITCH_MS" ] || grep -q 'accepted 1 ' "$OUT/push.switch" || give_up "the kernel refuses the mode $(cat "$RUN/switch-mode")"
say "end $U1 (ran $U0..$U1) status $STATUS"
echo "$U0 $U1" > "$OUT/uptime"
[ -d "$P" ] && cat "$P/stats" > "$OUT/policy.stats"
if [ -e "$P/latency" ]; then cat "$P/latency" > "$OUT/policy.latency"; echo 0 > "$P/latency"; fi
for f in schedstat stat meminfo vmstat; do [ -e /proc/$f ] && cat /proc/$f > "$OUT/$f.after"; done
cat "$D/sched/debug" > "$OUT/sched_debug_after"
tscrate > "$OUT/tsc.after"
find "$D/sched/domains" -name max_newidle_lb_cost | sort -V | while read -r f; do first "$f"; echo "$f $value"; done > "$OUT/newidle_cost.after"
for c in "$I"/per_cpu/cpu*; do echo "${c##*/} $(tr '\n' ' ' < "$c/stats")"; done > "$OUT/trace_stats"
if [ -d "$P" ]; then
  if [ -d "$RUN/malformed" ]; then
    cat "$P/active" > "$OUT/active.before"
    push 0 "$P/model" "$RUN"/malformed/* > "$OUT/refused.log" 2>&1
    cat "$P/active" > "$OUT/active.after"
  fi
  cat "$P/active" > "$OUT/policy.active.after"
fi
grep -h '^cfslab: result ' "$OUT/workload.log" | tail -20
[ "$STATUS" = 0 ] || { tail -5 "$OUT/workload.log"; give_up "the workload ended with status $STATUS"; }
cat "$I/trace" > "$OUT/trace.txt" || give_up 'the trace cannot be written'
dmesg > "$OUT/dmesg"
# What a kernel does not let one read says nothing.
find "$OUT" -maxdepth 1 -type f -size 0 -exec rm {} +
say 'run is whole'
