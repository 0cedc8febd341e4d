const POLYNOMIAL = 0xedb88320;

/** CRC-32 (IEEE 802.3), as the kernel's ~crc32_le(~0, …) and zlib's. */
export function crc32(bytes: Uint8Array): number {
  let crc = 0xffff_ffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ ((crc & 1) === 0 ? 0 : POLYNOMIAL);
  }
  return ~crc >>> 0;
}
