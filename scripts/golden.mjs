/**
 * Writes test/golden/hashes.json anew, after a change that is meant to change what runs do. Says which runs changed, and
 * where each first parts from what was kept. Usage: node scripts/golden.mjs
 */
import { spawnSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const { status } = spawnSync(process.execPath, ['--import', 'tsx', join('test', 'golden', 'write.ts')], { cwd: root, stdio: 'inherit' });
process.exitCode = status ?? 1;
