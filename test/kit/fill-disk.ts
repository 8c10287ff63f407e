import { randomBytes } from 'node:crypto'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { SlipwayError } from '../../src/base/error.ts'
import { openBlobs } from '../../src/blobs/open.ts'

// Run on a disk of 512 KB: a blob that does not fit must fail cleanly, and one that fits must still be taken.
const home = process.argv[2] ?? ''
const blobs = await openBlobs({ kind: 'local', home })
const code = await blobs.put(randomBytes(1 << 20)).then(
  () => 'stored',
  (error: unknown) => (error instanceof SlipwayError ? error.code : String(error)),
)
const left = await readdir(join(home, 'blobs', 'tmp'))
const after = await blobs.put(randomBytes(100_000)).then(() => 'ok', String)
console.log(JSON.stringify({ code, left, after }))
