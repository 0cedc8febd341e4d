import { InputError, OutsideError } from '../../../../input/error.js';

/** What of BullMQ and ioredis is used here. Both are optional packages, loaded when a queue is asked for: this is their one door. */
export interface QueueJob {
  readonly id?: string;
  readonly data: unknown;
  readonly returnvalue: unknown;
  readonly failedReason?: string;
  getState(): Promise<string>;
  remove(): Promise<void>;
}

export interface RunQueue {
  addBulk(jobs: ReadonlyArray<{ readonly name: string; readonly data: unknown; readonly opts: Readonly<Record<string, unknown>> }>): Promise<unknown>;
  getJob(id: string): Promise<QueueJob | undefined>;
  close(): Promise<void>;
}

export interface RunWorker {
  on(event: string, listener: (...args: unknown[]) => void): void;
  close(force?: boolean): Promise<void>;
}

export interface RedisClient {
  get(key: string): Promise<string | null>;
  set(key: string, value: string, mode: 'EX', seconds: number): Promise<unknown>;
  connect(): Promise<void>;
  on(event: string, listener: (error: Error) => void): void;
  disconnect(): void;
  duplicate(): RedisClient;
}

interface BullMq {
  readonly Queue: new (name: string, options: object) => RunQueue;
  readonly Worker: new (name: string, process: (job: QueueJob) => Promise<unknown>, options: object) => RunWorker;
}

interface IoRedis {
  readonly Redis: new (url: string, options: object) => RedisClient;
}

/** A queue of runs on a Redis server. */
export interface Connection {
  readonly client: RedisClient;
  queue(): RunQueue;
  worker(process: (job: QueueJob) => Promise<unknown>, concurrency: number): RunWorker;
  close(): void;
}

const QUEUE = 'cfslab-runs';
const CONNECT_TIMEOUT_MS = 5000;
/** A worker that says nothing for so long is taken for dead, and its runs go to another. */
const LOCK_MS = 10_000;

/**
 * Connects to a Redis server.
 * @throws InputError where the URL is none, OutsideError where the packages are missing or the server cannot be reached; neither
 * tells user or password
 */
export async function connect(url: string): Promise<Connection> {
  const place = placeOf(url);
  const { Queue, Worker, Redis } = await load();
  // BullMQ asks for no limit of tries, so that a server that is started again is found again.
  const client = new Redis(url, { lazyConnect: true, connectTimeout: CONNECT_TIMEOUT_MS, maxRetriesPerRequest: null, retryStrategy: (times: number) => Math.min(200 * times, 2000) });
  let reason = 'no answer';
  client.on('error', (error) => (reason = (error as NodeJS.ErrnoException).code ?? error.message));
  await reach(client, () => new OutsideError(`Redis at ${place} cannot be reached: ${reason}`));
  return {
    client,
    queue: () => new Queue(QUEUE, { connection: client }),
    worker: (process, concurrency) => new Worker(QUEUE, process, {
      connection: client, concurrency, lockDuration: LOCK_MS, stalledInterval: LOCK_MS / 2, maxStalledCount: 1000,
    }),
    close: () => client.disconnect(),
  };
}

async function reach(client: RedisClient, failure: () => OutsideError): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(failure()), CONNECT_TIMEOUT_MS);
  });
  try {
    await Promise.race([client.connect().catch(() => Promise.reject(failure())), late]);
  } catch (error) {
    client.disconnect();
    throw error;
  } finally {
    clearTimeout(timer);
  }
}

/** Host and port, without what must not be printed. */
function placeOf(url: string): string {
  let parsed: URL;
  try {
    parsed = new URL(url);
  } catch {
    throw new InputError('--redis', '', 'a URL: redis://HOST:PORT', 'none');
  }
  if (parsed.protocol !== 'redis:' && parsed.protocol !== 'rediss:') throw new InputError('--redis', '', 'a URL: redis://HOST:PORT', parsed.protocol);
  return `${parsed.hostname}:${parsed.port === '' ? '6379' : parsed.port}`;
}

async function load(): Promise<BullMq & IoRedis> {
  // Names in variables, so that the build does not ask for packages that may be left out.
  const [bullmq, ioredis]: [string, string] = ['bullmq', 'ioredis'];
  try {
    const [{ Queue, Worker }, { Redis }] = (await Promise.all([import(bullmq), import(ioredis)])) as [BullMq, IoRedis];
    return { Queue, Worker, Redis };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ERR_MODULE_NOT_FOUND') throw error;
    throw new OutsideError('the packages bullmq and ioredis are missing: npm install --no-save --save-prod bullmq ioredis (docs/cluster.md)');
  }
}
