import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import type { GuestMachine } from '../../../src/kernel-validation/boot/command.js';
import { KNOWN_SHAPES } from '../../../src/kernel-validation/boot/shape.js';

const CAPTURE = fileURLToPath(new URL('../../../calibration/captures/spin9', import.meta.url));
const TRACE_LINES = 400;

/** What a guest prints and hands out when all goes well; `capture` is the shell function that does the latter. */
export const GOOD_RUN = `
echo 'SeaBIOS (version)'
echo 'cfslab: booted 6.1.0-fake #1 up=0.31 cpus=8'
echo 'cfslab: ready for hackbench'
echo 'cfslab: start 0.70'
echo 'cfslab: end 0.80 (ran 0.70..0.80) status 0'
echo 'cfslab: run is whole'
capture
echo 'cfslab: handed out'
echo 'cfslab: done up=1.00'
`;

/**
 * A program that stands in for the emulator: it knows the directory that the guest would share, and does what `body`, a shell
 * script, says. What it is given is in \`$share/../seen\`… of its own folder.
 */
export function fakeEmulator(folder: string, body: string): string {
  mkdirSync(folder, { recursive: true });
  const trace = gunzipSync(readFileSync(join(CAPTURE, 'trace.txt.gz'))).toString('latin1').split('\n').slice(0, TRACE_LINES);
  writeFileSync(join(folder, 'trace.txt'), `${trace.join('\n')}\n`);
  writeFileSync(join(folder, 'run'), `#!/bin/sh
here=$(dirname "$0")
for word; do case $word in local,path=*) share=\${word#local,path=}; share=\${share%%,*} ;; esac; done
echo "$CFSLAB_QUANTUM $*" >> "$here/calls"
capture() {
  cp ${CAPTURE}/[a-ln-rt-z]* ${CAPTURE}/s[a-su-z]* "$share/" && rm -f "$share/trace.txt.gz" && cp "$here/trace.txt" "$share/"
  echo 'cfslab: result work=1000 unit=messages ns=500000000' > "$share/workload.log"
}
${body}
`);
  chmodSync(join(folder, 'run'), 0o755);
  for (const name of ['kernel', 'initramfs']) writeFileSync(join(folder, name), `${name}\n`);
  return join(folder, 'run');
}

/** How often it was started, with what. */
export function callsOf(emulator: string): string[] {
  return readFileSync(join(dirname(emulator), 'calls'), 'utf8').trimEnd().split('\n');
}

export function fakeMachine(emulator: string): GuestMachine {
  const folder = dirname(emulator);
  return {
    place: 'lab', emulator, kernel: join(folder, 'kernel'), initramfs: join(folder, 'initramfs'), shape: KNOWN_SHAPES['pvt8c']!,
    memoryMiB: 512, quantumNs: 1000, seed: 1, untilNs: 1e10,
  };
}

/** Whether a process whose command line holds the word is there. */
export function isRunning(word: string): boolean {
  const { stdout } = spawnSync('ps', ['-eo', 'args'], { encoding: 'utf8' });
  return stdout.split('\n').some((line) => line.includes(word));
}
