import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { create, Header } from 'tar'
import { job, openTestEngine } from '../../../test/kit/engine.ts'
import { unpack } from './unpack.ts'

const root = await mkdtemp(join(tmpdir(), 'slipway-unpack-'))
after(() => rm(root, { recursive: true, force: true }))

interface Entry {
  readonly path: string
  readonly type?: 'File' | 'SymbolicLink' | 'Link' | 'CharacterDevice' | 'Directory'
  readonly linkpath?: string
  readonly mode?: number
  readonly content?: string
}

let count = 0

/** An archive with exactly these entries, however hostile, unpacked into a directory of its own. */
async function unpackEntries(entries: readonly Entry[]): Promise<string> {
  const directory = join(root, String(count++), 'work')
  await mkdir(directory, { recursive: true })
  const archive = `${directory}.tar`
  await writeFile(archive, Buffer.concat([...entries.flatMap(blocksOf), Buffer.alloc(1024)]))
  await unpack(archive, directory)
  return directory
}

function blocksOf({
  path,
  type = 'File',
  linkpath = '',
  mode = 0o644,
  content = 'content',
}: Entry): Buffer[] {
  const body = Buffer.from(type === 'File' ? content : '')
  const header = new Header({
    path,
    type,
    linkpath,
    mode,
    size: body.length,
    mtime: new Date(),
    uid: 4711,
    gid: 4711,
  })
  header.encode()
  return [
    header.block ?? Buffer.alloc(0),
    Buffer.concat([body, Buffer.alloc((512 - (body.length % 512)) % 512)]),
  ]
}

test('files, directories and links within the archive are unpacked', async () => {
  const directory = await unpackEntries([
    { path: 'src', type: 'Directory', mode: 0o500 },
    { path: 'src/train.py', mode: 0o4755, content: 'print(1)' },
    { path: 'src/alias.py', type: 'SymbolicLink', linkpath: 'train.py' },
    { path: 'up.py', type: 'SymbolicLink', linkpath: 'src/../src/train.py' },
  ])
  assert.equal(await readFile(join(directory, 'src/alias.py'), 'utf8'), 'print(1)')
  assert.equal(await readFile(join(directory, 'up.py'), 'utf8'), 'print(1)')
  const { mode, uid } = await stat(join(directory, 'src/train.py'))
  assert.equal(mode & 0o7777, 0o755)
  assert.equal(uid, process.getuid?.())
})

const hostile: Record<string, readonly Entry[]> = {
  'a path upwards': [{ path: '../escaped' }],
  'a path upwards in the middle': [{ path: 'a/../../escaped' }],
  'an absolute path': [{ path: join(root, 'escaped') }],
  'a link upwards': [{ path: 'link', type: 'SymbolicLink', linkpath: '../..' }],
  'an absolute link': [{ path: 'link', type: 'SymbolicLink', linkpath: '/etc' }],
  'a file behind a link': [
    { path: 'd', type: 'Directory' },
    { path: 'link', type: 'SymbolicLink', linkpath: 'd' },
    { path: 'link/file' },
  ],
  'a file in the place of a link': [{ path: 'x', type: 'SymbolicLink', linkpath: 'y' }, { path: 'x' }],
  'a hard link': [{ path: 'x', type: 'Link', linkpath: '/etc/passwd' }],
  'a hard link within': [{ path: 'a' }, { path: 'x', type: 'Link', linkpath: 'a' }],
  'a device': [{ path: 'x', type: 'CharacterDevice' }],
  'nothing at all': [],
}

for (const [what, entries] of Object.entries(hostile)) {
  test(`an archive with ${what} is refused before anything is written`, async () => {
    const at = count
    await assert.rejects(
      unpackEntries([{ path: 'harmless' }, ...entries].slice(entries.length === 0 ? 1 : 0)),
      {
        code: 'invalid_argument',
        message: /The code archive is refused: /,
      },
    )
    assert.deepEqual(await readdir(join(root, String(at), 'work')), [])
    assert.equal(existsSync(join(root, 'escaped')) || existsSync(join(root, String(at), 'escaped')), false)
  })
}

test('what is no archive is refused', async () => {
  for (const [name, bytes] of [
    ['text', Buffer.from('this is not a tar archive'.repeat(100))],
    ['cut', Buffer.from([0x1f, 0x8b, 8, 0, 0])],
  ] as const) {
    const archive = join(root, name)
    await writeFile(archive, bytes)
    await assert.rejects(unpack(archive, root), { code: 'invalid_argument' }, name)
  }
})

test('a job runs in its unpacked code; with a hostile archive it fails in set-up and says why', async () => {
  await using platform = await openTestEngine()
  const code = join(root, 'code')
  await mkdir(code)
  await writeFile(join(code, 'main.sh'), 'echo from the archive')
  await create({ file: `${code}.tgz`, cwd: code, gzip: true }, ['.'])
  const good = await platform.blobs.put(await readFile(`${code}.tgz`))
  const handle = await platform.engine.start(job('sh main.sh', { code: good.digest }))
  assert.equal(await platform.readLog(handle), 'from the archive\n')
  const bad = await platform.blobs.put(Buffer.concat([...blocksOf({ path: '../x' }), Buffer.alloc(1024)]))
  const result = await platform.run(job('true', { code: bad.digest }))
  assert.equal(result.outcome, 'setup_failed')
  assert.match(result.message, /"..\/x" leaves the directory/)
})
