import assert from 'node:assert/strict'
import { createReadStream } from 'node:fs'
import { after, before, describe, test } from 'node:test'
import { openTestData, type TestData } from '../../../../test/kit/data.ts'
import { system } from '../../../base/principal.ts'

describe('ingest', () => {
  let kit: TestData
  before(async () => {
    kit = await openTestData()
  })
  after(() => kit[Symbol.asyncDispose]())

  const refused = (
    csv: string | Buffer,
    message: RegExp,
    facts: Record<string, unknown> = {},
    dataset = 'refused',
  ) =>
    assert.rejects(
      kit.ingestText(dataset, csv),
      (error: Error & { code: string; facts: Record<string, unknown> }) => {
        assert.equal(error.code, 'invalid_data', error.message)
        assert.match(error.message, message)
        for (const [name, value] of Object.entries(facts))
          assert.equal(error.facts[name], value, error.message)
        return true
      },
    )

  test('a CSV file becomes a version with schema, parts, profile and its source', async () => {
    const version = await kit.ingestText(
      'people',
      '\uFEFFid,age,height,member,joined,"first, name",code\r\n' +
        '1,30,1.75,true,2026-01-01T10:00:00Z,"O""Hara",007\r\n' +
        '2,,1.6,false,2026-01-02T00:00:00+02:00,"two\nlines",012\r\n' +
        '3,41,1e0,TRUE,2026-01-03,Zoë,100\r\n',
    )
    assert.deepEqual(version.schema, [
      { name: 'id', type: 'BIGINT' },
      { name: 'age', type: 'BIGINT' },
      { name: 'height', type: 'DOUBLE' },
      { name: 'member', type: 'BOOLEAN' },
      { name: 'joined', type: 'TIMESTAMP' },
      { name: 'first, name', type: 'VARCHAR' },
      { name: 'code', type: 'VARCHAR' },
    ])
    assert.equal(version.rows, 3)
    assert.equal(version.version, 1)
    assert.equal(version.parts.length, 1)
    assert.equal(version.source.files[0]?.filename, 'rows.csv')
    assert.equal(version.source.by, 'test')
    const rows = await kit.columnar.query({
      statements: ['SELECT * FROM read_parquet({{parts}}) WHERE id = 2'],
      files: { parts: await kit.data.paths(version.id) },
    })
    assert.deepEqual(rows, [
      {
        id: 2,
        age: null,
        height: 1.6,
        member: false,
        joined: '2026-01-01T22:00:00.000Z',
        'first, name': 'two\nlines',
        code: '012',
      },
    ])
    assert.deepEqual(await kit.data.files(version.id), [
      { path: 'part-0000.parquet', digest: version.parts[0]?.digest },
    ])
  })

  test('delimiters are found', async () => {
    const version = await kit.ingestText('semicolons', 'a;b\n"1;2";3,5\nx;y\n')
    assert.deepEqual(
      version.schema.map((column) => column.name),
      ['a', 'b'],
    )
  })

  test('broken rows are named with row and column, and nothing is left', async () => {
    await refused('a,b,c\n1,2,3\n4,5\n', /row 2 below the header.*2 values where the header has 3/, {
      row: 2,
      column: 'c',
    })
    await refused('a,b\n1,2\n3,4,5\n6,7\n', /row 2 .*values where the header has 2/, { row: 2 })
    await refused('a,b\n1,2\n3,"4\n5,6\n', /row 2 .*quote is not closed/, { row: 2, column: 'b' })
    await refused('a,b\n1,"x"y\n', /row 1 .*quote/, { row: 1, column: 'b' })
    await refused(Buffer.from('a,b\n1,\xff\n', 'latin1'), /row 1 .*UTF-8/, { row: 1, column: 'b' })
    await refused('a,b\n1,"x\ny"\n2\n', /row 2 .*1 values where/, { row: 2, column: 'b' })
    await refused('a,b\n1,2\r\n3,4\n', /CRLF/)
    const numbers = Array.from({ length: 300 }, (_, i) => `${i},${i === 256 ? 'n.a.' : i / 8}`)
    await refused(`a,b\n${numbers.join('\n')}\n`, /row 257, column "b": "n\.a\." is not a number/, {
      row: 257,
      column: 'b',
    })
    assert.equal(await kit.data.findVersion(kit.projectId, 'refused', 'latest'), undefined)
    assert.deepEqual(
      await kit.store.read.selectFrom('datasets').where('name', '=', 'refused').select('id').execute(),
      [],
    )
  })

  test('files that are no table are refused with what is wrong', async () => {
    await refused('', /empty/)
    await refused(' \n', /empty/)
    await refused('a,b\n', /no rows/)
    await refused('a,b,A\n1,2,3\n', /"A" stands twice/, { column: 'A' })
    await refused('a,,c\n1,2,3\n', /column 2 of the header has no name/)
    await refused('1,2,3\n4,5,6\n', /names of the columns/)
    await refused(Buffer.from('\x1f\x8babc', 'latin1'), /gzip/)
    await refused(Buffer.from('a\0b'), /zero bytes/)
    await refused('a,"b\n1,2\n', /quote is not closed/)
    await refused('PAR1 but not really', /Parquet file cannot be read/)
  })

  test('what is appended must fit, and is added to the parts that are there', async () => {
    const first = await kit.ingestText('growing', 'id,x,name\n1,0.5,a\n2,1.5,b\n')
    const second = await kit.ingestText('growing', 'name,id,x\nc,3,7\n')
    assert.equal(second.version, 2)
    assert.equal(second.rows, 3)
    assert.equal(second.profile.rows, 3)
    assert.equal(second.source.parent, 1)
    assert.deepEqual(second.schema, first.schema)
    assert.equal(second.parts[0]?.digest, first.parts[0]?.digest)
    await refused('id,x\n1,2\n', /lacks "name"/, { column: 'name' }, 'growing')
    await refused('id,x,name,more\n1,2,a,b\n', /has "more"/, { column: 'more' }, 'growing')
    await refused(
      'id,x,name\n1,2,a\n2,wide,b\n',
      /row 2, column "x": "wide" is not a number/,
      { row: 2, column: 'x' },
      'growing',
    )
    await refused(
      'id,x,name\n1,2,a\n2.5,3,b\n',
      /row 2, column "id": "2.5" is not a whole number/,
      { row: 2, column: 'id' },
      'growing',
    )
    const third = await kit.ingestText('growing', 'other\n1\n', { mode: 'replace' })
    assert.equal(third.version, 3)
    assert.equal(third.rows, 1)
    assert.equal(third.source.parent, undefined)
  })

  test('Parquet files are taken in, their types narrowed to ours; nested ones are refused', async () => {
    let written = 0
    const write = async (select: string) => {
      written += 1
      const path = `${kit.directory}/in-${written}.parquet`
      await kit.columnar.query({
        statements: [`COPY (${select}) TO {{out}} (FORMAT parquet)`],
        writes: { out: path },
      })
      return await kit.blobs.put(createReadStream(path))
    }
    const ingest = (digest: string) =>
      kit.data.ingest({
        principal: system('test'),
        projectId: kit.projectId,
        dataset: 'parquet',
        blobs: [{ digest, filename: 'in.parquet' }],
        mode: 'append',
        source: { kind: 'upload' },
      })
    const flat = await write("SELECT 1::TINYINT a, 2.5::FLOAT b, DATE '2026-01-01' c, 'x' d, true e")
    const version = await ingest(flat.digest)
    assert.deepEqual(
      version.schema.map((column) => column.type),
      ['BIGINT', 'DOUBLE', 'TIMESTAMP', 'VARCHAR', 'BOOLEAN'],
    )
    await assert.rejects(ingest((await write('SELECT 1 a, [2] b')).digest), /columns differ/)
    await assert.rejects(
      ingest((await write("SELECT 1.5 a, 2 b, now()::TIMESTAMP c, 'x' d, true e")).digest),
      /column "a" holds DOUBLE, where the dataset has BIGINT/,
    )
    const nested = await write('SELECT [1, 2] a')
    await assert.rejects(
      kit.data.ingest({
        principal: system('test'),
        projectId: kit.projectId,
        dataset: 'nested',
        blobs: [{ digest: nested.digest, filename: 'nested.parquet' }],
        mode: 'append',
        source: { kind: 'upload' },
      }),
      /nested.parquet: column "a" is of type (INTEGER|BIGINT)\[\]/,
    )
  })

  test('the same key makes one version, also when sent at the same time', async () => {
    const all = await Promise.all(
      Array.from({ length: 4 }, () => kit.ingestText('keyed', 'a\n1\n', { key: 'batch-1' })),
    )
    assert.equal(new Set(all.map((version) => version.id)).size, 1)
    assert.equal((await kit.ingestText('keyed', 'a\n2\n', { key: 'batch-1' })).rows, 1)
    assert.equal((await kit.ingestText('keyed', 'a\n2\n', { key: 'batch-2' })).rows, 2)
  })

  test('appends at the same time lose no rows and leave no gap', async () => {
    await Promise.all(Array.from({ length: 5 }, (_, i) => kit.ingestText('busy', `a\n${i}\n`)))
    const latest = await kit.data.findVersion(kit.projectId, 'busy', 'latest')
    assert.equal(latest?.version, 5)
    assert.equal(latest?.rows, 5)
  })

  test('each version is announced and audited once', async () => {
    const version = await kit.ingestText('announced', 'a\n1\n')
    const events = await kit.store.read
      .selectFrom('events')
      .selectAll()
      .where('subject', '=', version.id)
      .execute()
    assert.deepEqual(
      events.map((event) => [event.type, event.data]),
      [['dataset_version.created', { dataset: 'announced', version: 1, rows: 1 }]],
    )
    const audits = await kit.store.read
      .selectFrom('audit_entries')
      .select('action')
      .where('subject_id', '=', version.id)
      .execute()
    assert.deepEqual(audits, [{ action: 'dataset_version.create' }])
  })
})
