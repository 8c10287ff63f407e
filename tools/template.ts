/** Makes the database that new homes are copied from, so that the first start is as fast as the next. */
import { createLog } from '../src/base/log.ts'
import { makeTemplate } from '../src/store/index.ts'

await makeTemplate(createLog({ level: 'debug', fields: { part: 'install' } }))
