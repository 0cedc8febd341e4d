import { featureByName } from '../../policies/features.js';
import { featureNumber } from '../page/feature-table.js';
import type { Shape } from './shape.js';

const KINDS = { linear: 0, log: 1, other: 2 } as const;

/** Of `shapes.h`: the shapes that the C has code for, as sizes and as reads of features. */
export function shapesHeaderLines(shapes: readonly Shape[]): string[] {
  const uses = shapes.map((_, number) => `\tX(${number}, cfslab_shape_${number})`);
  return [
    '/* X(number, sizes) for each shape. */',
    uses.length === 0 ? '#define CFSLAB_SHAPES(X)' : ['#define CFSLAB_SHAPES(X) \\', uses.join(' \\\n')].join('\n'),
    ...shapes.flatMap(shapeLines),
  ];
}

/** `shapes.c`: the table. */
export function shapesTable(shapes: readonly Shape[]): string {
  return [
    '// SPDX-License-Identifier: GPL-2.0',
    '#include "plan.h"',
    '',
    'const struct cfslab_shape cfslab_shapes[] = {',
    ...shapes.map(tableLine),
    '\t{ 0 },',
    '};',
    `const int cfslab_shape_count = ${shapes.length};`,
    '',
  ].join('\n');
}

function shapeLines({ features, narrow, width, blocks, places }: Shape, number: number): string[] {
  const groups = 1 + Math.max(0, ...places.map((place) => (typeof place === 'number' ? place : 0)));
  const members = Array.from({ length: groups }, (_, group) => inputsAt(places, group));
  const wides = (['linear', 'log', 'other'] as const).map((kind) => inputsAt(places, kind));
  const order = [...members, ...wides].flat();
  const reads = features.map((name, i) => `\t(raw)[${i}] = (s64)(${featureByName(name)!.kernel});`);
  const sizes = [
    groups, `{ ${members.map((list) => list.length).join(', ')} }`, ...wides.map((list) => list.length), blocks, width, narrow,
    `{ ${order.join(', ')} }`,
  ];
  return [
    '',
    `/* ${features.join(', ')}: ${width * blocks} ${narrow ? 'pairs of units' : 'units'} */`,
    `static const struct cfslab_sizes cfslab_shape_${number} = { ${sizes.join(', ')} };`,
    `#define CFSLAB_SHAPE_${number}_READ(raw) \\`,
    reads.join(' \\\n'),
  ];
}

function tableLine({ features, narrow, width, blocks, places }: Shape): string {
  const numbers = features.map((name) => featureNumber(name)!);
  const codes = places.map((place) => (typeof place === 'number' ? String(place) : `CFSLAB_WIDE + ${KINDS[place]}`));
  return `\t{ ${features.length}, ${narrow ? 1 : 0}, ${width}, ${blocks}, { ${numbers.join(', ')} }, { ${codes.join(', ')} } },`;
}

function inputsAt(places: Shape['places'], at: Shape['places'][number]): number[] {
  return places.flatMap((place, i) => (place === at ? [i] : []));
}
