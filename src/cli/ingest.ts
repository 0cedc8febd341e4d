import { statSync } from 'node:fs';
import type { BundleContents } from '../bundle/contents.js';
import { readBundle, openBundle } from '../bundle/read.js';
