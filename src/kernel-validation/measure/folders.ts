/** Where `kernel measure --out` lays a run: what the guest wrote, and the bundle that was made of it. */
export const CAPTURES = 'captures';
export const BUNDLES = 'bundles';
