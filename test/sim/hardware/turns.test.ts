import { describe, expect, it } from 'vitest';
import { looksAgain } from '../../../src/sim/hardware/turns.js';
import type { Kernel } from '../../../src/sim/kernel/kernel.js';

function at(present: number, ipi_turn: number): Kernel {
  return { cost: { ipi_turn }, present: () => present } as unknown as Kernel;
}

describe('a task that spins', () => {
  it('looks again with the next turn of its CPU', () => {
    expect(looksAgain(at(10_200, 1000), 100)).toBe(800);
    expect(looksAgain(at(11_000, 1000), 100)).toBe(1000);
  });

  it('does so at once where CPUs take no turns', () => {
    expect(looksAgain(at(10_200, 0), 100)).toBe(100);
  });
});
