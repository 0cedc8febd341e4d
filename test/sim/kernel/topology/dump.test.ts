import { expect, it } from 'vitest';
import { SD_NUMA, SD_BALANCE_NEWIDLE } from '../../../../src/sim/kernel/constants.js';
import type { DomainInfo } from '../../../../src/bundle/tables/contents.js';
import { build_topology } from '../../../../src/sim/kernel/topology/build.js';
import { domainFlagNames, dumpDomains } from '../../../../src/sim/kernel/topology/dump.js';
import { nodesOf } from './shapes.js';

it('dumps domains in the shape of a bundle', () => {
  const domains: DomainInfo[] = dumpDomains(build_topology(nodesOf([[10, 21], [21, 10]], 2)));
  expect(domains.map((sd) => `${sd.cpu} ${sd.name}`)).toEqual(
    [0, 1, 2, 3].flatMap((cpu) => [`${cpu} MC`, `${cpu} NUMA`]),
  );
  expect(domains[5]).toEqual({
    cpu: 2,
    level: 5,
    name: 'NUMA',
    flags: [
      'SD_BALANCE_NEWIDLE', 'SD_BALANCE_EXEC', 'SD_BALANCE_FORK', 'SD_WAKE_AFFINE', 'SD_SERIALIZE', 'SD_OVERLAP', 'SD_NUMA',
    ],
    span: [0, 1, 2, 3],
    imbalancePct: 117,
    cacheNiceTries: 2,
    busyFactor: 16,
    minIntervalMs: 4,
    maxIntervalMs: 8,
  });
});

it('names flags in the order of their bits', () => {
  expect(domainFlagNames(SD_NUMA | SD_BALANCE_NEWIDLE)).toEqual(['SD_BALANCE_NEWIDLE', 'SD_NUMA']);
  expect(domainFlagNames(0)).toEqual([]);
});
