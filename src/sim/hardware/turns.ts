import type { Kernel } from '../kernel/kernel.js';

/**
 * When a task looks again that spins for a mutex of the kernel, ns from now: after `every` ns. Where CPUs take turns
 * (KernelCosts.ipi_turn), what is left of its turn is lost to it: an emulator ends that at PAUSE, which cpu_relax() is.
 *
 *     holder   ──┤ locks ────┤ unlocks
 *     waiter          looks ┤·········├ looks again          ├ turns
 *
 * Nothing of the kind is done for the locks of run queues, though there one spins alike: those are held for several turns, so that all
 * that matters is in which turn who waits finds the lock free. Of two CPUs the later in the round finds it so in the very turn in which the
 * other has given it back, and by its own clock half a turn too early on average; the earlier one as much too late.
 * @kernel kernel/locking/mutex.c mutex_optimistic_spin
 * @omits the queue of those that spin (osq_lock)
 */
export function looksAgain(k: Kernel, every: number): number {
  const turn = k.cost.ipi_turn;
  return turn === 0 ? every : turn - (k.present() % turn);
}
