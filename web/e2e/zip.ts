/** A zip archive of small texts, uncompressed: what a problem's package needs, and no more. */

import { crc32 } from "node:zlib";

export function zipped(texts: Record<string, string>): Buffer {
  const files: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const [path, text] of Object.entries(texts)) {
    const [name, data] = [Buffer.from(path), Buffer.from(text)];
    const said = about(name, data);
    const file = Buffer.concat([numbers([4, 0x04034b50]), said, name, data]);
    const place = numbers([2, 0], [2, 0], [2, 0], [4, 0], [4, offset]); // comment, disk, attributes, where it begins
    directory.push(Buffer.concat([numbers([4, 0x02014b50], [2, 20]), said, place, name]));
    files.push(file);
    offset += file.length;
  }
  const index = Buffer.concat(directory);
  const count = directory.length;
  const end = numbers([4, 0x06054b50], [2, 0], [2, 0], [2, count], [2, count], [4, index.length], [4, offset], [2, 0]);
  return Buffer.concat([...files, index, end]);
}

/** Version, flags (names in UTF-8), method, time, date, checksum, sizes, lengths: the same in both places. */
function about(name: Buffer, data: Buffer): Buffer {
  const { length } = data;
  const sizes = [[4, crc32(data)] as const, [4, length] as const, [4, length] as const];
  return numbers([2, 20], [2, 0x0800], [2, 0], [2, 0], [2, 0x21], ...sizes, [2, name.length], [2, 0]);
}

function numbers(...values: readonly (readonly [bytes: 2 | 4, value: number])[]): Buffer {
  return Buffer.concat(
    values.map(([bytes, value]) => {
      const made = Buffer.alloc(bytes);
      made.writeUIntLE(value, 0, bytes);
      return made;
    }),
  );
}
