import { interruptible } from './interrupt.js';
import { flag, JSON_OPTION } from './options.js';
import { JOBS_OPTION, jobsOf, REDIS_OPTION, redisUrl } from './sweep/engine.js';
import type { Verb } from './verb.js';

export const workerVerb: Verb = {
  help: 'What is under way when it ends, or is killed, goes to another worker. Workers run code of their own only: the queue holds data.',
  options: [REDIS_OPTION, JOBS_OPTION, JSON_OPTION],
  async run(input, io) {
    // Only here, as nobody else needs it.
    const { serve } = await import('../experiment/sweep/engine/redis/worker.js');
    let made = 0;
    await interruptible((signal) => serve(redisUrl(input), { jobs: jobsOf(input), signal, onRun: (runs) => (made = runs) }));
    io.out(flag(input, 'json') ? `${JSON.stringify({ made })}\n` : `${made} runs made\n`);
    return 0;
  },
};
