import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, truncateSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { list } from 'tar'
import { archive, isIgnored, listFiles, readRules } from './archive.ts'
import { referenced } from './commands/apply.ts'

let root: string
before(() => {
  root = mkdtempSync(join(tmpdir(), 'slipway-code-'))
  for (const directory of ['src', '__pycache__', '.git', 'data', '.venv/lib'])
    mkdirSync(join(root, directory), { recursive: true })
  const files = [
    'train.py',
    'src/model.py',
    'src/model.pyc',
    '__pycache__/x',
    '.git/config',
    '.env',
    'data/big.csv',
    'data/small.csv',
    '.venv/lib/x.py',
    'slipway.yaml',
  ]
  for (const file of files) writeFileSync(join(root, file), file)
  writeFileSync(join(root, '.gitignore'), '# data stays here\ndata/*.csv\n!data/small.csv\n')
  symlinkSync('/etc/passwd', join(root, 'passwd'))
})
after(() => rmSync(root, { recursive: true }))

const digest = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')

test('packs the code, and neither leftovers, secrets, links nor what is ignored', async () => {
  const paths = listFiles(root).map(({ path }) => path)
  assert.deepEqual(paths, ['.gitignore', 'data/small.csv', 'slipway.yaml', 'src/model.py', 'train.py'])
  const packed = await archive(root, 'slipway.yaml')
  const inside: string[] = []
  const reader = list({ onReadEntry: (entry) => inside.push(entry.path) })
  reader.end(Buffer.from(packed.bytes))
  assert.deepEqual(inside, ['./.gitignore', './data/small.csv', './src/model.py', './train.py'])
  assert.equal(packed.files, 4)
})

test('the same files are the same bytes, whenever they were written', async () => {
  const first = digest((await archive(root, 'slipway.yaml')).bytes)
  utimesSync(join(root, 'train.py'), 1, 1)
  writeFileSync(join(root, 'slipway.yaml'), 'changed')
  assert.equal(digest((await archive(root, 'slipway.yaml')).bytes), first)
  writeFileSync(join(root, 'train.py'), 'other')
  assert.notEqual(digest((await archive(root, 'slipway.yaml')).bytes), first)
})

test('code that is too large is named', async () => {
  writeFileSync(join(root, 'weights.bin'), '')
  truncateSync(join(root, 'weights.bin'), 70 * 1024 * 1024)
  await assert.rejects(
    archive(root, 'slipway.yaml'),
    /too large: 70\.0 MiB, at most 64\.0 MiB. Largest: weights\.bin \(70\.0 MiB\)/,
  )
  rmSync(join(root, 'weights.bin'))
})

test('patterns mean what they mean to git', () => {
  const rules = readRules('*.log\n/top.txt\nbuild/\ndocs/*.md\n!keep.log')
  const ignored = (path: string, directory = false) => isIgnored(path, directory, rules)
  assert.deepEqual(
    [ignored('a.log'), ignored('x/a.log'), ignored('x/keep.log'), ignored('top.txt'), ignored('x/top.txt')],
    [true, true, false, true, false],
  )
  assert.deepEqual(
    [
      ignored('build', true),
      ignored('build'),
      ignored('x/build', true),
      ignored('docs/a.md'),
      ignored('docs/x/a.md'),
    ],
    [true, false, true, true, false],
  )
})

test('the files that a line file names go along, those that are missing are told by the platform', async () => {
  writeFileSync(join(root, 'checks.yaml'), 'checks: []')
  const files = await referenced('data: { checks: ./checks.yaml }\ntrain: { python: gone.txt }', root)
  assert.deepEqual(files, { './checks.yaml': 'checks: []' })
  assert.deepEqual(await referenced('just text', root), {})
})

test('a directory with nothing but the line file is an empty archive', async () => {
  const alone = mkdtempSync(join(tmpdir(), 'slipway-alone-'))
  writeFileSync(join(alone, 'slipway.yaml'), 'version: 1')
  assert.deepEqual(await archive(alone, 'slipway.yaml'), { bytes: new Uint8Array(1024), files: 0 })
  rmSync(alone, { recursive: true })
})
