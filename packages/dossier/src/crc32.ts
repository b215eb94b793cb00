// CRC-32 as zip headers want it (ISO 3309, reflected), eight bytes at a time.

const TABLES = tables();

/** Continues a CRC-32 over further bytes; the first call takes 0. The result is an unsigned 32-bit integer. */
export function crc32(bytes: Uint8Array, crc = 0): number {
  const [t0, t1, t2, t3, t4, t5, t6, t7] = TABLES;
  const end = bytes.length;
  const whole = end - (end % 8);
  let c = ~crc;
  let i = 0;
  for (; i < whole; i += 8) {
    c ^= bytes[i]! | (bytes[i + 1]! << 8) | (bytes[i + 2]! << 16) | (bytes[i + 3]! << 24);
    c =
      t7[c & 255]!
      ^ t6[(c >>> 8) & 255]!
      ^ t5[(c >>> 16) & 255]!
      ^ t4[c >>> 24]!
      ^ t3[bytes[i + 4]!]!
      ^ t2[bytes[i + 5]!]!
      ^ t1[bytes[i + 6]!]!
      ^ t0[bytes[i + 7]!]!;
  }
  for (; i < end; i++) c = t0[(c ^ bytes[i]!) & 255]! ^ (c >>> 8);
  return ~c >>> 0;
}

type Table = Int32Array;

function tables(): [Table, Table, Table, Table, Table, Table, Table, Table] {
  const all = Array.from({ length: 8 }, () => new Int32Array(256));
  for (let n = 0; n < 256; n++) {
    let c = n;
    for (let k = 0; k < 8; k++) c = c & 1 ? 0xedb88320 ^ (c >>> 1) : c >>> 1;
    all[0]![n] = c;
  }
  for (let n = 0; n < 256; n++) {
    for (let t = 1; t < 8; t++) {
      const before = all[t - 1]![n]!;
      all[t]![n] = (before >>> 8) ^ all[0]![before & 255]!;
    }
  }
  return all as [Table, Table, Table, Table, Table, Table, Table, Table];
}
