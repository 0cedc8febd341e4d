import { z } from '../../input/zod.js';
import type { KernelCosts } from '../../sim/kernel/config.js';
import type { CacheProfile } from '../../sim/profile.js';

/**
 * What kernel work costs where a profile does not say, ns: the order of magnitude on an x86 machine of some 3 GHz.
 * Estimates, not measurements; calibration replaces them.
 */
export const DEFAULT_COSTS: KernelCosts = {
  context_switch: 1200,
  schedule: 0,
  dequeue: 0,
  wakeup: 800,
  activate: 0,
  ipi_send: 0,
  fork: 30_000,
  fork_wake: 0,
  tick: 1500,
  ipi_delay: 1000,
  ipi_turn: 0,
  user_return: 0,
  idle_exit_delay: 2000,
  tick_restart: 0,
  lb_base: 600,
  lb_per_cpu: 80,
  lb_per_task: 60,
  lb_per_move: 700,
  newidle_base: 150,
  stopper: 3000,
  trace_event: 0,
};

/** Caches where a profile does not say: refills cost nothing, which switches the cache model off. */
export const DEFAULT_CACHE: CacheProfile = {
  privateBytes: 2 ** 20,
  llcBytes: 2 ** 24,
  llcPsPerByte: 0,
  memoryPsPerByte: 0,
  remotePsPerByte: 0,
};

/** ns, up to 10 ms. */
const cost = z.int().min(0).max(10_000_000).optional();

export const costsSchema = z.strictObject({
  context_switch: cost,
  schedule: cost,
  dequeue: cost,
  wakeup: cost,
  activate: cost,
  ipi_send: cost,
  fork: cost,
  fork_wake: cost,
  tick: cost,
  ipi_delay: cost,
  ipi_turn: cost,
  user_return: cost,
  idle_exit_delay: cost,
  tick_restart: cost,
  lb_base: cost,
  lb_per_cpu: cost,
  lb_per_task: cost,
  lb_per_move: cost,
  newidle_base: cost,
  stopper: cost,
  trace_event: cost,
});

/** From one page to 64 GiB. */
const bytes = z.int().min(4096).max(2 ** 36).optional();
/** ps per byte, up to 1 µs per byte. */
const refill = z.int().min(0).max(1_000_000).optional();

export const cacheSchema = z.strictObject({
  privateBytes: bytes,
  llcBytes: bytes,
  llcPsPerByte: refill,
  memoryPsPerByte: refill,
  remotePsPerByte: refill,
});
