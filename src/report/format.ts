/** Numbers as a report shows them: four significant digits, thousands apart, a unit that fits the size. */

interface Scale {
  readonly name: string;
  readonly size: number;
}

/** Units that are shown in larger or smaller ones, by the unit that values come in. */
const SCALES = new Map<string, readonly Scale[]>(Object.entries({
  ns: [
    { name: 'ns', size: 1 },
    { name: 'µs', size: 1e3 },
    { name: 'ms', size: 1e6 },
    { name: 's', size: 1e9 },
  ],
  bytes: [
    { name: 'B', size: 1 },
    { name: 'KiB', size: 2 ** 10 },
    { name: 'MiB', size: 2 ** 20 },
    { name: 'GiB', size: 2 ** 30 },
  ],
  share: [{ name: '%', size: 0.01 }],
  '1/s': [{ name: '/s', size: 1 }],
}));

/** Keeps a number and its unit on one line. */
const NBSP = '\u00a0';
/** Stands between thousands. */
const THIN = '\u202f';
const MINUS = '−';
/** What is not known. */
export const NO_FIGURE = '–';

/**
 * `12.35 ms`, `1 234`, `56.7 %`; a dash for null and for what is no number.
 * @param unit `ns`, `bytes`, `share` (of 1), `1/s`, '' for a count, or any other, which is put behind the number
 */
export function quantity(value: number | null, unit: string): string {
  return value === null || !Number.isFinite(value) ? NO_FIGURE : together([value], unit).join('');
}

/** `12.1 … 12.9 ms`: both in the unit of the larger. */
export function interval(lo: number | null, hi: number | null, unit: string): string {
  if (lo === null || hi === null || !Number.isFinite(lo) || !Number.isFinite(hi)) return NO_FIGURE;
  const [from, to, name] = together([lo, hi], unit);
  return `${from} … ${to}${name}`;
}

/** `12.1 → 12.9 ms`: both in the unit of the larger. */
export function change(before: number, after: number, unit: string): string {
  if (!Number.isFinite(before) || !Number.isFinite(after)) return `${quantity(before, unit)} → ${quantity(after, unit)}`;
  const [from, to, name] = together([before, after], unit);
  return `${from} → ${to}${name}`;
}

/** `+4.2 %`, `−12.0 %`, with one decimal so that columns are even; a dash where there is none. */
export function relative(share: number | null): string {
  if (share === null || !Number.isFinite(share)) return NO_FIGURE;
  const body = percentBody(Math.abs(share));
  const sign = body === '0.0' ? '' : share < 0 ? MINUS : '+';
  return `${sign}${body}${NBSP}%`;
}

/** `+4 %`, `−0.5 %`, `0`: as short as it goes, for axes. */
export function relativeTick(share: number): string {
  if (share === 0) return '0';
  return `${share < 0 ? MINUS : '+'}${significant(Math.abs(100 * share))}${NBSP}%`;
}

/** `±5 %` */
export function plusMinus(share: number | null): string {
  if (share === null || !Number.isFinite(share)) return NO_FIGURE;
  return `±${percentBody(Math.abs(share)).replace(/\.0$/, '')}${NBSP}%`;
}

/** Four significant digits, thousands apart, without an exponent between 10⁻⁴ and 10¹². */
export function significant(value: number): string {
  if (value === 0) return '0';
  const size = Math.abs(value);
  const sign = value < 0 ? MINUS : '';
  if (size >= 1e12 || size < 1e-4) return sign + size.toExponential(2).replace('-', MINUS).replace('+', '');
  if (size >= 1000) return sign + grouped(Math.round(size));
  const rounded = Number(size.toPrecision(4));
  return sign + (rounded === 1000 ? grouped(rounded) : String(rounded));
}

function percentBody(share: number): string {
  const percent = 100 * share;
  if (percent >= 1000) return significant(Math.round(percent));
  return percent >= 99.95 ? percent.toFixed(0) : percent.toFixed(1);
}

function grouped(whole: number): string {
  return String(whole).replace(/\B(?=(\d{3})+$)/g, THIN);
}

/**
 * The values in the unit that fits the largest, and that unit at the end. They have the same number of decimals, unless
 * that would take the digits of the smaller (`1.20 → 1.48`, but `18 → 0.0123`) or they are counts, which are exact.
 */
function together(values: readonly number[], unit: string): string[] {
  const scales = SCALES.get(unit) ?? [{ name: unit, size: 1 }];
  const largest = values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  const { name, size } = scales.findLast((scale) => largest >= scale.size) ?? scales[0]!;
  const scaled = values.map((value) => value / size);
  const after = name === '' || name.startsWith('/') ? name : NBSP + name;
  const plain = scaled.map(significant);
  const decimals = Math.min(3, Math.max(...plain.map((text) => /\.(\d+)$/.exec(text)?.[1]!.length ?? 0)));
  const alike = values.length > 1 && unit !== '' && scaled.every((value) => Math.abs(value) < 1000 && fits(value, decimals));
  return [...(alike ? scaled.map((value) => value.toFixed(decimals).replace('-', MINUS)) : plain), after];
}

/** Whether so many decimals leave a number three of its digits, or all that it has. */
function fits(value: number, decimals: number): boolean {
  const shown = Number(value.toFixed(decimals));
  return Math.abs(value - shown) <= Math.abs(value) * 0.005;
}

/** The unit that a metric's name tells: `ns`, `share`, `1/s`, or '' for counts and indices. */
export function unitOfMetric(metric: string): string {
  if (/_ns$/.test(metric)) return 'ns';
  if (/_bytes$/.test(metric)) return 'bytes';
  if (/_(share|fraction|ratio)$/.test(metric)) return 'share';
  if (/_(per_s|per_second|rate)$/.test(metric) || metric === 'throughput') return '1/s';
  return '';
}

/** Headings of metrics whose names say too little. */
const TITLES = new Map<string, string>(Object.entries({
  completion_ns: 'Completion time',
  migrations_wakeup: 'Migrations at wake-up',
  migrations_balance: 'Migrations by balancing',
  migrations_active: 'Migrations by active balancing',
  migrations_fork: 'Migrations at fork',
  can_migrate_calls: 'Calls of can_migrate_task()',
  lb_calls: 'Calls of load_balance()',
  lb_failed: 'Balances that moved nothing',
  lb_failed_share: 'Share of balances that moved nothing',
  refill_ns: 'Time refilling caches',
  policy_ns: 'Time that decisions take',
  fairness_jain: 'Fairness (Jain’s index)',
}));

/** A metric's or a distribution's name as a heading: `wakeup_latency_p99_ns` is `Wake-up latency p99`. */
export function titleOf(name: string): string {
  const [, stem, rate] = /^(.*?)(_per_s|_per_second)?$/s.exec(name)!;
  const known = TITLES.get(stem!);
  if (known !== undefined) return rate === undefined ? known : `${known} per second`;
  const words = name
    .replace(/_(ns|bytes)$/, '')
    .replace(/(^|_)wakeup(?=_|$)/g, '$1wake-up')
    .replace(/_per_s(econd)?$/, ' per second')
    .replaceAll('_', ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** `1 figure`, `12 figures`. */
export function countOf(count: number, noun: string): string {
  return `${significant(count)}${NBSP}${noun}${count === 1 ? '' : 's'}`;
}
