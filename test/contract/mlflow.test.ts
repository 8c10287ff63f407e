import { after, before, test } from 'node:test'
import { mlflowPython } from './mlflow/python.ts'
import { clientTests, openSuite, type Suite } from './mlflow/suite.ts'

let suite: Suite
let python: string
before(async () => {
  python = await mlflowPython()
  suite = await openSuite()
})
after(() => suite?.[Symbol.asyncDispose]())

for (const file of clientTests) test(`MLflow's own client: ${file}`, () => suite.run(python, file))
