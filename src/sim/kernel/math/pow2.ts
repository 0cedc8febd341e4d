/**
 * Powers of two from 2^0 to 2^1023, exact. The language leaves the accuracy of `**` to the implementation unless both
 * sides are literals, so exponents that vary are looked up here.
 */
export const POW2 = new Float64Array(1024);
for (let n = 0, power = 1; n < POW2.length; n++, power *= 2) POW2[n] = power;
