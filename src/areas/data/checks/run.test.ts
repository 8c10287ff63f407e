import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { openTestData, type TestData } from '../../../../test/kit/data.ts'
import type { Columnar } from '../../../columnar/columnar.ts'
import { parseChecks } from './parse.ts'
import { runChecks } from './run.ts'

describe('checks', () => {
  let kit: TestData
  let versionId: string
  before(async () => {
    kit = await openTestData()
    const csv =
      "id,p0,p1,label,code,x,at\n1,0,16,a,AB,1.5,2020-01-01\n2,5,17,b,CD,nan,2020-01-02\n2,9,,c,e'f,2.5,2020-01-03\n4,-1,3,a,GH,,2020-01-04\n"
    versionId = (await kit.ingestText('rows', csv)).id
  })
  after(() => kit[Symbol.asyncDispose]())

  const results = async (yaml: string) => await kit.data.check({ versionId, checks: parseChecks(yaml) })

  const cases: readonly [yaml: string, passed: boolean, observed: unknown, message: RegExp][] = [
    ['- not_null: [id, label]', true, 0, /No value of 4 rows is missing/],
    ['- not_null: p*', false, 1, /1 of 4 values of "p1" are missing/],
    ['- not_null: { columns: p1, at_least: 0.75 }', true, 1, /1 of 4/],
    ['- not_null: x', false, 2, /2 of 4/],
    ['- unique: id', false, 1, /1 rows repeat/],
    ['- unique: [id, p0]', true, 0, /0 rows/],
    [
      '- between: { columns: p*, min: 0, max: 16 }',
      false,
      1,
      /values of "p0" \(and 1 more columns\) are outside, for example "-1"/,
    ],
    ['- between: { columns: x, min: 1, max: 3 }', true, 0, /No value/],
    ['- between: { columns: label, min: 1 }', false, 'VARCHAR', /"label" is VARCHAR/],
    ['- in_set: { columns: label, values: [a, b] }', false, 1, /for example "c"/],
    ['- in_set: { columns: id, values: [1, 2, 4.0] }', true, 0, /No value/],
    ["- matches: { columns: code, pattern: '[A-Z]+' }", false, 1, /for example "e'f"/],
    ['- matches: { columns: code, pattern: "[A-Z]+|e\'f" }', true, 0, /No value/],
    ['- mean: { columns: x, min: 1, max: 2 }', true, 2, /mean of "x" is 2/],
    ['- mean: { columns: x, min: 3 }', false, 2, /mean of "x" is 2/],
    ['- row_count: { min: 4, max: 4 }', true, 4, /4 rows/],
    ['- row_count: { min: 5 }', false, 4, /4 rows/],
    ['- columns: [id, nothing, none]', false, null, /no column "nothing", "none"/],
    ['- type: { columns: [id, x], is: number }', true, null, /number/],
    ['- type: { columns: label, is: number }', false, 'VARCHAR', /VARCHAR/],
    ['- fresh: { columns: at, within: 7d }', false, '2020-01-04T00:00:00.000Z', /newest "at"/],
    ['- fresh: { columns: at, within: 99999d }', true, '2020-01-04T00:00:00.000Z', /newest "at"/],
  ]
  for (const [yaml, passed, observed, message] of cases) {
    test(yaml, async () => {
      const report = await results(yaml)
      assert.equal(report.results.length, 1)
      assert.equal(report.results[0]?.passed, passed, report.results[0]?.message)
      assert.equal(report.results[0]?.observed, observed)
      assert.match(report.results[0]?.message ?? '', message)
      assert.equal(report.passed, passed)
    })
  }

  test('only critical checks decide, and all run in one scan', async () => {
    let queries = 0
    const counting: Columnar = {
      query: (request) => {
        queries += 1
        return kit.columnar.query(request)
      },
      [Symbol.asyncDispose]: async () => {},
    }
    const version = await kit.data.versionById(versionId)
    const report = await runChecks(
      counting,
      { schema: version?.schema ?? [], paths: await kit.data.paths(versionId), now: new Date() },
      parseChecks(
        '- unique: id\n  severity: warning\n- not_null: id\n- row_count: { min: 1 }\n- mean: { columns: p0, min: 0 }',
      ),
    )
    assert.equal(queries, 1)
    assert.deepEqual(
      report.results.map((result) => result.passed),
      [false, true, true, true],
    )
    assert.equal(report.passed, true)
  })
})
