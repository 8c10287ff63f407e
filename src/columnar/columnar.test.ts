import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import type { Columnar } from './columnar.ts'
import { createColumnar } from './pool.ts'

describe('columnar', () => {
  let directory: string
  let columnar: Columnar

  before(async () => {
    directory = await mkdtemp(join(tmpdir(), 'columnar-'))
    columnar = createColumnar({
      tempDirectory: join(directory, 'spill'),
      memoryBytes: 64 * 2 ** 20,
      processes: 2,
    })
    writeFileSync(join(directory, "it's.csv"), 'a,b\n1,x\n2,y\n')
    writeFileSync(join(directory, 'secret.csv'), 'a\n1\n')
  })
  after(async () => {
    await columnar[Symbol.asyncDispose]()
    await rm(directory, { recursive: true })
  })

  const sum = async () => (await columnar.query({ statements: ['SELECT 1 + 1 AS two'] }))[0]?.two

  test('reads the files of the request, binds values and gives plain JSON values', async () => {
    const rows = await columnar.query({
      statements: [
        'CREATE TABLE t AS SELECT * FROM read_csv({{input}})',
        `SELECT a, b, 9007199254740993::BIGINT big, TIMESTAMP '2026-01-02 03:04:05' AS at, [1, 2] list,
           {'k': 1.5::DECIMAL(3,1)} AS struct, 'nan'::DOUBLE nan FROM t WHERE b = $1`,
      ],
      files: { input: join(directory, "it's.csv") },
      values: ['y'],
    })
    assert.deepEqual(rows, [
      {
        a: 2,
        b: 'y',
        big: '9007199254740993',
        at: '2026-01-02T03:04:05.000Z',
        list: [1, 2],
        struct: { k: 1.5 },
        nan: null,
      },
    ])
  })

  test('several files under one name are a list, and COPY writes to the named path only', async () => {
    const out = join(directory, 'out.parquet')
    await columnar.query({
      statements: [
        'COPY (SELECT * FROM read_csv({{input}}, union_by_name = true)) TO {{out}} (FORMAT parquet)',
      ],
      files: { input: [join(directory, "it's.csv"), join(directory, 'secret.csv')] },
      writes: { out },
    })
    const rows = await columnar.query({ statements: ['SELECT count(*) n FROM {{out}}'], files: { out } })
    assert.deepEqual(rows, [{ n: 3 }])
  })

  test('statements reach no other file, no extension and no setting', async () => {
    const outside = join(directory, 'secret.csv')
    const attempts = [
      `SELECT * FROM read_csv('${outside}')`,
      `SELECT * FROM read_text('/etc/passwd')`,
      `SELECT * FROM glob('${directory}/*')`,
      `COPY (SELECT 1) TO '${directory}/new.csv'`,
      `ATTACH '${directory}/new.db'`,
      'INSTALL httpfs',
      'SET enable_external_access = true',
      `SET allowed_paths = ['${outside}']`,
      "SET memory_limit = '8GB'",
    ]
    for (const statement of attempts) {
      await assert.rejects(
        columnar.query({ statements: [statement], files: { input: join(directory, "it's.csv") } }),
        /disabled by configuration|has been locked|only supported|Cannot access|not allowed/i,
        statement,
      )
    }
    assert.equal(existsSync(join(directory, 'new.csv')), false)
  })

  test('a file that cannot be read is invalid data, named as the request names it', async () => {
    writeFileSync(join(directory, 'bad.parquet'), 'PAR1 this is no parquet file PAR1')
    await assert.rejects(
      columnar.query({
        statements: ['SELECT * FROM read_parquet({{input}})'],
        files: { input: join(directory, 'bad.parquet') },
      }),
      (error: Error & { code?: string }) =>
        error.code === 'invalid_data' && !error.message.includes(directory),
    )
  })

  test('a mistake in a statement is a bug, not invalid data', async () => {
    await assert.rejects(
      columnar.query({ statements: ['SELEC 1'] }),
      (error: Error) => error.name === 'Error',
    )
    await assert.rejects(columnar.query({ statements: ['SELECT {{nothing}}'] }), /does not have/)
  })

  test('a query that outgrows its memory fails alone', async () => {
    await assert.rejects(
      columnar.query({ statements: ['SELECT list(i) FROM range(100000000) t(i)'] }),
      (error: { code?: string }) => error.code === 'too_large',
    )
    assert.equal(await sum(), 2)
  })

  test('a larger query spills to the temporary directory and leaves nothing there', async () => {
    const rows = await columnar.query({
      statements: [
        "SELECT count(*) n FROM (SELECT DISTINCT i::VARCHAR || repeat('x', 40) FROM range(2000000) t(i))",
      ],
    })
    assert.deepEqual(rows, [{ n: 2_000_000 }])
    const left = readdirSync(join(directory, 'spill'), { recursive: true }).filter((name) =>
      String(name).includes('duckdb_temp'),
    )
    assert.deepEqual(left, [])
  })

  test('an aborted query ends at once and its process is replaced', async () => {
    const stop = new AbortController()
    const endless = columnar.query({
      statements: ['SELECT count(*) FROM range(100000000000) a(i), range(1000) b(j)'],
      signal: stop.signal,
    })
    await sum()
    stop.abort(new Error('enough'))
    await assert.rejects(endless, /enough/)
    assert.equal(await sum(), 2)
  })

  test('more queries than processes wait for their turn', async () => {
    assert.deepEqual(await Promise.all(Array.from({ length: 7 }, sum)), Array(7).fill(2))
  })

  test('a query beyond its time is stopped', async () => {
    await using hurried = createColumnar({ tempDirectory: join(directory, 'hurried'), timeoutMs: 300 })
    await assert.rejects(
      hurried.query({ statements: ['SELECT count(*) FROM range(100000000000) a(i), range(1000) b(j)'] }),
      /longer than 0.3 s/,
    )
  })

  test('processes that have nothing to do end, and what killed ones spilled is removed at start', async () => {
    const spill = join(directory, 'idle')
    mkdirSync(join(spill, '999999999-1'), { recursive: true })
    await using pool = createColumnar({ tempDirectory: spill, idleMs: 1 })
    assert.deepEqual(readdirSync(spill), [])
    await pool.query({ statements: ['SELECT 1'] })
    assert.equal(readdirSync(spill).length, 1)
    while (readdirSync(spill).length > 0) await new Promise((resolve) => setTimeout(resolve, 5))
  })

  test('closing ends what is running', async () => {
    const pool = createColumnar({ tempDirectory: join(directory, 'closing') })
    const endless = pool.query({
      statements: ['SELECT count(*) FROM range(100000000000) a(i), range(1000) b(j)'],
    })
    const refused = assert.rejects(endless, (error: { code?: string }) => error.code === 'not_ready')
    await new Promise(setImmediate)
    await pool[Symbol.asyncDispose]()
    await refused
  })

  const proc = existsSync('/proc/self/task') ? {} : { skip: 'needs /proc' }
  test('a query ends with the process that asked for it, however that ended', proc, async () => {
    const program = `
      import { createColumnar } from ${JSON.stringify(new URL('./pool.ts', import.meta.url).href)}
      const pool = createColumnar({ tempDirectory: ${JSON.stringify(join(directory, 'orphan'))} })
      await pool.query({ statements: ['SELECT 1'] })
      pool.query({ statements: ['SELECT count(*) FROM range(100000000000) a(i), range(1000) b(j)'] })
      console.log('ready')`
    const parent = spawn(process.execPath, ['--input-type=module', '--eval', program], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    await once(parent.stdout, 'data')
    const children = readFileSync(`/proc/${parent.pid}/task/${parent.pid}/children`, 'utf8').trim().split(' ')
    assert.equal(children.length, 1)
    parent.kill('SIGKILL')
    while (existsSync(`/proc/${children[0]}`)) await new Promise((resolve) => setTimeout(resolve, 5))
  })
})
