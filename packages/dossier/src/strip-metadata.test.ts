import { expect, test } from 'vitest';
import { crc32 } from './crc32.ts';
import { stripMetadata } from './strip-metadata.ts';
import { png } from './testing/notice.ts';

const strip = async (...bytes: number[]) => [
  ...new Uint8Array(await (await stripMetadata(new Blob([Uint8Array.from(bytes)]))).arrayBuffer()),
];
const segment = (marker: number, body: number[]) => [
  0xff,
  marker,
  (body.length + 2) >> 8,
  (body.length + 2) & 255,
  ...body,
];
const text = (value: string) => Array.from(value, c => c.charCodeAt(0));
const scan = [...segment(0xda, [1, 2]), 0xe1, 0xff, 0xd9];
const jfif = segment(0xe0, text('JFIF\0'));
const exif = (orientation: number) =>
  segment(0xe1, [
    ...text('Exif\0\0'),
    0x49,
    0x49,
    42,
    0,
    8,
    0,
    0,
    0,
    2,
    0,
    0x0f,
    1,
    2,
    0,
    4,
    0,
    0,
    0,
    ...text('Make'),
    0x12,
    1,
    3,
    0,
    1,
    0,
    0,
    0,
    orientation,
    0,
    0,
    0,
    0,
    0,
    0,
    0,
  ]);

test('a JPEG loses place, device and comments, and keeps its picture', async () => {
  expect(
    await strip(
      0xff,
      0xd8,
      ...jfif,
      ...exif(1),
      ...segment(0xe1, text('http://ns.adobe.com/xap')),
      ...segment(0xfe, text('hello')),
      ...scan,
    ),
  ).toEqual([0xff, 0xd8, ...jfif, ...scan]);
});

test('a JPEG that is turned stays turned, and says nothing else', async () => {
  const result = await strip(0xff, 0xd8, ...exif(6), ...scan);
  expect(result.slice(0, 4)).toEqual([0xff, 0xd8, 0xff, 0xe1]);
  expect(String.fromCharCode(...result)).not.toContain('Make');
  expect(result.slice(2 + 36)).toEqual(scan);
  // Stripping it again finds the same orientation in what was written.
  expect(await strip(...result)).toEqual(result);
});

test('a PNG loses its texts and times', async () => {
  const chunk = (kind: string, body: number[]) => {
    const crc = crc32(Uint8Array.from([...text(kind), ...body]));
    return [0, 0, 0, body.length, ...text(kind), ...body, crc >>> 24, (crc >>> 16) & 255, (crc >>> 8) & 255, crc & 255];
  };
  const start = [...png.subarray(0, 8)];
  expect(
    await strip(
      ...start,
      ...chunk('IHDR', [1]),
      ...chunk('tEXt', text('Author')),
      ...chunk('eXIf', [1]),
      ...chunk('IEND', []),
    ),
  ).toEqual([...start, ...chunk('IHDR', [1]), ...chunk('IEND', [])]);
});

test('what is no photo, or a broken one, is given back as it is', async () => {
  for (const bytes of [
    text('%PDF'),
    [0xff, 0xd8, 0xff, 0xe1, 0xff, 0xff],
    [...png.subarray(0, 8), 0, 0, 0, 99],
    [0xff, 0xd8, 1, 2, 3, 4],
  ])
    expect(await strip(...bytes)).toEqual(bytes);
});
