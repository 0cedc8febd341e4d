import { describe, expect, it } from 'vitest';
import { loadMachine } from '../../../src/experiment/schema/profile.js';
import { cpusOf, KNOWN_SHAPES, parseShape, shapeArguments, shapeName } from '../../../src/kernel-validation/boot/shape.js';

describe('the shape of a guest', () => {
  it('has the name of a machine, or its numbers', () => {
    for (const name of Object.keys(KNOWN_SHAPES)) expect(shapeName(parseShape(name, '--shape'))).toBe(name);
    expect(shapeName(parseShape('2x8x1', '--shape'))).toBe('2x8x1');
    expect(parseShape('1x4x2', '--shape')).toEqual(KNOWN_SHAPES['pvt8']);
  });

  it('is that of the simulator’s machine of the same name', () => {
    for (const [name, shape] of Object.entries(KNOWN_SHAPES)) {
      const { cpus } = loadMachine(name).topology;
      expect(cpus.length, name).toBe(cpusOf(shape));
      expect(new Set(cpus.map(({ node }) => node)).size, name).toBe(shape.sockets);
      expect(new Set(cpus.map(({ node, core }) => `${node} ${core}`)).size, name).toBe(shape.sockets * shape.cores);
    }
  });

  it.each(['4', '1x4', '0x4x2', '2x32x2', '9x1x1', '1x4x2x1', 'pvt9'])('%s is refused', (text) => {
    expect(() => parseShape(text, '--shape')).toThrow(/--shape: expected pvt8, pvt8c, pvt8numa or sockets/);
  });

  it('gives each socket a node with its memory', () => {
    expect(shapeArguments(KNOWN_SHAPES['pvt8']!, 2048)).toEqual(['-smp', '8,sockets=1,cores=4,threads=2', '-m', '2048M']);
    const args = shapeArguments({ sockets: 2, cores: 2, threads: 2 }, 2048).join(' ');
    expect(args).toContain('memory-backend-ram,id=m1,size=1024M -numa node,nodeid=1,cpus=4-7,memdev=m1');
    expect(args).toContain('-numa dist,src=0,dst=1,val=21');
    expect(() => shapeArguments({ sockets: 3, cores: 1, threads: 1 }, 1000)).toThrow(/3 nodes can share evenly/);
  });
});
