/** How far a guest is, by what its scripts say. */
export type Phase = 'starting' | 'booted' | 'ready' | 'running' | 'ran' | 'whole' | 'handed out' | 'done';

const PHASES: ReadonlyArray<readonly [RegExp, Phase]> = [
  [/^cfslab: booted /, 'booted'],
  [/^cfslab: ready for /, 'ready'],
  [/^cfslab: start /, 'running'],
  [/^cfslab: end /, 'ran'],
  [/^cfslab: run is whole$/, 'whole'],
  [/^cfslab: handed out$/, 'handed out'],
  [/^cfslab: done /, 'done'],
];

/** What the kernel prints when it can go on no more, or should not. */
const PANICS = /Kernel panic - not syncing|\bOops: |BUG: |general protection fault|Unable to handle kernel|rcu: INFO: rcu_\w+ (self-)?detected stall|watchdog: BUG/;
const STAMP = /^\[ *\d+\.\d+\] /;
/** Of a long console, what is kept for telling how it ended. */
const KEPT_LINES = 40;

/** Watches what a guest prints. */
export class GuestConsole {
  phase: Phase = 'starting';
  /** The kernel's own word for what went wrong, or null. */
  panic: string | null = null;
  /** What our scripts say went wrong, or null. */
  failure: string | null = null;
  /** The last lines, oldest first. */
  readonly lastLines: string[] = [];
  /** Lines `cfslab: …`, in order, without that word. */
  readonly said: string[] = [];

  take(raw: string): void {
    const line = plain(raw);
    this.lastLines.push(line);
    if (this.lastLines.length > KEPT_LINES) this.lastLines.shift();
    if (this.panic === null && PANICS.test(line)) this.panic = line.replace(STAMP, '');
    if (!line.startsWith('cfslab: ')) return;
    this.said.push(line.slice('cfslab: '.length));
    const failed = /^cfslab: failed: (.*)$/.exec(line);
    if (failed !== null) this.failure ??= failed[1]!;
    this.phase = PHASES.find(([pattern]) => pattern.test(line))?.[1] ?? this.phase;
  }
}

/** Without what a firmware or a terminal's control sequences put into a line. */
function plain(line: string): string {
  return line.replace(/\u001b(\[[0-9;?]*[A-Za-z]|c)/g, '').replace(/[\u0000-\u0008\u000b-\u001f\u007f]/g, '');
}
