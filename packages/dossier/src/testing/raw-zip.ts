// Writes a stored zip by hand, so that it can lie about everything.

import { crc32 } from '../crc32.ts';

/** Writes a stored zip by hand, so that it can lie. */
export async function rawZip(
  entries: readonly {
    path: string;
    content?: string;
    local?: string;
    flags?: number;
    method?: number;
    attributes?: number;
    extra?: string;
    hidden?: boolean;
  }[],
): Promise<Uint8Array<ArrayBuffer>> {
  const parts: Buffer[] = [];
  const central: Buffer[] = [];
  let offset = 0;
  for (const {
    path,
    content = '',
    local = path,
    flags = 0,
    method = 0,
    attributes = 0,
    extra = '',
    hidden = false,
  } of entries) {
    const data = Buffer.from(content);
    const crc = crc32(data);
    const head = Buffer.alloc(30);
    head.writeUInt32LE(0x04034b50, 0);
    head.writeUInt16LE(20, 4);
    head.writeUInt16LE(flags, 6);
    head.writeUInt16LE(method, 8);
    head.writeUInt16LE(0x21, 12);
    head.writeUInt32LE(crc, 14);
    head.writeUInt32LE(data.length, 18);
    head.writeUInt32LE(data.length, 22);
    head.writeUInt16LE(Buffer.byteLength(local), 26);
    head.writeUInt16LE(extra.length, 28);
    const dir = Buffer.alloc(46);
    dir.writeUInt32LE(0x02014b50, 0);
    dir.writeUInt16LE(20, 4);
    dir.writeUInt16LE(20, 6);
    dir.writeUInt16LE(flags, 8);
    dir.writeUInt16LE(method, 10);
    dir.writeUInt16LE(0x21, 14);
    dir.writeUInt32LE(crc, 16);
    dir.writeUInt32LE(data.length, 20);
    dir.writeUInt32LE(data.length, 24);
    dir.writeUInt16LE(Buffer.byteLength(path), 28);
    dir.writeUInt32LE(attributes, 38);
    dir.writeUInt32LE(offset, 42);
    const block = Buffer.concat([head, Buffer.from(local), Buffer.from(extra), data]);
    parts.push(block);
    if (!hidden) central.push(Buffer.concat([dir, Buffer.from(path)]));
    offset += block.length;
  }
  const directory = Buffer.concat(central);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(central.length, 8);
  end.writeUInt16LE(central.length, 10);
  end.writeUInt32LE(directory.length, 12);
  end.writeUInt32LE(offset, 16);
  return new Uint8Array(Buffer.concat([...parts, directory, end]));
}
