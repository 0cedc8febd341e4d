/**
 * Emulated machines whose CPUs take turns: each runs a quantum of virtual time, one after the other in the order of their
 * numbers, before time moves on. What a CPU does in a quantum, those above it see from their quantum's beginning, and those
 * below it in the next one. Of machines that are not of this kind nothing is assumed.
 */
import type { Manifest } from '../bundle/contents.js';

export class Quanta {
  private readonly phase: number;
  private readonly quantum: number;

  constructor(manifest: Pick<Manifest, 'quantumNs' | 'firstTimestampNs'>) {
    const known = manifest.quantumNs !== undefined && manifest.firstTimestampNs !== undefined;
    this.quantum = known ? manifest.quantumNs! : 0;
    this.phase = known ? Number(BigInt(manifest.firstTimestampNs!) % BigInt(this.quantum)) : 0;
  }

  get known(): boolean {
    return this.quantum > 0;
  }

  /** Number of the quantum at `ts`; 0 where the machine is not known to take turns. */
  turn(ts: number): number {
    return this.known ? Math.floor((ts + this.phase) / this.quantum) : 0;
  }

  /**
   * From when on CPU `by` sees what CPU `from` does at `ts`, ns since the first event; `ts` itself where the machine is not
   * known to take turns.
   */
  seenAt(ts: number, from: number, by: number): number {
    if (!this.known || from === by) return ts;
    const turn = Math.floor((ts + this.phase) / this.quantum) + (from > by ? 1 : 0);
    return turn * this.quantum - this.phase;
  }
}
