import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect } from 'vitest';
import { emitPolicy, USER_SPACE_SOURCES } from '../../src/kernel-validation/emit/index.js';
import type { NetworkPage } from '../../src/kernel-validation/page/index.js';
import { REFUSALS, type Refusal } from '../../src/kernel-validation/page/layout.js';

/*
 * The kernel's C in user space: the check, the inference, the roles and the rules, compiled by gcc and asked through pipes.
 */

const NAMES = ['ACCEPTED', ...Object.keys(REFUSALS)] as Array<'ACCEPTED' | Refusal>;

/** Operations come one after the other: a code and a count of u32, then the operation's own bytes. */
const DRIVER = `#include <stdio.h>
#include <stdlib.h>
#include "check.h"
#include "features.h"
#include "infer.h"
#include "rules.h"

static u8 to[CFSLAB_MAX_PAGE_BYTES] __attribute__((__aligned__(64)));
static struct cfslab_model model = { .page = to };

static void take(void *into, size_t bytes)
{
	if (fread(into, 1, bytes, stdin) != bytes)
		exit(2);
}

static void give(const void *value, size_t bytes)
{
	fwrite(value, 1, bytes, stdout);
}

int main(void)
{
	u32 head[2], i;

	while (fread(head, sizeof(head), 1, stdin) == 1) {
		if (head[0] == 1) {
			/* A buffer of just these bytes, so that whatever reads beyond them is found by the sanitizer. */
			u8 *exact = malloc(head[1] ? head[1] : 1);
			s32 answer[3] = { 0, -1, 0 };

			take(exact, head[1]);
			answer[0] = (s32)cfslab_check(exact, head[1]);
			if (!answer[0]) {
				cfslab_prepare(&model, exact, NULL);
				answer[1] = model.shape;
				answer[2] = !!model.plan;
			}
			free(exact);
			give(answer, sizeof(answer));
		} else if (head[0] == 2) {
			for (i = 0; i < head[1]; i++) {
				s64 raw[CFSLAB_MAX_INPUTS], logit;

				take(raw, model.inputs * sizeof(s64));
				logit = cfslab_logit(&model, raw);
				give(&logit, sizeof(logit));
			}
		} else if (head[0] == 3) {
			for (i = 0; i < head[1]; i++) {
				u8 call[3], answer;
				unsigned int at;

				take(call, sizeof(call));
				at = cfslab_call(call[0], call[1]);
				answer = (u8)((model.answers[call[2]] >> at & 1) | (model.open >> at & 1) << 1);
				give(&answer, sizeof(answer));
			}
		} else {
			for (i = 0; i < head[1]; i++) {
				s64 call[2];
				u8 answer;

				take(call, sizeof(call));
				answer = cfslab_is_early(&model, (u32)call[0], call[1]);
				give(&answer, sizeof(answer));
			}
		}
	}
	return 0;
}
`;

/** What the driver is asked. */
export type Ask =
  | { readonly page: Uint8Array }
  | { readonly rows: BigInt64Array; readonly width: number }
  /** Of the policy that was pushed last: its answer, and whether it hangs on what is said. */
  | { readonly calls: ReadonlyArray<readonly [hot: number, stock: number, says: number]> }
  /** Of early migration: what it says. */
  | { readonly hots: ReadonlyArray<readonly [failed: number, ran: number]> };

/** What it answered, in the order in which it was asked. */
export interface Answers {
  readonly refusals: Array<'ACCEPTED' | Refusal>;
  readonly logits: bigint[];
  /** Bit 0 the answer, bit 1: it hangs on what is said. */
  readonly calls: number[];
  readonly hots: number[];
  /** Shape of each page that was accepted; −1: of none that was emitted. */
  readonly shapes: number[];
  /** Whether each has a plan. */
  readonly plans: boolean[];
}

/** Compiles the kernel's C. @param flags for gcc, as a sanitizer @param alike see `emitPolicy` @returns the program */
export function compilePolicy(folder: string, flags: readonly string[], alike: readonly NetworkPage[] = []): string {
  for (const { path, text } of emitPolicy(null, alike).files) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  writeFileSync(join(folder, 'driver.c'), DRIVER);
  const warnings = ['-Wall', '-Wextra', '-Werror'];
  const sources = ['driver.c', ...USER_SPACE_SOURCES];
  const built = spawnSync('gcc', ['-std=gnu11', ...warnings, ...flags, '-iquote', 'policy', '-o', 'driver', ...sources], { cwd: folder, encoding: 'utf8' });
  expect(built.stderr).toBe('');
  return join(folder, 'driver');
}

/** Runs the driver once over all that is asked. */
export function askPolicy(driver: string, asks: readonly Ask[]): Answers {
  const result = spawnSync(driver, { input: Buffer.concat(asks.map(bytesOf)), maxBuffer: 2 ** 30 });
  expect(result.stderr.toString()).toBe('');
  expect(result.status).toBe(0);
  const out = result.stdout;
  const answers: Answers = { refusals: [], logits: [], calls: [], hots: [], shapes: [], plans: [] };
  let at = 0;
  for (const ask of asks) {
    if ('page' in ask) {
      answers.refusals.push(NAMES[out.readInt32LE(at)]!);
      answers.shapes.push(out.readInt32LE(at + 4));
      answers.plans.push(out.readInt32LE(at + 8) !== 0);
      at += 12;
    } else if ('rows' in ask) {
      for (let row = 0; row * ask.width < ask.rows.length; row++, at += 8) answers.logits.push(out.readBigInt64LE(at));
    } else if ('calls' in ask) {
      for (let i = 0; i < ask.calls.length; i++) answers.calls.push(out[at++]!);
    } else {
      for (let i = 0; i < ask.hots.length; i++) answers.hots.push(out[at++]!);
    }
  }
  expect(at).toBe(out.length);
  return answers;
}

function bytesOf(ask: Ask): Buffer {
  if ('page' in ask) return Buffer.concat([words(1, ask.page.length), ask.page]);
  if ('rows' in ask) {
    const { rows, width } = ask;
    return Buffer.concat([words(2, rows.length / width), new Uint8Array(rows.buffer, rows.byteOffset, rows.byteLength)]);
  }
  if ('calls' in ask) return Buffer.concat([words(3, ask.calls.length), Uint8Array.from(ask.calls.flat())]);
  const values = BigInt64Array.from(ask.hots.flat().map(BigInt));
  return Buffer.concat([words(4, ask.hots.length), new Uint8Array(values.buffer)]);
}

function words(...values: number[]): Buffer {
  return Buffer.from(Uint32Array.from(values).buffer);
}
