import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, readdir, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { after, before, test } from 'node:test'
import { promisify } from 'node:util'
import { openRoot, type Root } from './directory.ts'

let scratch: string
let outside: string
let path: string
let root: Root

before(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'slipway-root-'))
  path = join(scratch, 'root')
  outside = join(scratch, 'outside')
  await mkdir(outside)
  await writeFile(join(outside, 'secret'), 'secret')
  root = await openRoot(path)
})
after(() => rm(scratch, { recursive: true }))

async function all(below: string): Promise<string[]> {
  const paths: string[] = []
  for await (const file of root.files(below)) paths.push(file.path)
  return paths.sort()
}

test('what is written through it and what others write are one tree', async () => {
  await root.write('1/run/artifacts/a/b.txt', Buffer.from('ours'), {})
  assert.equal(await readFile(join(path, '1/run/artifacts/a/b.txt'), 'utf8'), 'ours')
  await writeFile(join(path, '1/run/artifacts/c.txt'), 'theirs')
  assert.deepEqual(
    (await root.list('1/run/artifacts')).map((entry) => [entry.path, entry.directory, entry.size]),
    [
      ['1/run/artifacts/a', true, null],
      ['1/run/artifacts/c.txt', false, 6],
    ],
  )
  assert.deepEqual(await all('1'), ['1/run/artifacts/a/b.txt', '1/run/artifacts/c.txt'])
  assert.deepEqual(await all('1/run/artifacts/c.txt'), ['1/run/artifacts/c.txt'])
  assert.equal(await text(await root.read('1/run/artifacts/c.txt', { start: 1, end: 3 })), 'he')
  assert.equal(await text(await root.read('1/run/artifacts/c.txt', { start: 2, end: 2 })), '')
  assert.deepEqual(await root.list('1/run/artifacts/c.txt'), [])
  assert.deepEqual(await root.list('none/at/all'), [])
  assert.equal(await root.find('1/run/artifacts/a'), undefined)
})

test('a file is replaced whole, and where it waits is not seen', async () => {
  await root.write('2/x', Buffer.from('first'), {})
  await assert.rejects(root.write('2/x', Buffer.from('second'), { limit: 3 }), { code: 'too_large' })
  assert.equal(await text(await root.read('2/x')), 'first')
  await root.write('2/x', Buffer.from('second'), {})
  assert.equal(await text(await root.read('2/x')), 'second')
  assert.ok(!(await root.list('')).some((entry) => entry.path.startsWith('.')))
  assert.deepEqual(await readdir(join(path, '.slipway')), [])
  await assert.rejects(root.write('.slipway/x', Buffer.from('x'), {}), { code: 'invalid_argument' })
})

test('a file is no directory and a directory no file', async () => {
  await root.write('3/a/b', Buffer.from('x'), {})
  await assert.rejects(root.write('3/a', Buffer.from('y'), {}), { code: 'invalid_argument' })
  await assert.rejects(root.write('3/a/b/c', Buffer.from('y'), {}), { code: 'invalid_argument' })
  await assert.rejects(root.write(`3/${'n'.repeat(300)}`, Buffer.from('y'), {}), { code: 'invalid_argument' })
  await assert.rejects(root.read('3/a'), { code: 'not_found' })
})

test('links lead nowhere: not to read, list, write, nor remove', async () => {
  await mkdir(join(path, '4'))
  await symlink(outside, join(path, '4/directory'))
  await symlink(join(outside, 'secret'), join(path, '4/file'))
  await symlink('../../outside/secret', join(path, '4/relative'))
  assert.deepEqual(await root.list('4'), [])
  assert.deepEqual(await root.list('4/directory'), [])
  assert.deepEqual(await all('4'), [])
  for (const name of ['4/directory/secret', '4/file', '4/relative']) {
    assert.equal(await root.find(name), undefined, name)
    await assert.rejects(root.read(name), { code: 'not_found' }, name)
  }
  await assert.rejects(root.write('4/directory/new', Buffer.from('x'), {}), { code: 'invalid_argument' })
  await root.write('4/file', Buffer.from('replaced'), {})
  assert.equal(await readFile(join(outside, 'secret'), 'utf8'), 'secret')
  assert.equal(await root.remove('4'), 1)
  assert.deepEqual(await readdir(outside), ['secret'])
})

test('a directory that is swapped for a link in the middle leads nowhere either', async () => {
  await root.write('5/inner/secret', Buffer.from('public'), {})
  await mkdir(join(path, '5/swap'))
  await symlink(outside, join(path, '5/swap/inner'))
  let stopped = false
  const swapping = (async () => {
    while (!stopped) {
      await rename(join(path, '5/inner'), join(path, '5/kept'))
      await rename(join(path, '5/swap/inner'), join(path, '5/inner'))
      await rename(join(path, '5/inner'), join(path, '5/swap/inner'))
      await rename(join(path, '5/kept'), join(path, '5/inner'))
    }
  })()
  const seen = new Set<string>()
  for (let i = 0; i < 300; i += 1) {
    seen.add(
      await root.read('5/inner/secret').then(
        (stream) => text(stream),
        () => 'nothing',
      ),
    )
  }
  stopped = true
  await swapping
  assert.ok(!seen.has('secret'), [...seen].join())
})

test('a pipe is not opened', async () => {
  await mkdir(join(path, '6'))
  await promisify(execFile)('mkfifo', [join(path, '6/pipe')])
  assert.equal(await root.find('6/pipe'), undefined)
  await assert.rejects(root.read('6/pipe'), { code: 'not_found' })
  assert.deepEqual(await root.list('6'), [])
})
