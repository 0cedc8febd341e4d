/** A program that cannot go on: it loops without running or blocking, or forks more tasks than the workload allows. */
export class ProgramError extends Error {
  override readonly name = 'ProgramError';
}
