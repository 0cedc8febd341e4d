/** Servers of our own on loopback for the test of the engines: Slurm with munge, and Redis. Nothing of the system is touched. */
import { spawn, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { hostname, userInfo } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

const PATH = `${process.env.PATH}:/usr/sbin:/sbin`;

/** Which of some programs are missing. */
export function missing(programs) {
  return programs.filter((name) => spawnSync('sh', ['-c', `command -v ${name}`], { env: { ...process.env, PATH } }).status !== 0);
}

/** A Redis server with a password. */
export async function startRedis(directory) {
  const password = randomBytes(12).toString('hex');
  const port = await freePort();
  const child = spawn('redis-server', ['--port', String(port), '--bind', '127.0.0.1', '--requirepass', password, '--save', '', '--dir', directory], { stdio: 'ignore', env: { ...process.env, PATH } });
  await until('Redis', () => spawnSync('redis-cli', ['-p', String(port), '--no-auth-warning', '-a', password, 'ping'], { encoding: 'utf8' }).stdout?.includes('PONG'));
  return { url: `redis://:${password}@127.0.0.1:${port}`, password, stop: () => child.kill() };
}

/** munged, slurmctld and slurmd for this machine as a cluster of one node. The commands of Slurm find it by the environment. */
export async function startSlurm(directory) {
  const at = (name) => join(directory, name);
  for (const name of ['munge', 'state', 'spool']) mkdirSync(at(name), { mode: 0o755 });
  writeFileSync(at('munge/key'), randomBytes(1024), { mode: 0o600 });
  const socket = at('munge/socket');
  const node = hostname().split('.')[0];
  const [controller, daemon] = [await freePort(), await freePort()];
  writeFileSync(at('slurm.conf'), [
    'ClusterName=cfslab', `SlurmctldHost=${node}(127.0.0.1)`, `SlurmUser=${userInfo().username}`, `SlurmdUser=${userInfo().username}`,
    'AuthType=auth/munge', `AuthInfo=socket=${socket}`, 'CredType=cred/munge', `SlurmctldPort=${controller}`, `SlurmdPort=${daemon}`,
    `StateSaveLocation=${at('state')}`, `SlurmdSpoolDir=${at('spool')}`, `SlurmctldPidFile=${at('ctld.pid')}`, `SlurmdPidFile=${at('slurmd.pid')}`,
    `SlurmctldLogFile=${at('ctld.log')}`, `SlurmdLogFile=${at('slurmd.log')}`,
    'ProctrackType=proctrack/linuxproc', 'TaskPlugin=task/none', 'SelectType=select/cons_tres', 'SelectTypeParameters=CR_CPU', 'MpiDefault=none', 'ReturnToService=2',
    'SchedulerParameters=sched_interval=1,bf_interval=1', 'MinJobAge=2', 'KillWait=2',
    `NodeName=${node} NodeAddr=127.0.0.1 CPUs=2 State=UNKNOWN`, 'PartitionName=all Nodes=ALL Default=YES MaxTime=INFINITE State=UP', '',
  ].join('\n'));
  const env = { ...process.env, PATH, SLURM_CONF: at('slurm.conf') };
  const children = [
    spawn('munged', ['--foreground', '--force', '--key-file', at('munge/key'), '--socket', socket, '--pid-file', at('munge/pid'), '--seed-file', at('munge/seed'), '--log-file', at('munge/log')], { stdio: 'ignore', env }),
  ];
  await until('munge', () => spawnSync('munge', ['-n', '-S', socket], { env }).status === 0);
  children.push(spawn('slurmctld', ['-D', '-f', at('slurm.conf')], { stdio: 'ignore', env }), spawn('slurmd', ['-D', '-f', at('slurm.conf'), '-N', node], { stdio: 'ignore', env }));
  const stop = () => children.toReversed().forEach((child) => child.kill());
  try {
    await until('Slurm', () => /idle|mix/.test(spawnSync('sinfo', ['-h', '-o', '%T'], { env, encoding: 'utf8' }).stdout ?? ''), 120);
  } catch (error) {
    stop();
    throw error;
  }
  return { env, stop };
}

async function until(what, ready, seconds = 30) {
  for (let i = 0; i < 4 * seconds; i++) {
    if (ready()) return;
    await pause(250);
  }
  throw new Error(`${what} does not come up`);
}

function freePort() {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}
