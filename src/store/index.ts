export { uniqueViolation } from './failure.ts'
export { openStore, type StoreOptions } from './open.ts'
export type { AuditEntry, NewEvent, NewWork, Store, Tx } from './store.ts'
export type { DB, JsonInput, JsonValue } from './tables.ts'
