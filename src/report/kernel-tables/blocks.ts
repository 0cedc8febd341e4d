import type { ConfrontDocument, SideDifference } from '../../kernel-validation/confront/types.js';
import type { CostDocument, CostRow } from '../../kernel-validation/cost/types.js';
import type { KernelRow, Mean } from '../../kernel-validation/thesis/tables.js';
import { THESIS_BENCHMARKS, THESIS_LATENCY, THESIS_TIMES } from '../../kernel-validation/thesis/thesis.js';
import { interval as intervalText, NO_FIGURE, quantity, relative } from '../format.js';
import type { TextBlock } from '../text-block.js';

/** What the page is made of. */
export interface KernelFindings {
  readonly rows: readonly KernelRow[];
  readonly cost: CostDocument;
  /** null where nothing was confronted. */
  readonly confrontation: ConfrontDocument | null;
}

/** A cycle of the laboratory is an instruction. */
const UNITS = { lab: 'instructions', kvm: 'cycles', here: 'cycles', sim: 'cycles' } as const;

export const KERNEL_DIFFERENCES: readonly string[] = [
  'The thesis measured a personal computer of 8 CPUs with BCC, which takes time of its own in every call; ours are counts in the kernel, of instructions in the virtual-time laboratory, where an instruction takes one ns, or of cycles on real hardware.',
  'Its models decide in floating point, ours in integers; its benchmarks are profiles of the Phoronix Test Suite and take minutes, ours in the laboratory are programs of the same kind and take fractions of a second: columns are to be compared by ratios to stock, not by figures.',
  'Its “kernel con ML” asks the model of experiment 3 in every call (ours: neural-forced); “predicción” is the model of experiment 2 (ours: neural-early).',
];

/** The parts of the page, in order. */
export function kernelBlocks(found: KernelFindings): TextBlock[] {
  return [
    latencyBlock(found.rows),
    timesBlock(found.rows),
    costBlock(found.cost),
    ...(found.confrontation === null ? [] : [confrontBlock(found.confrontation)]),
  ];
}

function latencyBlock(rows: readonly KernelRow[]): TextBlock {
  const { table, page, unit, stock, model } = THESIS_LATENCY;
  return {
    id: 'table-5-9',
    title: `Table ${table}: latency of can_migrate_task()`,
    paragraphs: [`Mean of a call. The thesis: table ${table}, page ${page}. Ours, with 95 % intervals over repetitions; “policy alone” is what the policy takes in a call that it is asked about; of all calls some are refused before. Runs that recorded the policy’s calls are left out, for that takes time within them.`],
    columns: ['workload', 'policy', 'a call', '95 % interval', 'policy alone', 'ratio to stock', 'runs'],
    rows: [
      ...THESIS_BENCHMARKS.flatMap((name) => [
        [`thesis: ${name}`, 'stock', figure(stock[name], unit), '', '', '1', ''],
        [`thesis: ${name}`, 'model of experiment 3', figure(model[name], unit), '', figure(model[name] - stock[name], unit), times(model[name] / stock[name]), ''],
      ]),
      ...rows.map((row) => {
        const base = stockOf(rows, row)?.latency ?? null;
        const own = UNITS[row.place];
        return [
          named(row), row.policy, shown(row.latency, own), between(row.latency, own), shown(row.policyCycles, own),
          row.latency === null || base === null ? NO_FIGURE : times(row.latency.value / base.value),
          String((row.latency ?? row.policyCycles)?.runs ?? 0),
        ];
      }),
    ],
  };
}

function timesBlock(rows: readonly KernelRow[]): TextBlock {
  const { table, page, unit, stock, model, prediction } = THESIS_TIMES;
  const thesis = (name: keyof typeof stock, policy: string, value: number): string[] =>
    [`thesis: ${name}`, policy, figure(value, unit), '', '', '', relative(value / stock[name] - 1), ''];
  return {
    id: 'table-5-10',
    title: `Table ${table}: run time of each benchmark`,
    paragraphs: [`Mean run time. The thesis: table ${table}, page ${page}. Ours with 95 % intervals over repetitions, and the throughput, which says more where a workload ends when its time is up. The last column is of the throughput where there is one, else of the run time.`],
    columns: ['workload', 'policy', 'run time', '95 % interval', 'throughput', '95 % interval', 'against stock', 'runs'],
    rows: [
      ...THESIS_BENCHMARKS.flatMap((name) => [
        thesis(name, 'stock', stock[name]), thesis(name, 'model of experiment 3', model[name]), thesis(name, 'model of experiment 2', prediction[name]),
      ]),
      ...rows.map((row) => {
        const base = stockOf(rows, row);
        const { throughput, completion } = row;
        const against = base === undefined ? null : throughput !== null && base.throughput !== null
          ? throughput.value / base.throughput.value - 1
          : completion.value / base.completion.value - 1;
        return [
          named(row), row.policy, shown(completion, 'ns'), between(completion, 'ns'),
          throughput === null ? NO_FIGURE : `${quantity(throughput.value, '')} ${throughput.unit}/s`, between(throughput, ''),
          relative(against), String(completion.runs),
        ];
      }),
    ],
  };
}

function costBlock({ rows, notes }: CostDocument): TextBlock {
  const cells = ({ place, what, policy, shape, format, unit, value, least, most, calls, ratio }: CostRow): string[] => [
    place === 'user' ? 'user space' : place,
    what === 'stock' ? 'stock test' : ['policy', policy].filter((part) => part !== '').join(' '),
    shape, format, quantity(value, unit), intervalText(least, most, unit), quantity(calls, ''), ratio === null ? NO_FIGURE : times(ratio),
  ];
  return {
    id: 'cost',
    title: 'Cost of a decision',
    paragraphs: [...notes],
    columns: ['place', 'what', 'sizes', 'format', 'a decision', 'least … most', 'decisions', 'ratio to stock'],
    rows: rows.map(cells),
  };
}

function confrontBlock({ verdict, reasons, metrics, decisions, tau }: ConfrontDocument): TextBlock {
  const change = ({ relative: share, relativeLo, relativeHi }: SideDifference): string =>
    share === null ? NO_FIGURE : `${relative(share)} (${relative(relativeLo)} … ${relative(relativeHi)})`;
  return {
    id: 'confrontation',
    title: `Predicted and measured: ${verdict}`,
    paragraphs: [
      `${reasons.join('; ')}.`,
      `Decisions of the kernel’s policy that are those of the integer program: ${decisions.agree} of ${decisions.count}. ` +
        `Order of the policies: Kendall’s τ_b ${tau.value === null ? 'none' : tau.value.toFixed(2)} of ${tau.n} pairs.`,
    ],
    columns: ['workload', 'policy', 'objective', 'predicted', 'measured', 'verdict'],
    rows: metrics.filter(({ objective }) => objective).map((row) => [
      row.workload, row.policy, row.metric, change(row.predicted), change(row.measured), `${row.verdict}: ${row.reason}`,
    ]),
  };
}

function stockOf(rows: readonly KernelRow[], { workload, place }: KernelRow): KernelRow | undefined {
  return rows.find((row) => row.workload === workload && row.place === place && row.policy === 'stock');
}

function named({ workload, place }: KernelRow): string {
  return `ours: ${workload} (${place})`;
}

function figure(value: number, unit: string): string {
  return `${String(Number(value.toFixed(2)))} ${unit}`;
}

function shown(mean: Mean | null, unit: string): string {
  return quantity(mean?.value ?? null, unit);
}

function between(mean: Mean | null, unit: string): string {
  return intervalText(mean?.interval?.lo ?? null, mean?.interval?.hi ?? null, unit);
}

/** `× 27.1` */
function times(ratio: number): string {
  return `× ${ratio < 100 ? ratio.toFixed(2) : Math.round(ratio)}`;
}
