import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** What stands for make: it does what the file `mode` beside it says, and notes each call. */
const SCRIPT = `#!/bin/sh
here=$(dirname "$0")
while [ $# -gt 0 ]; do
  case "$1" in
    -C) tree=$2; shift ;;
    O=*) objects=\${1#O=} ;;
    -*|ARCH=*) ;;
    *) target=$1 ;;
  esac
  shift
done
echo "$target" >> "$here/calls"
mode=$(cat "$here/mode")
case $target in
  allnoconfig) echo "# CONFIG_OTHER is not set" > "$objects/.config" ;;
  olddefconfig) [ "$mode" != drop ] || sed -i '/CONFIG_SMP=y/d' "$objects/.config" ;;
  kernelrelease) echo 6.1.9-cfslab ;;
  *)
    echo "  CC      kernel/one.o"
    case $mode in
      fail) echo "one.c:3:1: error: expected a semicolon" >&2; echo "make[1]: *** [one.o] Error 1" >&2; exit 2 ;;
      full) echo "cc1: fatal error: error writing to one.s: No space left on device" >&2; exit 2 ;;
      hang) echo half > "$objects/one.o"; sleep 1000 & echo $$ $! > "$here/pids.new"; mv "$here/pids.new" "$here/pids"; wait ;;
    esac
    [ ! -e "$objects/one.o" ] || grep -q half "$objects/one.o" || kept=yes
    [ -n "$kept" ] || echo whole > "$objects/one.o"
    mkdir -p "$objects/arch/x86/boot"
    cat "$tree/kernel/one.c" "$tree/kernel/sched/cfslab/ours.h" "$objects/one.o" "$objects/.config" | sha256sum > "$objects/arch/x86/boot/bzImage"
    echo "$KBUILD_BUILD_USER $KBUILD_BUILD_TIMESTAMP $MAKEFLAGS" > "$objects/System.map"
    [ "$target" = bzImage ] || echo "packed $DPKG_FLAGS $KDEB_CHANGELOG_DIST" > "$objects/../linux-image-6.1.9-cfslab_1_amd64.deb"
    echo "  LD      vmlinux" ;;
esac
`;

export type Mode = 'whole' | 'fail' | 'full' | 'hang' | 'drop';

export function fakeMake(folder: string, mode: Mode): string {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'make'), SCRIPT);
  chmodSync(join(folder, 'make'), 0o755);
  writeFileSync(join(folder, 'mode'), mode);
  return join(folder, 'make');
}
