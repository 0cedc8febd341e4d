# Compression by several threads, into nothing.
exec timed blocks "$P_blocks" zstd -q -T"$P_workers" -B524288 -"${LEVEL:-3}" -f -o /dev/null "$WORK/data"
