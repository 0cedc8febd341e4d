/** The probe's results and what is fitted from them. */
export { fitDirect } from './direct.js';
export { type CacheFit, fitCaches, fitCachesInFull, type FitOptions } from './fit.js';
export { parseProbe, readProbe } from './read.js';
export type { CacheResidual, CurveFit } from './residuals.js';
export type { Probe } from './schema.js';
