import type { Columnar } from '../../../columnar/columnar.ts'
import type { CheckReport, SchemaColumn } from '../../../contract/data.ts'
import type { Check } from './check.ts'
import { compileCheck } from './compile.ts'

/** Runs all checks in one scan of the parts. */
export async function runChecks(
  columnar: Columnar,
  data: { schema: readonly SchemaColumn[]; paths: readonly string[]; now: Date },
  checks: readonly Check[],
): Promise<CheckReport> {
  const compiled = checks.map((check) => compileCheck(check, data.schema))
  const aggregates = compiled.flatMap((check) => check.aggregates)
  const [row] = await columnar.query({
    statements: [
      `SELECT count(*) AS total${aggregates.map((sql, i) => `,\n${sql} AS c${i}`).join('')} FROM read_parquet({{parts}})`,
    ],
    files: { parts: data.paths },
  })
  const values = aggregates.map((_sql, i) => row?.[`c${i}`])
  const context = { rows: Number(row?.total), now: data.now }
  let taken = 0
  const results = compiled.map((check) => {
    const own = values.slice(taken, taken + check.aggregates.length)
    taken += check.aggregates.length
    return check.judge(own, context)
  })
  return { passed: results.every((result) => result.passed || result.severity === 'warning'), results }
}
