import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { clientTests, openSuite, type Suite } from '../contract/mlflow/suite.ts'
import { pythonWith } from '../kit/python.ts'

/** Of each minor version that is supported, its last; the newest is tested with everything else. */
const versions = ['3.12', '3.13', '3.14', '3.15', '3.16']

/** The fuzz asks the client's own parser, which is right in the newest alone. */
const files = clientTests.filter((file) => file !== 'test_fuzz.py')

let suite: Suite
let scratch: string
before(async () => {
  suite = await openSuite()
  scratch = await mkdtemp(join(tmpdir(), 'slipway-versions-'))
})
after(async () => {
  await suite?.[Symbol.asyncDispose]()
  await rm(scratch, { recursive: true })
})

for (const version of versions) {
  test(`MLflow's client ${version}`, async () => {
    const requirements = join(scratch, `${version}.txt`)
    await writeFile(requirements, `mlflow-skinny==${version}.*\npandas>=2.2,<4\n`)
    await suite.run(await pythonWith(requirements, 'mlflow-client'), ...files)
  })
}
