/**
 * Milliseconds in ticks, rounded up. The kernel divides where HZ divides 1000 and otherwise (HZ=300) multiplies by a
 * fixed-point constant with a rounding term; for every m that a scheduling domain can hold the latter is the exact
 * ceiling too, which the tests show.
 * @kernel include/linux/jiffies.h _msecs_to_jiffies
 * @omits HZ > 1000 and the limit MAX_JIFFY_OFFSET
 * @param hz ticks a second
 * @param m ms, an integer ≥ 0
 */
export function msecs_to_jiffies(hz: number, m: number): number {
  if (1000 % hz === 0) {
    const ms_per_tick = 1000 / hz;
    return Math.floor((m + ms_per_tick - 1) / ms_per_tick);
  }
  return Math.floor((m * hz + 999) / 1000);
}
