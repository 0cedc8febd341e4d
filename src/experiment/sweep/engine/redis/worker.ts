import { createHash } from 'node:crypto';
import { check } from '../../../../input/check.js';
import { OutsideError, StoppedError } from '../../../../input/error.js';
import { z } from '../../../../input/zod.js';
import type { ResolvedScenario } from '../../../resolved.js';
import { formatLine, type StoredRun } from '../../store/run-store.js';
import { decodeRequest, decodeScenarios, refuseStranger } from '../batch.js';
import { localEngine } from '../local.js';
import type { Engine, RunRequest } from '../types.js';
import { connect, type Connection } from './connect.js';
import { scenariosKey } from './engine.js';

const job = z.strictObject({ scenarios: z.string().regex(/^[0-9a-f]{64}$/), request: z.string() });

export interface WorkerOptions {
  readonly jobs: number;
  readonly signal: AbortSignal;
  /** Called after each run with how many were made. */
  readonly onRun?: (made: number) => void;
}

/** Makes runs of a queue until it is stopped. What is under way then goes back to the queue. */
export async function serve(url: string, { jobs, signal, onRun }: WorkerOptions): Promise<void> {
  const connection = await connect(url);
  const sweeps = new Sweeps(connection, jobs);
  let made = 0;
  const worker = connection.worker(async (task) => {
    const { scenarios, request } = check(job, task.data, 'the queue');
    try {
      const run = await sweeps.run(scenarios, decodeRequest(request, 'the queue'), signal);
      onRun?.((made += 1));
      return formatLine(run);
    } catch (error) {
      // Nothing is wrong with the run: without an answer, and without its lock, it goes to another worker.
      if (error instanceof StoppedError) return new Promise<never>(() => undefined);
      throw error;
    }
  }, Math.max(1, jobs));
  // The client goes on trying to reach a server that is away.
  worker.on('error', () => undefined);
  await new Promise<void>((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
  await sweeps.close();
  await worker.close(true);
  connection.close();
}

/** A sweep that is worked for: threads that know its scenarios. */
interface Known {
  readonly scenarios: Promise<readonly ResolvedScenario[]>;
  readonly engine: Promise<Engine>;
  /** Runs under way. */
  active: number;
}

/** Sweeps whose threads are kept, while nothing of them is under way. */
const MOST_KEPT = 2;

class Sweeps {
  /** In order of their last use. */
  private readonly known = new Map<string, Known>();

  constructor(private readonly connection: Connection, private readonly jobs: number) {}

  async run(hash: string, request: RunRequest, signal: AbortSignal): Promise<StoredRun> {
    const sweep = this.use(hash);
    sweep.active += 1;
    try {
      refuseStranger(await sweep.scenarios, request);
      let result: StoredRun | null = null;
      await (await sweep.engine).run([request], (_, run) => (result = run), signal);
      return result!;
    } finally {
      sweep.active -= 1;
    }
  }

  async close(): Promise<void> {
    await Promise.allSettled([...this.known.values()].map(async ({ engine }) => (await engine).close()));
  }

  private use(hash: string): Known {
    let sweep = this.known.get(hash);
    if (sweep === undefined) {
      const scenarios = this.fetch(hash);
      const engine = scenarios.then((all) => localEngine(all, this.jobs));
      // Whoever runs with it hears of it; nobody else needs to.
      engine.catch(() => this.known.delete(hash));
      sweep = { scenarios, engine, active: 0 };
    }
    this.known.delete(hash);
    this.known.set(hash, sweep);
    for (const [other, { engine, active }] of [...this.known].slice(0, -MOST_KEPT)) {
      if (active > 0) continue;
      this.known.delete(other);
      void engine.then((idle) => idle.close());
    }
    return sweep;
  }

  private async fetch(hash: string): Promise<readonly ResolvedScenario[]> {
    const text = await this.connection.client.get(scenariosKey(hash));
    if (text === null || createHash('sha256').update(text).digest('hex') !== hash) {
      throw new OutsideError('the scenarios of a sweep are not on the server, or are not what they were');
    }
    return decodeScenarios(text, 'the queue');
  }
}
