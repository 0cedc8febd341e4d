import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));

/** What policies and workloads stand on. */
const MACHINE = ['src/sim', 'src/sim/kernel', 'src/input'];
/** What the outer layers stand on. */
const BENCH = [...MACHINE, 'src/libml', 'src/bundle', 'src/workloads', 'src/policies'];

/**
 * The layers and what each may import beside itself. Imports go down only; policies and workloads do not know each other.
 */
const LAYERS: Readonly<Record<string, readonly string[]>> = {
  'src/sim/kernel': [],
  'src/sim': ['src/sim/kernel'],
  'src/input': [],
  // The half of the learning that runs in a kernel, or is exact down to it: it knows no feature and no file but its own.
  'src/libml': ['src/sim', 'src/input'],
  'src/bundle': MACHINE,
  // A recorded workload is read from a bundle, and so is what a policy learns from.
  'src/workloads': [...MACHINE, 'src/bundle'],
  'src/policies': [...MACHINE, 'src/libml', 'src/bundle'],
  'src/experiment': BENCH,
  'src/learning': [...BENCH, 'src/experiment'],
  'src/lockstep': [...BENCH, 'src/experiment'],
  'src/calibration': [...BENCH, 'src/experiment'],
  // What is asked of a metric is the same whether a machine is calibrated or a prediction confronted.
  'src/kernel-validation': [...BENCH, 'src/experiment', 'src/calibration'],
  // Reports show what the benches find and what bundles hold; these know nothing of reports.
  'src/report': ['src/input', 'src/sim', 'src/bundle', 'src/experiment', 'src/calibration', 'src/kernel-validation'],
  'src/cli': [...BENCH, 'src/experiment', 'src/learning', 'src/lockstep', 'src/calibration', 'src/kernel-validation', 'src/report'],
};

/** Imports that break the layers, with the reason: the debt, in the open. `from -> to`. */
const DEBT: readonly string[] = [];

/** The one file (or folder) that imports each third-party package. */
const DOORS: Readonly<Record<string, string>> = {
  '@duckdb/node-api': 'src/bundle/tables/parquet.ts',
  '@tensorflow/tfjs-backend-cpu': 'src/learning/train/tensorflow/',
  '@tensorflow/tfjs-backend-wasm': 'src/learning/train/tensorflow/',
  '@tensorflow/tfjs-core': 'src/learning/train/tensorflow/',
  'cli-progress': 'src/cli/progress.ts',
  commander: 'src/cli/program.ts',
  echarts: 'src/report/charts.ts',
  esbuild: 'src/report/timeline/script.ts',
  fzstd: 'src/bundle/trace/zstd.ts',
  immer: 'src/experiment/variant.ts',
  piscina: 'src/experiment/pool.ts',
  protobufjs: 'src/bundle/export/perfetto-wire.ts',
  'pure-rand': 'src/sim/engine/rng.ts',
  zod: 'src/input/zod.ts',
};

const DETERMINISTIC = ['src/sim/', 'src/libml/', 'src/workloads/', 'src/policies/'];
/**
 * Training counts in floating point. Of the forbidden functions it may call Math.sqrt: ECMAScript leaves its last bit open in
 * the letter, IEEE 754 does not, and every engine takes the machine's exactly rounded instruction.
 */
const MAY_TAKE_ROOTS = 'src/libml/';

/** What must not appear in the deterministic folders, as code (comments are taken out first). */
const FORBIDDEN: ReadonlyArray<readonly [RegExp, string]> = [
  [/\bDate\b/, 'Date'],
  [/\bperformance\b/, 'performance'],
  [/\bMath\.random\b/, 'Math.random'],
  [
    /\bMath\.(acosh?|asinh?|atanh?|atan2|cbrt|cosh?|exp|expm1|hypot|log|log10|log1p|log2|pow|sinh?|tanh?)\b/,
    'inexact Math',
  ],
  [/\bMath\.sqrt\b/, 'Math.sqrt'],
  [/\basync\b|\bawait\b|\bPromise\b/, 'async'],
  [/\bsetTimeout\b|\bsetInterval\b|\bsetImmediate\b|\bqueueMicrotask\b/, 'timers'],
  [/\bprocess\.(hrtime|uptime|memoryUsage|env|pid)\b/, 'process'],
  [/\bfor\s*\([^;()]*\bin\b/, 'for…in'],
];

const SOURCES = filesBelow('src').filter((file) => file.endsWith('.ts'));
const TESTS = ['test', 'bench'].flatMap(filesBelow).filter((file) => file.endsWith('.ts'));
const SCRIPTS = filesBelow('scripts').filter((file) => /\.(mjs|ts)$/.test(file));

describe('architecture', () => {
  it('has a layer for every source file', () => {
    expect(SOURCES.length).toBeGreaterThan(50);
    expect(SOURCES.filter((file) => layerOf(file) === undefined)).toEqual([]);
  });

  it('imports go down only', () => {
    const broken = SOURCES.flatMap((file) =>
      importsOf(file)
        .filter((name) => name.startsWith('.'))
        .map((name) => relative(ROOT, resolve(ROOT, dirname(file), name)).replace(/\.js$/, '.ts'))
        .filter((target) => !mayImport(file, target))
        .map((target) => `${file} -> ${target}`),
    );
    expect(broken.filter((edge) => !DEBT.includes(edge))).toEqual([]);
    expect(DEBT.filter((edge) => !broken.includes(edge)), 'debt that was paid: take it off the list').toEqual([]);
  });

  it('imports name files that exist, with their extension', () => {
    const lost = [...SOURCES, ...TESTS].flatMap((file) =>
      importsOf(file)
        .filter((name) => name.startsWith('.'))
        .filter((name) => !known(resolve(ROOT, dirname(file), name)))
        .map((name) => `${file} -> ${name}`),
    );
    expect(lost).toEqual([]);
  });

  it('each third-party package has one door', () => {
    const wrong = SOURCES.flatMap((file) =>
      importsOf(file)
        .filter((name) => !name.startsWith('.') && !name.startsWith('node:'))
        .map(packageOf)
        .filter((name) => DOORS[name] === undefined || !file.startsWith(DOORS[name]))
        .map((name) => `${file} -> ${name}`),
    );
    expect(wrong).toEqual([]);
    const { dependencies } = JSON.parse(read('package.json')) as { dependencies: Record<string, string> };
    expect(Object.keys(DOORS)).toEqual(Object.keys(dependencies));
  });

  it('sim imports nothing of Node but what is pure', () => {
    const wrong = SOURCES.filter((file) => DETERMINISTIC.some((folder) => file.startsWith(folder))).flatMap((file) =>
      importsOf(file)
        .filter((name) => name.startsWith('node:') && file.startsWith('src/sim/'))
        .map((name) => `${file} -> ${name}`),
    );
    expect(wrong).toEqual([]);
  });

  it('nothing in the deterministic folders depends on time, chance, rounding or order', () => {
    const found = SOURCES.filter((file) => DETERMINISTIC.some((folder) => file.startsWith(folder))).flatMap((file) => {
      const code = withoutComments(read(file));
      return FORBIDDEN.filter(([pattern]) => pattern.test(code))
        .filter(([, what]) => what !== 'Math.sqrt' || !file.startsWith(MAY_TAKE_ROOTS))
        .map(([, what]) => `${file}: ${what}`);
    });
    expect(found).toEqual([]);
  });

  it('sort always has a comparator', () => {
    const found = [...SOURCES, ...TESTS, ...SCRIPTS].filter(
      (file) => /\.(sort|toSorted)\(\)/.test(withoutComments(read(file))),
    );
    expect(found).toEqual([]);
  });

  it('files are at most 500 lines long', () => {
    const long = [...SOURCES, ...TESTS, ...SCRIPTS].map((file) => [file, read(file).split('\n').length] as const);
    expect(long.filter(([, lines]) => lines > 500)).toEqual([]);
  });

  it('nothing names a path of a machine', () => {
    const pattern = new RegExp(`["'\`(\\s](/${['home', 'work', 'root', 'Users', 'tmp'].join('|/')})/[A-Za-z]`);
    expect([...SOURCES, ...SCRIPTS].filter((file) => pattern.test(read(file)))).toEqual([]);
  });

  it('no test is switched off', () => {
    const pattern = new RegExp(`\\b(it|test|describe)\\.(${['skip', 'only', 'todo'].join('|')})\\b`);
    expect(TESTS.filter((file) => pattern.test(read(file)))).toEqual([]);
  });

  it('the forbidden patterns find what they are meant to', () => {
    const bad = [
      'new Date()',
      'performance.now()',
      'Math.random()',
      'Math.exp(1)',
      'Math.sqrt(2)',
      'async () => 1',
      'for (const k in o) {}',
      'setTimeout(f)',
    ];
    for (const code of bad) expect(FORBIDDEN.some(([pattern]) => pattern.test(code)), code).toBe(true);
    expect(withoutComments("const a = 'http://x'; // Date\n/* Math.random */ b")).not.toMatch(/Date|random/);
    expect(FORBIDDEN.some(([pattern]) => pattern.test('Math.floor(1); Math.imul(1, 2)'))).toBe(false);
  });
});

describe('KERNEL_MAP.md', () => {
  it('is what the tags say, and no function with a kernel name lacks them', () => {
    const result = spawnSync(process.execPath, ['scripts/kernel-map.mjs', '--check'], { cwd: ROOT, encoding: 'utf8' });
    expect(result.stderr).toBe('');
    expect(result.status).toBe(0);
  });
});

function filesBelow(folder: string): string[] {
  return readdirSync(join(ROOT, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(ROOT, join(entry.parentPath, entry.name)).replaceAll('\\', '/'))
    .sort((a, b) => (a < b ? -1 : 1));
}

function read(file: string): string {
  return readFileSync(join(ROOT, file), 'utf8');
}

function layerOf(file: string): string | undefined {
  return Object.keys(LAYERS).find((layer) => file.startsWith(`${layer}/`));
}

function mayImport(file: string, target: string): boolean {
  const from = layerOf(file);
  const to = layerOf(target);
  if (from === undefined || to === undefined) return false;
  if (from === to) return true;
  return LAYERS[from]!.includes(to);
}

function importsOf(file: string): string[] {
  const code = withoutComments(read(file));
  // What a module is called by begins so; other words in quotes may follow a `from` too.
  const pattern = /(?:(?<!\.)\bfrom|\bimport)\s*\(?\s*(['"])([.@\w][^'"\n]*)\1/g;
  return [...code.matchAll(pattern)].map((match) => match[2]!);
}

function known(path: string): boolean {
  const file = relative(ROOT, path).replaceAll('\\', '/').replace(/\.js$/, '.ts');
  return [...SOURCES, ...TESTS, ...SCRIPTS].includes(file) || /\.(json|mjs)$/.test(file);
}

function packageOf(name: string): string {
  return name.split('/').slice(0, name.startsWith('@') ? 2 : 1).join('/');
}

/** The code without comments; strings are kept, so that what looks like a comment in one stays. */
function withoutComments(text: string): string {
  const tokens = /('(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"|`(?:\\.|[^`\\])*`)|\/\/[^\n]*|\/\*[\s\S]*?\*\//g;
  return text.replace(tokens, (_, literal?: string) => literal ?? ' ');
}
