import { InputError } from '../../input/error.js';

/** The CPUs of a guest: sockets of cores of hardware threads. Each socket is a NUMA node where there are several. */
export interface Shape {
  readonly sockets: number;
  readonly cores: number;
  readonly threads: number;
}

/** The shapes that the simulator's machines and the recordings that come with it have, by the machine's name. */
export const KNOWN_SHAPES: Readonly<Record<string, Shape>> = {
  pvt8: { sockets: 1, cores: 4, threads: 2 },
  pvt8c: { sockets: 1, cores: 8, threads: 1 },
  pvt8numa: { sockets: 2, cores: 2, threads: 2 },
};

/** As many as the laboratory's kernel may have. */
export const CPUS_MAX = 64;

export function cpusOf({ sockets, cores, threads }: Shape): number {
  return sockets * cores * threads;
}

/** The machine's name, or `2x4x1`. */
export function shapeName(shape: Shape): string {
  const same = (other: Shape): boolean =>
    other.sockets === shape.sockets && other.cores === shape.cores && other.threads === shape.threads;
  const known = Object.keys(KNOWN_SHAPES).find((name) => same(KNOWN_SHAPES[name]!));
  return known ?? `${shape.sockets}x${shape.cores}x${shape.threads}`;
}

/** A machine's name, or `SOCKETSxCORESxTHREADS`. @throws InputError */
export function parseShape(text: string, source: string): Shape {
  const known = KNOWN_SHAPES[text];
  if (known !== undefined) return known;
  const match = /^(\d{1,2})x(\d{1,2})x(\d{1,2})$/.exec(text);
  const shape = { sockets: Number(match?.[1]), cores: Number(match?.[2]), threads: Number(match?.[3]) };
  const cpus = cpusOf(shape);
  if (match === null || !(cpus >= 1 && cpus <= CPUS_MAX) || shape.sockets > 8) {
    const expected = `${Object.keys(KNOWN_SHAPES).join(', ')} or sockets x cores x threads as 1x4x2, at most ${CPUS_MAX} CPUs`;
    throw new InputError(source, '', expected, text);
  }
  return shape;
}

/** QEMU's arguments for the CPUs and the memory, MiB. */
export function shapeArguments(shape: Shape, memoryMiB: number): string[] {
  const { sockets, cores, threads } = shape;
  const smp = `${cpusOf(shape)},sockets=${sockets},cores=${cores},threads=${threads}`;
  const args = ['-smp', smp, '-m', `${memoryMiB}M`];
  if (sockets === 1) return args;
  const each = Math.floor(memoryMiB / sockets);
  if (each * sockets !== memoryMiB) throw new InputError('--memory', '', `MiB that ${sockets} nodes can share evenly`, String(memoryMiB));
  const perNode = cores * threads;
  for (let node = 0; node < sockets; node++) {
    args.push('-object', `memory-backend-ram,id=m${node},size=${each}M`);
    args.push('-numa', `node,nodeid=${node},cpus=${node * perNode}-${(node + 1) * perNode - 1},memdev=m${node}`);
  }
  for (let a = 0; a < sockets; a++) {
    for (let b = a + 1; b < sockets; b++) args.push('-numa', `dist,src=${a},dst=${b},val=21`);
  }
  return args;
}
