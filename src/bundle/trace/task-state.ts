/** The letters of prev_state in sched_switch, and the bits that the kernel prints them from. */
const STATE_BITS: Readonly<Record<string, number>> = { S: 0x1, D: 0x2, T: 0x4, t: 0x8, X: 0x10, Z: 0x20, P: 0x40, I: 0x80 };
/** A letter that 6.1 does not print: the task is not runnable, and that is all we know. */
const STATE_OTHER = 0x200;

/**
 * What prev_state says as a number: 0 where the task is still runnable (`R`, or `+`: it was preempted), else the kernel's
 * bits, 1 for S, 2 for D and so on. Newer kernels' letters are 0x200.
 *
 * @returns −1 where the text is no state
 */
export function taskStateOf(text: string): number {
  // Nearly all are a letter alone; the pattern is for the rest.
  if (text === 'S') return 1;
  if (text === 'R' || text === 'R+') return 0;
  if (!/^[A-Za-z](\|[A-Za-z])*\+?$/.test(text)) return -1;
  if (text.endsWith('+')) return 0;
  let bits = 0;
  for (const letter of text.split('|')) bits |= STATE_BITS[letter] ?? (letter === 'R' ? 0 : STATE_OTHER);
  return bits;
}
