import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect } from 'vitest';
import { emitPolicy } from '../../src/kernel-validation/emit/index.js';
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
			s32 refusal;

			take(exact, head[1]);
			refusal = (s32)cfslab_check(exact, head[1]);
			if (!refusal)
				cfslab_prepare(&model, exact);
			free(exact);
			give(&refusal, sizeof(refusal));
		} else if (head[0] == 2) {
			for (i = 0; i < head[1]; i++) {
				s64 raw[CFSLAB_MAX_INPUTS], logit;

				take(raw, model.inputs * sizeof(s64));
				logit = cfslab_logit(&model, raw);
				give(&logit, sizeof(logit));
			}
		} else if (head[0] == 3) {
			for (i = 0; i < head[1]; i++) {
				u8 call[4], answer;

				take(call, sizeof(call));
				answer = (u8)(cfslab_combine(call[0], call[1], call[2], call[3]) | cfslab_is_settled(call[0], call[1], call[2]) << 1);
				give(&answer, sizeof(answer));
			}
		} else {
			for (i = 0; i < head[1]; i++) {
				s64 call[4];
				u8 answer;

				take(call, sizeof(call));
				answer = (u8)cfslab_rule(&model, (int)call[0], (int)call[1], (u32)call[2], call[3]);
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
  | { readonly roles: ReadonlyArray<readonly [task: number, hot: number, stock: number, says: number]> }
  | { readonly rules: ReadonlyArray<readonly [stock: number, hot: number, failed: number, ran: number]> };

/** What it answered, in the order in which it was asked. */
export interface Answers {
  readonly refusals: Array<'ACCEPTED' | Refusal>;
  readonly logits: bigint[];
  readonly roles: number[];
  readonly rules: number[];
}

/** Compiles the kernel's C. @param flags for gcc, as a sanitizer @returns the program */
export function compilePolicy(folder: string, flags: readonly string[]): string {
  for (const { path, text } of emitPolicy().files) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  writeFileSync(join(folder, 'driver.c'), DRIVER);
  const warnings = ['-Wall', '-Wextra', '-Werror'];
  const sources = ['driver.c', 'policy/check.c', 'policy/features.c'];
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
  const answers: Answers = { refusals: [], logits: [], roles: [], rules: [] };
  let at = 0;
  for (const ask of asks) {
    if ('page' in ask) {
      answers.refusals.push(NAMES[out.readInt32LE(at)]!);
      at += 4;
    } else if ('rows' in ask) {
      for (let row = 0; row * ask.width < ask.rows.length; row++, at += 8) answers.logits.push(out.readBigInt64LE(at));
    } else if ('roles' in ask) {
      for (let i = 0; i < ask.roles.length; i++) answers.roles.push(out[at++]!);
    } else {
      for (let i = 0; i < ask.rules.length; i++) answers.rules.push(out[at++]!);
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
  if ('roles' in ask) return Buffer.concat([words(3, ask.roles.length), Uint8Array.from(ask.roles.flat())]);
  const values = BigInt64Array.from(ask.rules.flat().map(BigInt));
  return Buffer.concat([words(4, ask.rules.length), new Uint8Array(values.buffer)]);
}

function words(...values: number[]): Buffer {
  return Buffer.from(Uint32Array.from(values).buffer);
}
