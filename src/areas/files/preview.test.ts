import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import type { Blobs } from '../../blobs/blobs.ts'
import { openBlobs } from '../../blobs/open.ts'
import type { Columnar } from '../../columnar/columnar.ts'
import { createColumnar } from '../../columnar/pool.ts'
import type { FileToRead } from '../artifacts/index.ts'
import { previewOf } from './preview.ts'
import { verify } from './verify.ts'

let directory: string
let blobs: Blobs
let columnar: Columnar
const signal = new AbortController().signal

before(async () => {
  directory = await mkdtemp(join(tmpdir(), 'slipway-preview-'))
  blobs = await openBlobs({ kind: 'local', home: directory })
  columnar = createColumnar({ tempDirectory: join(directory, 'columnar') })
})
after(async () => {
  await columnar[Symbol.asyncDispose]()
  await rm(directory, { recursive: true })
})

async function file(path: string, content: string | Buffer): Promise<FileToRead> {
  const { digest, size } = await blobs.put(Buffer.from(content))
  return {
    path,
    digest,
    size,
    etag: digest,
    read: (range) => blobs.get(digest, range === undefined ? {} : { range }),
  }
}

async function preview(
  one: FileToRead,
  wanted: { offset?: number; limit?: number; as?: 'text' | 'table' } = {},
) {
  const deps = { blobs, columnar, tempDirectory: join(directory, 'tmp') }
  const { offset = 0, limit, as } = wanted
  return await previewOf(deps, one, { offset, limit, as, signal })
}

test('text comes in pieces that fall between characters and make up the whole', async () => {
  const content = 'aé€😀'.repeat(50)
  const one = await file('notes.md', content)
  for (const limit of [4, 5, 7, 64]) {
    let text = ''
    let offset: number | null = 0
    while (offset !== null) {
      const piece = await preview(one, { offset, limit })
      assert.equal(piece.kind, 'text')
      if (piece.kind !== 'text') return
      assert.equal(piece.language, 'markdown')
      text += piece.text
      offset = piece.next_offset
    }
    assert.equal(text, content)
  }
})

test('bytes that are no text are not shown as such', async () => {
  assert.equal((await preview(await file('model.pkl', Buffer.from([128, 4, 0, 1])))).kind, 'none')
  assert.equal((await preview(await file('empty.txt', ''))).kind, 'text')
})

test('a CSV is a table, any part of it, or text when asked', async () => {
  const one = await file(
    'rows.csv',
    `a,b\n${Array.from({ length: 250 }, (_, i) => `${i},x${i}`).join('\n')}\n`,
  )
  const shown = await preview(one, { offset: 240, limit: 5 })
  assert.equal(shown.kind, 'table')
  if (shown.kind !== 'table') return
  assert.deepEqual(shown.columns, [
    { name: 'a', type: 'BIGINT' },
    { name: 'b', type: 'VARCHAR' },
  ])
  assert.deepEqual(shown.rows[0], [240, 'x240'])
  assert.deepEqual([shown.rows.length, shown.total], [5, 250])
  assert.equal((await preview(one, { as: 'text', limit: 10 })).kind, 'text')
})

test('a file that the blob store does not hold is read from a copy that goes', async () => {
  const stored = await file('rows.tsv', 'a\tb\n1\t2\n')
  const shown = await preview({ ...stored, digest: undefined })
  assert.equal(shown.kind === 'table' && shown.rows.length, 1)
})

test('Parquet is a table; what only has its name says why not', async () => {
  const path = join(directory, 'x.parquet')
  await columnar.query({
    statements: ["COPY (SELECT range AS n, 't' AS t FROM range(3)) TO {{out}} (FORMAT parquet)"],
    writes: { out: path },
  })
  const { readFile } = await import('node:fs/promises')
  const shown = await preview(await file('x.parquet', await readFile(path)))
  assert.deepEqual(shown.kind === 'table' && shown.rows, [
    [0, 't'],
    [1, 't'],
    [2, 't'],
  ])
  assert.equal((await preview(await file('fake.parquet', 'not parquet'))).kind, 'none')
})

test('images and pages are told, not sent', async () => {
  assert.equal((await preview(await file('a.png', 'x'))).kind, 'image')
  assert.equal((await preview(await file('a.html', '<p>'))).kind, 'html')
  assert.equal((await preview(await file('a.html', '<p>'), { as: 'text' })).kind, 'text')
})

test('verification tells what is whole, missing and without a record', async () => {
  const good = await file('good', 'good')
  const gone = await file('gone', 'gone')
  await blobs.delete(gone.digest ?? '')
  const wrong = { ...good, path: 'wrong', digest: createHash('sha256').update('other').digest('hex') }
  const each = async function* () {
    yield* [good, gone, wrong, { ...good, path: 'theirs', digest: undefined }]
  }
  const { files, bytes } = await verify(each(), signal)
  assert.deepEqual(
    files.map((one) => [one.path, one.state]),
    [
      ['good', 'ok'],
      ['gone', 'missing'],
      ['wrong', 'corrupt'],
      ['theirs', 'unrecorded'],
    ],
  )
  assert.equal(bytes, 16)
})
